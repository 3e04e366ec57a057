#include "tally/engine/allotments.hpp"

#include <utility>

namespace tally::engine {

const model::Allotment* Allotments::find(model::CounterId id) const {
  const auto found = rows_.find(id);
  return found == rows_.end() ? nullptr : &found->second;
}

const model::Allotment* Allotments::find(const model::TenantService& holder, const std::string& product) const {
  const auto of_holder = by_holder_.find(holder);
  if (of_holder == by_holder_.end()) return nullptr;
  const auto of_product = of_holder->second.find(product);
  return of_product == of_holder->second.end() ? nullptr : &rows_.at(of_product->second);
}

std::size_t Allotments::of_account(const model::AccountId& account) const {
  const auto found = of_account_.find(account);
  return found == of_account_.end() ? 0 : found->second;
}

model::CounterId Allotments::highest() const { return rows_.empty() ? model::CounterId{} : rows_.rbegin()->first; }

void Allotments::put(model::Allotment allotment) {
  const auto [row, is_new] = rows_.try_emplace(allotment.id);
  row->second = std::move(allotment);
  if (!is_new) return;
  by_holder_[row->second.holder].emplace(row->second.product, row->first);
  ++of_account_[row->second.holder.account];
}

void Allotments::remove(model::CounterId id) {
  const auto row = rows_.extract(id);
  if (row.empty()) return;
  const model::TenantService& holder = row.mapped().holder;
  const auto of_holder = by_holder_.find(holder);
  of_holder->second.erase(row.mapped().product);
  if (of_holder->second.empty()) by_holder_.erase(of_holder);
  const auto count = of_account_.find(holder.account);
  if (--count->second == 0) of_account_.erase(count);
}

}  // namespace tally::engine
