#include <algorithm>

#include "tally/engine/draft.hpp"

namespace tally::engine {

void Draft::allot(const model::TenantService& holder, const std::string& product, model::Quantity quantity,
                  const Caller& caller) {
  const model::Allotment* known = state_.allotments_.find(holder, product);
  const Counter* parent =
      known != nullptr ? state_.counter(known->parent) : state_.counter_of_product(holder.account, product);
  if (parent == nullptr) return;
  model::Allotment after = known != nullptr ? *known
                                            : model::Allotment{.id = state_.highest_counter().next(),
                                                               .holder = holder,
                                                               .product = product,
                                                               .parent = parent->identity.id};
  const model::Quantity before = after.quantity;
  const model::Quantity used = std::max(parent->used - before + quantity, model::Quantity{});
  note_counts(*parent);
  const auto& event = record({.kind = model::EventKind::allotted,
                              .door = caller.door,
                              .counter = parent->identity.id,
                              .user = caller.user,
                              .holder_kind = model::HolderKind::tenant_service,
                              .quantity = quantity,
                              .used_after = used,
                              .gross_after = parent->gross + std::max(quantity - before, model::Quantity{}),
                              .balance_after = parent->balance(used),
                              .reason = holder.scope + '/' + holder.service});
  after.token = event.token;
  after.allotted_at = now_.wall;
  after.quantity = quantity;
  state_.apply(event, now_.wall);

  undo_.emplace_back(RareStep{[id = after.id, row = known != nullptr ? std::optional{*known} : std::nullopt](
                                  State& state) { row ? state.allotments_.put(*row) : state.allotments_.remove(id); }});
  group_.allotments[after.id] = after;
  state_.allotments_.put(std::move(after));
}

}  // namespace tally::engine
