#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "tally/model/number_range.hpp"

namespace tally::engine {

/// What one step did to the ranges of a zone: whole ranges that are no more, and those that took their place.
struct RangeChange {
  std::vector<model::NumberRange> removed;
  std::vector<model::NumberRange> added;
  std::int64_t numbers = 0;  ///< how many were taken, or released
};

/// A set of numbers, kept as the fewest ranges: what lies side by side is one, so ten million numbers taken one by one
/// cost as much as one. All but release() of many ranges, and taken_within(), take logarithmic time.
class NumberRanges {
 public:
  [[nodiscard]] bool contains(std::int32_t number) const { return intersects({number, number}); }
  [[nodiscard]] bool intersects(model::NumberRange numbers) const { return first_with(numbers) != ranges_.end(); }
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::size_t range_count() const { return ranges_.size(); }

  [[nodiscard]] std::optional<std::int32_t> lowest_free(model::NumberRange within) const;
  [[nodiscard]] std::optional<std::int32_t> highest_free(model::NumberRange within) const;
  /// The parts of `within` that are taken, in order, and at most `count_max` of them.
  [[nodiscard]] std::vector<model::NumberRange> taken_within(model::NumberRange within, std::size_t count_max) const;

  /// Takes numbers of which none is taken. `numbers` must not be empty.
  RangeChange take(model::NumberRange numbers);
  /// Releases what is taken of `numbers`; an empty change when nothing is.
  RangeChange release(model::NumberRange numbers);
  void undo(const RangeChange& change);
  /// A range that was stored.
  void load(model::NumberRange numbers) { insert(numbers); }

 private:
  /// By their first numbers; the last ones are the values. No two touch.
  using Ranges = std::map<std::int32_t, std::int32_t>;

  /// The first range that has a number of `numbers`; end() when none has.
  [[nodiscard]] Ranges::const_iterator first_with(model::NumberRange numbers) const;
  void insert(model::NumberRange numbers);
  void erase(model::NumberRange numbers);

  Ranges ranges_;
  std::int64_t size_ = 0;
};

}  // namespace tally::engine
