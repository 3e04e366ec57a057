#pragma once

#include <cstdint>
#include <string>

#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"
#include "tally/model/number_range.hpp"

namespace tally::model {

/// A card that gives out numbers, as it is stored: its zones share its bounds.
struct Numerator {
  AccountId account;
  Guid id;
  NumberRange bounds = default_bounds;
  bool operator==(const Numerator&) const = default;
};

/// One sequence of numbers of a numerator, as it is stored apart from the numbers themselves. It is a counter: its
/// number comes from the counters' sequence and is never given to another.
struct Zone {
  CounterId id;
  AccountId account;
  Guid numerator;
  std::string name;             ///< as the first taker wrote it; compared byte by byte
  Guid name_id;                 ///< what `zoneId` of the wire means: derived from numerator and name, by the door
  std::int64_t used = 0;        ///< numbers that are taken
  std::int64_t gross = 0;       ///< all that were ever taken
  std::int64_t high_water = 0;  ///< the most that were ever taken at once
  bool operator==(const Zone&) const = default;
};

/// By what callers call a zone, within their account.
struct ZoneKey {
  Guid numerator;
  std::string name;
};

/// Numbers of a zone that are taken, as they are stored: as many as lie side by side are one.
struct TakenRange {
  CounterId zone;
  NumberRange numbers;
  bool operator==(const TakenRange&) const = default;
};

}  // namespace tally::model
