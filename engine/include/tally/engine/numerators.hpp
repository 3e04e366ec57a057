#pragma once

#include <map>
#include <string>
#include <utility>

#include "tally/engine/number_ranges.hpp"
#include "tally/model/numerator.hpp"

namespace tally::engine {

/// How many numerators and zones together an account may have, and how many ranges their numbers may form.
inline constexpr std::size_t numerators_and_zones_max = 100'000;
inline constexpr std::size_t ranges_max = 1'000'000;

/// A zone with the numbers that are taken in it.
struct LiveZone {
  model::Zone row;
  NumberRanges taken;
};

/// The numerators of all accounts with their zones. One that was never written to is not here: it has the default
/// bounds, and all its numbers are free. Belongs to one thread; rules read it, only Draft and loading change it.
class Numerators {
 public:
  using Zones = std::map<std::string, model::CounterId>;

  [[nodiscard]] bool has(const model::AccountId& account, const model::Guid& numerator) const;
  /// The default ones of a numerator that is not here.
  [[nodiscard]] model::NumberRange bounds(const model::AccountId& account, const model::Guid& numerator) const;
  /// By their names.
  [[nodiscard]] const Zones& zones_of(const model::AccountId& account, const model::Guid& numerator) const;
  [[nodiscard]] const LiveZone* zone(model::CounterId id) const;
  [[nodiscard]] const LiveZone* zone(const model::AccountId& account, const model::Guid& numerator,
                                     const std::string& name) const;
  [[nodiscard]] const LiveZone* zone_by_name_id(const model::AccountId& account, const model::Guid& numerator,
                                                const model::Guid& name_id) const;
  [[nodiscard]] const std::map<model::CounterId, LiveZone>& zones() const { return zones_; }
  /// 0 when there is none.
  [[nodiscard]] model::CounterId highest_zone() const;

  [[nodiscard]] std::size_t numerators_and_zones(const model::AccountId& account) const;
  [[nodiscard]] std::size_t ranges(const model::AccountId& account) const;

  /// Adds a numerator, or gives it other bounds.
  void put(const model::Numerator& numerator);
  void remove(const model::AccountId& account, const model::Guid& numerator);
  /// Of a numerator that is here.
  void add_zone(model::Zone zone);
  void remove_zone(model::CounterId id);
  /// The zone's counts follow.
  RangeChange take(model::CounterId zone, model::NumberRange numbers);
  RangeChange release(model::CounterId zone, model::NumberRange numbers);
  /// `before` has the counts that were.
  void undo(const model::Zone& before, const RangeChange& change);
  void load(const model::TakenRange& range);

 private:
  using Place = std::pair<model::AccountId, model::Guid>;
  struct LiveNumerator {
    model::NumberRange bounds;
    Zones zones;
    std::map<model::Guid, model::CounterId> zones_by_name_id;
  };
  struct Sizes {
    std::size_t numerators_and_zones = 0;
    std::size_t ranges = 0;
  };

  [[nodiscard]] const LiveNumerator* find(const model::AccountId& account, const model::Guid& numerator) const;
  /// The account's number of ranges follows what `change` does to the zone.
  template<class Change>
  auto counting_ranges(LiveZone& zone, Change change);

  std::map<Place, LiveNumerator> numerators_;  ///< sorted, since clients choose these numbers
  std::map<model::CounterId, LiveZone> zones_;
  std::map<model::AccountId, Sizes> sizes_;
};

}  // namespace tally::engine
