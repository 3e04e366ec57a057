#include "tally/engine/number_ranges.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <set>

using namespace tally::engine;
using tally::model::NumberRange;
using Limits = std::numeric_limits<std::int32_t>;

namespace {

const NumberRange everything{Limits::min(), Limits::max()};

/// What NumberRanges promises, kept number by number.
struct Model {
  std::set<std::int32_t> taken;

  bool intersects(NumberRange numbers) const {
    const auto next = taken.lower_bound(numbers.first);
    return next != taken.end() && *next <= numbers.last;
  }
  std::optional<std::int32_t> lowest_free(NumberRange within) const {
    for (auto number = within.first; number <= within.last; ++number) {
      if (!taken.contains(number)) return number;
    }
    return std::nullopt;
  }
  std::optional<std::int32_t> highest_free(NumberRange within) const {
    for (auto number = within.last; number >= within.first; --number) {
      if (!taken.contains(number)) return number;
    }
    return std::nullopt;
  }
  std::vector<NumberRange> ranges(NumberRange within) const {
    std::vector<NumberRange> found;
    for (const auto number : taken) {
      if (!within.contains(number)) continue;
      const bool goes_on = !found.empty() && found.back().last + 1 == number;
      goes_on ? void(found.back().last = number) : found.push_back({number, number});
    }
    return found;
  }
};

void check(const NumberRanges& ranges, const Model& model, NumberRange within) {
  REQUIRE(ranges.size() == static_cast<std::int64_t>(model.taken.size()));
  REQUIRE(ranges.taken_within(everything, 1'000) == model.ranges(everything));
  REQUIRE(ranges.range_count() == model.ranges(everything).size());
  REQUIRE(ranges.taken_within(within, 1'000) == model.ranges(within));
  REQUIRE(ranges.lowest_free(within) == model.lowest_free(within));
  REQUIRE(ranges.highest_free(within) == model.highest_free(within));
  if (!within.is_empty()) REQUIRE(ranges.intersects(within) == model.intersects(within));
}

}  // namespace

TEST_CASE("ranges of numbers are the same set that numbers kept one by one would be", "[engine]") {
  const auto seed = GENERATE(range(1U, 9U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const auto below = [&](int limit) { return std::uniform_int_distribution{0, limit - 1}(random); };
  NumberRanges ranges;
  Model model;
  for (int step = 0; step < 2'000; ++step) {
    const std::int32_t first = below(120) - 60;
    const NumberRange numbers{first, first + below(15)};
    const Model before = model;
    RangeChange change;
    if (below(2) == 0 && !model.intersects(numbers)) {
      change = ranges.take(numbers);
      for (auto number = numbers.first; number <= numbers.last; ++number) model.taken.insert(number);
    } else {
      change = ranges.release(numbers);
      for (auto number = numbers.first; number <= numbers.last; ++number) model.taken.erase(number);
    }
    const auto difference =
        static_cast<std::int64_t>(model.taken.size()) - static_cast<std::int64_t>(before.taken.size());
    REQUIRE(change.numbers == std::abs(difference));
    if (below(3) == 0) {
      ranges.undo(change);
      model = before;
    }
    const std::int32_t from = below(120) - 60;
    check(ranges, model, {from, from + below(40) - 2});
  }
}

TEST_CASE("ten million numbers are one range, taken at once or one by one", "[engine]") {
  constexpr std::int32_t count = 10'000'000;
  NumberRanges at_once;
  at_once.take({1, count});
  CHECK(at_once.range_count() == 1);

  NumberRanges one_by_one;
  std::size_t ranges_most = 0;
  std::size_t changes_most = 0;
  // Every second one of a thousand, then those between them, over and over: the fewest ranges at every step.
  for (std::int32_t thousand = 0; thousand < count; thousand += 1'000) {
    const bool in_order = thousand >= 100'000;
    if (in_order) {
      one_by_one.take({thousand + 1, thousand + 1'000});
      continue;
    }
    for (const std::int32_t start : {1, 2}) {
      for (std::int32_t number = start; number <= 1'000; number += 2) {
        const auto change = one_by_one.take({thousand + number, thousand + number});
        changes_most = std::max(changes_most, change.removed.size() + change.added.size());
        ranges_most = std::max(ranges_most, one_by_one.range_count());
      }
    }
  }
  CHECK(one_by_one.range_count() == 1);
  CHECK(one_by_one.size() == count);
  CHECK(ranges_most <= 501);
  CHECK(changes_most <= 3);
  CHECK(one_by_one.lowest_free({1, Limits::max()}) == count + 1);
}

TEST_CASE("the first and the last number of all are numbers like others", "[engine]") {
  NumberRanges ranges;
  ranges.take({Limits::max(), Limits::max()});
  ranges.take({Limits::min(), Limits::min()});
  CHECK(ranges.lowest_free(everything) == Limits::min() + 1);
  CHECK(ranges.highest_free(everything) == Limits::max() - 1);
  CHECK(ranges.size() == 2);
  ranges.take({Limits::min() + 1, Limits::max() - 1});
  CHECK(ranges.range_count() == 1);
  CHECK(ranges.size() == std::int64_t{1} << 32);
  CHECK_FALSE(ranges.lowest_free(everything));
  CHECK_FALSE(ranges.highest_free(everything));
  CHECK(ranges.release(everything).numbers == std::int64_t{1} << 32);
  CHECK(ranges.range_count() == 0);
}
