#include "operation_contract.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace tally::soap {
namespace {

using Index = std::vector<const OperationContract*>;

constexpr auto name_of = [](const OperationContract* operation) { return operation->name; };

Index sorted_by_name() {
  Index index;
  for (const auto& operation : operation_contracts) index.push_back(&operation);
  std::ranges::sort(index, {}, name_of);
  return index;
}

}  // namespace

const OperationContract* find_operation(std::string_view name) {
  static const Index index = sorted_by_name();
  const auto found = std::ranges::lower_bound(index, name, {}, name_of);
  return found == index.end() || (*found)->name != name ? nullptr : *found;
}

}  // namespace tally::soap
