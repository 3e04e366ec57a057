#pragma once

#include <map>
#include <string>

#include "tally/model/allotment.hpp"

namespace tally::engine {

/// How many rows of allotments an account may have, those of services that have nothing any more included.
inline constexpr std::size_t allotments_max = 100'000;

/// What tenants' services have been given, of all accounts. Belongs to one thread; rules read it, only Draft and
/// loading change it.
class Allotments {
 public:
  using ByProduct = std::map<std::string, model::CounterId>;

  [[nodiscard]] const model::Allotment* find(model::CounterId id) const;
  [[nodiscard]] const model::Allotment* find(const model::TenantService& holder, const std::string& product) const;
  /// Sorted, since clients choose these names: they can't make a hash table degenerate. Of an account and a scope, the
  /// services stand side by side.
  [[nodiscard]] const std::map<model::TenantService, ByProduct>& by_holder() const { return by_holder_; }
  /// By their numbers.
  [[nodiscard]] const std::map<model::CounterId, model::Allotment>& all() const { return rows_; }
  [[nodiscard]] std::size_t of_account(const model::AccountId& account) const;
  /// 0 when there is none.
  [[nodiscard]] model::CounterId highest() const;

  /// In the place of an earlier one with the same number.
  void put(model::Allotment allotment);
  void remove(model::CounterId id);

 private:
  std::map<model::CounterId, model::Allotment> rows_;
  std::map<model::TenantService, ByProduct> by_holder_;
  std::map<model::AccountId, std::size_t> of_account_;
};

}  // namespace tally::engine
