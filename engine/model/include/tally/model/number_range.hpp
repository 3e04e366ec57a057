#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace tally::model {

/// The numbers from `first` to `last`, both included.
struct NumberRange {
  std::int32_t first = 0;
  std::int32_t last = 0;
  auto operator<=>(const NumberRange&) const = default;

  [[nodiscard]] bool is_empty() const { return first > last; }
  [[nodiscard]] bool contains(std::int32_t number) const { return first <= number && number <= last; }
  [[nodiscard]] bool contains(const NumberRange& other) const { return first <= other.first && other.last <= last; }
  /// At most 2^32. Of a range that is not empty.
  [[nodiscard]] std::int64_t size() const { return std::int64_t{last} - first + 1; }
};

/// Between which numbers the zones of a new numerator lie.
inline constexpr NumberRange default_bounds{1, std::numeric_limits<std::int32_t>::max()};

}  // namespace tally::model
