#include "numerator_rules.hpp"

#include <algorithm>

#include "session_rules.hpp"
#include "tally/model/number_id.hpp"
#include "zone_name.hpp"

namespace tally::engine {
namespace {

using model::ErrorCode;
using model::NumberRange;

/// A release that ends more ranges than this would hold up everybody else: it is to be done in portions.
constexpr std::size_t ranges_per_release_max = 10'000;

std::unexpected<model::Refusal> refused(ErrorCode code) { return std::unexpected{model::Refusal{code, {}}}; }

const LiveZone* find_zone(const Draft& draft, const LiveSession& session, const model::ZoneKey& key) {
  return draft.state().numerators().zone(session.session.account, key.numerator, key.name);
}

NumberRange bounds_of(const Draft& draft, const LiveSession& session, const model::Guid& numerator) {
  return draft.state().numerators().bounds(session.session.account, numerator);
}

model::IssuedNumber issued(model::CounterId zone, std::int32_t number) {
  return {.number = number, .id = model::number_id({.zone = zone, .number = number})};
}

/// Whether one more zone, and its numerator, may come to be, and one more range.
bool has_room(const Draft& draft, const LiveSession& session, const model::ZoneKey& key) {
  const Numerators& numerators = draft.state().numerators();
  const model::AccountId& account = session.session.account;
  if (numerators.ranges(account) >= ranges_max) return false;
  if (find_zone(draft, session, key) != nullptr) return true;
  const std::size_t wanted = numerators.has(account, key.numerator) ? 1 : 2;
  return numerators.numerators_and_zones(account) + wanted <= numerators_and_zones_max;
}

model::Outcome take(Draft& draft, const Caller& caller, const LiveSession& session, const NumbersWanted& wanted) {
  if (!has_room(draft, session, wanted.zone)) return refused(ErrorCode::resource_limit);
  return issued(draft.take_numbers(session, caller, wanted), wanted.numbers.first);
}

/// The zone and the number that an id of this numerator stands for; the number need not be taken.
struct Identified {
  const LiveZone* zone;
  std::int32_t number;
};
std::optional<Identified> identify(const Draft& draft, const LiveSession& session, const model::Guid& numerator,
                                   const model::Guid& id) {
  const auto number = model::number_of_id(id);
  if (!number) return std::nullopt;
  const LiveZone* zone = draft.state().numerators().zone(number->zone);
  if (zone == nullptr || zone->row.account != session.session.account || zone->row.numerator != numerator)
    return std::nullopt;
  return Identified{zone, number->number};
}

/// A step in the middle of a range makes one more range, and there is a limit to them.
model::Outcome release(Draft& draft, const Caller& caller, const LiveSession& session, const LiveZone& zone,
                       NumberRange numbers) {
  const auto affected = zone.taken.taken_within(numbers, ranges_per_release_max + 1);
  if (affected.size() > ranges_per_release_max) return refused(ErrorCode::resource_limit);
  const bool may_split = affected.size() == 1;
  if (may_split && draft.state().numerators().ranges(session.session.account) >= ranges_max)
    return refused(ErrorCode::resource_limit);
  draft.release_numbers(session, caller, zone, numbers);
  return model::Answer{};
}

/// Whether a zone of the numerator has taken numbers there.
bool is_in_use(const Draft& draft, const LiveSession& session, const model::Guid& numerator, NumberRange numbers) {
  const Numerators& numerators = draft.state().numerators();
  return std::ranges::any_of(numerators.zones_of(session.session.account, numerator), [&](const auto& zone) {
    return !numerators.zone(zone.second)->taken.taken_within(numbers, 1).empty();
  });
}

/// What is inside the bounds now and would not be any more; empty when there is nothing.
NumberRange left_outside(NumberRange bounds, const ChangeBound& command) {
  constexpr NumberRange nothing{1, 0};
  if (command.side == ChangeBound::Side::left)
    return command.bound > bounds.first ? NumberRange{bounds.first, command.bound - 1} : nothing;
  return command.bound < bounds.last ? NumberRange{command.bound + 1, bounds.last} : nothing;
}

}  // namespace

model::Outcome take_numbers(Draft& draft, const Caller& caller, const TakeNumbers& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  if (!is_zone_name(command.zone.name)) return refused(ErrorCode::invalid_parameter);
  if (command.numbers.is_empty()) return refused(ErrorCode::invalid_number);
  if (!bounds_of(draft, **session, command.zone.numerator).contains(command.numbers))
    return refused(ErrorCode::number_out_of_bounds);
  const LiveZone* zone = find_zone(draft, **session, command.zone);
  if (zone != nullptr && zone->taken.intersects(command.numbers)) return refused(ErrorCode::number_taken);
  return take(
      draft, caller, **session,
      {.zone = command.zone, .zone_id = command.zone_id, .numbers = command.numbers, .for_user = command.for_user});
}

model::Outcome take_free_number(Draft& draft, const Caller& caller, const TakeFreeNumber& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  if (!is_zone_name(command.zone.name)) return refused(ErrorCode::invalid_parameter);
  const NumberRange bounds = bounds_of(draft, **session, command.zone.numerator);
  const LiveZone* zone = find_zone(draft, **session, command.zone);
  const NumberRanges none;
  const NumberRanges& taken = zone == nullptr ? none : zone->taken;
  const auto free =
      command.which == TakeFreeNumber::Which::lowest ? taken.lowest_free(bounds) : taken.highest_free(bounds);
  if (!free) return refused(ErrorCode::no_free_number);
  return take(
      draft, caller, **session,
      {.zone = command.zone, .zone_id = command.zone_id, .numbers = {*free, *free}, .for_user = command.for_user});
}

model::Outcome release_numbers(Draft& draft, const Caller& caller, const ReleaseNumbers& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  if (!is_zone_name(command.zone.name)) return refused(ErrorCode::invalid_parameter);
  if (command.numbers.is_empty()) return refused(ErrorCode::invalid_number);
  const LiveZone* zone = find_zone(draft, **session, command.zone);
  if (zone == nullptr) return model::Answer{};
  return release(draft, caller, **session, *zone, command.numbers);
}

model::Outcome release_number_by_id(Draft& draft, const Caller& caller, const ReleaseNumberById& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  const auto found = identify(draft, **session, command.numerator, command.number_id);
  if (!found) return refused(ErrorCode::invalid_number);
  return release(draft, caller, **session, *found->zone, {found->number, found->number});
}

model::Outcome change_bound(Draft& draft, const Caller& caller, const ChangeBound& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  const model::AccountId& account = (*session)->session.account;
  const Numerators& numerators = draft.state().numerators();

  const NumberRange before = numerators.bounds(account, command.numerator);
  NumberRange bounds = before;
  (command.side == ChangeBound::Side::left ? bounds.first : bounds.last) = command.bound;
  if (bounds == before) return model::Answer{};
  if (bounds.is_empty()) return refused(ErrorCode::invalid_bounds);
  if (!command.force && is_in_use(draft, **session, command.numerator, left_outside(before, command)))
    return refused(ErrorCode::bounds_in_use);
  if (!numerators.has(account, command.numerator) &&
      numerators.numerators_and_zones(account) >= numerators_and_zones_max)
    return refused(ErrorCode::resource_limit);
  draft.change_bounds(**session, caller, {.account = account, .id = command.numerator, .bounds = bounds});
  return model::Answer{};
}

model::Outcome read_number_by_id(Draft& draft, const ReadNumberById& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  const auto found = identify(draft, **session, command.zone.numerator, command.number_id);
  if (!found || found->zone->row.name != command.zone.name || !found->zone->taken.contains(found->number))
    return refused(ErrorCode::invalid_number);
  return issued(found->zone->row.id, found->number);
}

model::Outcome read_number_id(Draft& draft, const ReadNumberId& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  const LiveZone* zone =
      draft.state().numerators().zone_by_name_id((*session)->session.account, command.numerator, command.zone_id);
  if (zone == nullptr || !zone->taken.contains(command.number)) return refused(ErrorCode::invalid_number);
  return issued(zone->row.id, command.number);
}

model::Outcome read_number_status(Draft& draft, const ReadNumberStatus& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  if (!is_zone_name(command.zone.name)) return refused(ErrorCode::invalid_parameter);
  const LiveZone* zone = find_zone(draft, **session, command.zone);
  if (zone != nullptr && zone->taken.contains(command.number)) return model::Reading{model::NumberStatus::in_use};
  const bool exists = bounds_of(draft, **session, command.zone.numerator).contains(command.number);
  return model::Reading{exists ? model::NumberStatus::free : model::NumberStatus::not_existing};
}

}  // namespace tally::engine
