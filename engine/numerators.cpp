#include "tally/engine/numerators.hpp"

#include <algorithm>

namespace tally::engine {
namespace {

const Numerators::Zones no_zones;

}  // namespace

auto Numerators::find(const model::AccountId& account, const model::Guid& numerator) const -> const LiveNumerator* {
  const auto found = numerators_.find({account, numerator});
  return found == numerators_.end() ? nullptr : &found->second;
}

bool Numerators::has(const model::AccountId& account, const model::Guid& numerator) const {
  return find(account, numerator) != nullptr;
}

model::NumberRange Numerators::bounds(const model::AccountId& account, const model::Guid& numerator) const {
  const auto* found = find(account, numerator);
  return found == nullptr ? model::default_bounds : found->bounds;
}

auto Numerators::zones_of(const model::AccountId& account, const model::Guid& numerator) const -> const Zones& {
  const auto* found = find(account, numerator);
  return found == nullptr ? no_zones : found->zones;
}

const LiveZone* Numerators::zone(model::CounterId id) const {
  const auto found = zones_.find(id);
  return found == zones_.end() ? nullptr : &found->second;
}

const LiveZone* Numerators::zone(const model::AccountId& account, const model::Guid& numerator,
                                 const std::string& name) const {
  const auto& zones = zones_of(account, numerator);
  const auto found = zones.find(name);
  return found == zones.end() ? nullptr : zone(found->second);
}

const LiveZone* Numerators::zone_by_name_id(const model::AccountId& account, const model::Guid& numerator,
                                            const model::Guid& name_id) const {
  const auto* of = find(account, numerator);
  if (of == nullptr) return nullptr;
  const auto found = of->zones_by_name_id.find(name_id);
  return found == of->zones_by_name_id.end() ? nullptr : zone(found->second);
}

model::CounterId Numerators::highest_zone() const {
  return zones_.empty() ? model::CounterId{} : zones_.rbegin()->first;
}

std::size_t Numerators::numerators_and_zones(const model::AccountId& account) const {
  const auto found = sizes_.find(account);
  return found == sizes_.end() ? 0 : found->second.numerators_and_zones;
}

std::size_t Numerators::ranges(const model::AccountId& account) const {
  const auto found = sizes_.find(account);
  return found == sizes_.end() ? 0 : found->second.ranges;
}

void Numerators::put(const model::Numerator& numerator) {
  const auto [place, is_new] = numerators_.try_emplace(Place{numerator.account, numerator.id});
  place->second.bounds = numerator.bounds;
  if (is_new) ++sizes_[numerator.account].numerators_and_zones;
}

void Numerators::remove(const model::AccountId& account, const model::Guid& numerator) {
  numerators_.erase(Place{account, numerator});
  --sizes_[account].numerators_and_zones;
}

void Numerators::add_zone(model::Zone zone) {
  LiveNumerator& numerator = numerators_.at({zone.account, zone.numerator});
  numerator.zones.emplace(zone.name, zone.id);
  numerator.zones_by_name_id.emplace(zone.name_id, zone.id);
  ++sizes_[zone.account].numerators_and_zones;
  const model::CounterId id = zone.id;
  zones_.emplace(id, LiveZone{.row = std::move(zone), .taken = {}});
}

void Numerators::remove_zone(model::CounterId id) {
  const model::Zone zone = std::move(zones_.extract(id).mapped().row);
  LiveNumerator& numerator = numerators_.at({zone.account, zone.numerator});
  numerator.zones.erase(zone.name);
  numerator.zones_by_name_id.erase(zone.name_id);
  --sizes_[zone.account].numerators_and_zones;
}

template<class Change>
auto Numerators::counting_ranges(LiveZone& zone, Change change) {
  std::size_t& ranges = sizes_[zone.row.account].ranges;
  ranges -= zone.taken.range_count();
  RangeChange done = change(zone.taken);
  ranges += zone.taken.range_count();
  return done;
}

RangeChange Numerators::take(model::CounterId id, model::NumberRange numbers) {
  LiveZone& zone = zones_.at(id);
  RangeChange change = counting_ranges(zone, [&](NumberRanges& taken) { return taken.take(numbers); });
  zone.row.used = zone.taken.size();
  zone.row.gross += change.numbers;
  zone.row.high_water = std::max(zone.row.high_water, zone.row.used);
  return change;
}

RangeChange Numerators::release(model::CounterId id, model::NumberRange numbers) {
  LiveZone& zone = zones_.at(id);
  RangeChange change = counting_ranges(zone, [&](NumberRanges& taken) { return taken.release(numbers); });
  zone.row.used = zone.taken.size();
  return change;
}

void Numerators::undo(const model::Zone& before, const RangeChange& change) {
  LiveZone& zone = zones_.at(before.id);
  counting_ranges(zone, [&](NumberRanges& taken) { return taken.undo(change), RangeChange{}; });
  zone.row = before;
}

void Numerators::load(const model::TakenRange& range) {
  const auto zone = zones_.find(range.zone);
  if (zone == zones_.end()) return;
  counting_ranges(zone->second, [&](NumberRanges& taken) { return taken.load(range.numbers), RangeChange{}; });
}

}  // namespace tally::engine
