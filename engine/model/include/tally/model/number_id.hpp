#pragma once

#include <cstdint>
#include <optional>

#include "tally/model/guid.hpp"
#include "tally/model/ids.hpp"

namespace tally::model {

/// One number of one zone.
struct ZoneNumber {
  CounterId zone;
  std::int32_t number = 0;
  bool operator==(const ZoneNumber&) const = default;
};

/// The `NumberId` of a number: derived, so that it is stored nowhere and is the same whenever the number is taken.
///
/// A UUID of version 8 (RFC 9562, 5.8), bytes in the order in which they are written:
/// - 0 to 5: the zone's counter number, most significant byte first (it must be below 2^48);
/// - 6 to 11: the fixed bytes 8e 75 ad 6e 75 6d: version, variant, and a mark that tells our ids from foreign ones;
/// - 12 to 15: the number, two's complement, most significant byte first.
[[nodiscard]] Guid number_id(const ZoneNumber& number);

/// What an id stands for; absent when it is no id of a number.
[[nodiscard]] std::optional<ZoneNumber> number_of_id(const Guid& id);

}  // namespace tally::model
