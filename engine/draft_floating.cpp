#include "tally/engine/draft.hpp"
#include "tally/model/names.hpp"

namespace tally::engine {

void Draft::consume(const Counter& counter, const std::string& user, model::Quantity quantity, const Caller& caller) {
  const bool takes = quantity > model::Quantity{};
  const model::Quantity used = counter.used + quantity;
  note_counts(counter);
  const auto& event = record({.kind = takes ? model::EventKind::granted : model::EventKind::given_back,
                              .door = caller.door,
                              .counter = counter.identity.id,
                              .user = user,
                              .quantity = takes ? quantity : -quantity,
                              .used_after = used,
                              .gross_after = takes ? counter.gross + quantity : counter.gross,
                              .balance_after = counter.balance(used),
                              .reason = {}});
  state_.apply(event, now_.wall);
}

void Draft::reset(const Counter& counter, model::Boundary next) {
  if (counter.used != model::Quantity{}) {
    note_counts(counter);
    const auto& event = record({.kind = model::EventKind::reset,
                                .door = model::Door::engine,
                                .counter = counter.identity.id,
                                .user = {},
                                .quantity = counter.used,
                                .used_after = {},
                                .gross_after = counter.gross,
                                .balance_after = counter.balance({}),
                                .reason = std::string{name_of(next.period)}});
    state_.apply(event, now_.wall);
  }
  set_boundary(counter, next);
}

void Draft::set_boundary(const Counter& counter, std::optional<model::Boundary> boundary) {
  put_consumption(counter, {.counter = counter.identity.id, .boundary = boundary, .overages = counter.client_overages});
}

void Draft::set_overages(const Counter& counter, std::optional<model::Overages> overages, const std::string& user,
                         const Caller& caller) {
  put_consumption(counter, {.counter = counter.identity.id, .boundary = counter.boundary, .overages = overages});
  adjust(counter, user, caller, "overages");
}

void Draft::adjust(const Counter& counter, const std::string& user, const Caller& caller, std::string reason) {
  record({.kind = model::EventKind::adjusted,
          .door = caller.door,
          .counter = counter.identity.id,
          .user = user,
          .used_after = counter.used,
          .gross_after = counter.gross,
          .balance_after = counter.balance(counter.used),
          .reason = std::move(reason)});
}

void Draft::put_consumption(const Counter& counter, const model::ConsumptionState& after) {
  const model::ConsumptionState before{
      .counter = counter.identity.id, .boundary = counter.boundary, .overages = counter.client_overages};
  undo_.emplace_back(RareStep{[before](State& state) { state.put_consumption(before); }});
  state_.put_consumption(after);
  group_.consumption[after.counter] = after;
}

void Draft::register_user(const Counter& counter, LiveRegistration registration, const Caller& caller) {
  constexpr model::Quantity one_place = model::Quantity::units(1);
  model::Registration& row = registration.row;
  const model::Quantity used = counter.used + one_place;
  row.counter = counter.identity.id;
  row.token = state_.last_token_.next();
  row.taken_at = now_.wall;
  row.used_then = used;
  row.balance_then = counter.balance(used);
  note_counts(counter);
  const auto& event = record({.kind = model::EventKind::granted,
                              .door = caller.door,
                              .counter = row.counter,
                              .user = row.user,
                              .holder_kind = model::HolderKind::named_user,
                              .hold = row.token,
                              .quantity = one_place,
                              .used_after = used,
                              .gross_after = counter.gross + one_place,
                              .balance_after = row.balance_then,
                              .reason = {}});
  if (notes_places_) note_place(event, counter, row.address, {});
  state_.apply(event, now_.wall);
  group_.registrations[{row.counter, row.user}] = row;
  undo_.emplace_back(
      RareStep{[id = row.counter, user = row.user](State& state) { state.registrations_.remove(id, user); }});
  state_.registrations_.put(std::move(registration));
}

void Draft::renew(LiveRegistration registration, bool write) {
  const model::Registration& row = registration.row;
  undo_.emplace_back(RareStep{[before = *state_.registrations_.find(row.counter, row.user)](State& state) {
    state.registrations_.put(before);
  }});
  if (write) group_.registrations[{row.counter, row.user}] = row;
  state_.registrations_.put(std::move(registration));
}

void Draft::unregister(const model::Registration& registration, model::EventKind kind, model::Door door,
                       std::string reason) {
  const auto before = *state_.registrations_.find(registration.counter, registration.user);
  const model::Registration& row = before.row;
  group_.registrations[{row.counter, row.user}] = std::nullopt;
  undo_.emplace_back(RareStep{[before](State& state) { state.registrations_.put(before); }});
  state_.registrations_.remove(row.counter, row.user);
  const Counter* counter = state_.counter(row.counter);
  if (counter == nullptr) return;
  constexpr model::Quantity one_place = model::Quantity::units(1);
  const model::Quantity used = std::max(counter->used - one_place, model::Quantity{});
  note_counts(*counter);
  const auto& event = record({.kind = kind,
                              .door = door,
                              .counter = row.counter,
                              .user = row.user,
                              .holder_kind = model::HolderKind::named_user,
                              .hold = row.token,
                              .quantity = one_place,
                              .used_after = used,
                              .gross_after = counter->gross,
                              .balance_after = counter->balance(used),
                              .reason = std::move(reason)});
  if (notes_places_) note_place(event, *counter, row.address, {});
  state_.apply(event, now_.wall);
}

}  // namespace tally::engine
