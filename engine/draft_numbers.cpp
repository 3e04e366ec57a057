#include <iterator>
#include <utility>

#include "tally/engine/draft.hpp"

namespace tally::engine {
namespace {

model::Quantity units(std::int64_t numbers) { return model::Quantity::units(numbers); }

/// A step in a zone, with the zone's counts after it.
model::Event step_in(const LiveZone& zone, model::NumberRange bounds, std::int64_t numbers) {
  return {.counter = zone.row.id,
          .quantity = units(numbers),
          .used_after = units(zone.row.used),
          .gross_after = units(zone.row.gross),
          .balance_after = units(bounds.size() - zone.row.used),
          .reason = {},
          .resource = zone.row.numerator};
}

}  // namespace

model::CounterId Draft::take_numbers(const LiveSession& session, const Caller& caller, const NumbersWanted& wanted) {
  const model::AccountId& account = session.session.account;
  const LiveZone& zone = zone_for(account, wanted);
  const model::Zone before = zone.row;
  const RangeChange change = state_.numerators_.take(zone.row.id, wanted.numbers);
  note_change(before, change);

  auto event = step_in(zone, state_.numerators_.bounds(account, wanted.zone.numerator), change.numbers);
  event.kind = model::EventKind::number_taken;
  event.door = caller.door;
  event.session = session.session.id;
  event.user = session.session.user;
  event.numbers = wanted.numbers;
  event.for_user = wanted.for_user;
  record(std::move(event));
  return zone.row.id;
}

void Draft::release_numbers(const LiveSession& session, const Caller& caller, const LiveZone& zone,
                            model::NumberRange numbers) {
  const model::Zone before = zone.row;
  const RangeChange change = state_.numerators_.release(zone.row.id, numbers);
  if (change.numbers == 0) return;
  note_change(before, change);

  auto event = step_in(zone, state_.numerators_.bounds(zone.row.account, zone.row.numerator), change.numbers);
  event.kind = model::EventKind::number_released;
  event.door = caller.door;
  event.session = session.session.id;
  event.user = session.session.user;
  event.numbers = numbers;
  record(std::move(event));
}

void Draft::change_bounds(const LiveSession& session, const Caller& caller, const model::Numerator& numerator) {
  put_numerator(numerator);
  record({.kind = model::EventKind::bounds_changed,
          .door = caller.door,
          .session = session.session.id,
          .user = session.session.user,
          .reason = {},
          .resource = numerator.id,
          .numbers = numerator.bounds});
}

const LiveZone& Draft::zone_for(const model::AccountId& account, const NumbersWanted& wanted) {
  const auto& [numerator, name] = wanted.zone;
  if (const auto* known = state_.numerators_.zone(account, numerator, name)) return *known;
  if (!state_.numerators_.has(account, numerator)) put_numerator({.account = account, .id = numerator});
  const model::CounterId id = state_.highest_counter().next();
  state_.numerators_.add_zone(
      {.id = id, .account = account, .numerator = numerator, .name = name, .name_id = wanted.zone_id});
  undo_.emplace_back(RareStep{[id](State& state) { state.numerators_.remove_zone(id); }});
  return *state_.numerators_.zone(id);
}

void Draft::put_numerator(const model::Numerator& numerator) {
  if (state_.numerators_.has(numerator.account, numerator.id)) {
    model::Numerator before = numerator;
    before.bounds = state_.numerators_.bounds(numerator.account, numerator.id);
    undo_.emplace_back(RareStep{[before](State& state) { state.numerators_.put(before); }});
  } else {
    undo_.emplace_back(RareStep{
        [account = numerator.account, id = numerator.id](State& state) { state.numerators_.remove(account, id); }});
  }
  state_.numerators_.put(numerator);
  group_.numbers.numerators[{numerator.account, numerator.id}] = numerator;
}

/// The zone has changed from what it was `before`.
void Draft::note_change(const model::Zone& before, const RangeChange& change) {
  undo_.emplace_back(RareStep{[before, change](State& state) { state.numerators_.undo(before, change); }});
  auto& rows = group_.numbers;
  rows.zones[before.id] = state_.numerators_.zone(before.id)->row;
  for (const auto& range : change.removed) rows.taken_ranges[{before.id, range.first}] = std::nullopt;
  for (const auto& range : change.added) rows.taken_ranges[{before.id, range.first}] = range.last;
}

void Draft::open_cursor(const LiveSession& session, NumberCursor cursor) {
  const model::SessionId owner = session.session.id;
  const model::Guid id = cursor.id;
  state_.sessions_.at(owner).cursors.push_front(std::move(cursor));
  undo_.emplace_back(RareStep{[owner, id](State& state) {
    std::erase_if(state.sessions_.at(owner).cursors, [&](const NumberCursor& open) { return open.id == id; });
  }});
}

void Draft::close_cursor(const LiveSession& session, const model::Guid& id) {
  const model::SessionId owner = session.session.id;
  auto& cursors = state_.sessions_.at(owner).cursors;
  auto before = cursors.before_begin();
  while (std::next(before) != cursors.end() && std::next(before)->id != id) ++before;
  if (std::next(before) == cursors.end()) return;
  const auto closed = std::make_shared<decltype(session.cursors)>();
  closed->splice_after(closed->before_begin(), cursors, before);
  undo_.emplace_back(RareStep{[owner, closed](State& state) {
    auto& open = state.sessions_.at(owner).cursors;
    open.splice_after(open.before_begin(), *closed);
  }});
}

}  // namespace tally::engine
