#include "tally/model/quantity.hpp"

#include <catch2/catch.hpp>

using tally::model::Quantity;

TEST_CASE("a tenth and two tenths return to nothing", "[model]") {
  const auto sum = Quantity::from_millionths(100'000) + Quantity::from_millionths(200'000);
  CHECK(sum - Quantity::from_millionths(300'000) == Quantity{});
}

TEST_CASE("quantities are written as short as they are exact", "[model]") {
  const auto [millionths, text] = GENERATE(table<std::int64_t, const char*>({
      {0, "0"},
      {3'000'000, "3"},
      {-3'000'000, "-3"},
      {250'000, "0.25"},
      {-250'000, "-0.25"},
      {-1'500'000, "-1.5"},
      {1, "0.000001"},
      {-1, "-0.000001"},
      {1'000'001, "1.000001"},
      {100'000, "0.1"},
      {10'000'000, "10"},
      {1'000'000'000'000'000'000, "1000000000000"},
      {INT64_MAX, "9223372036854.775807"},
      {INT64_MIN, "-9223372036854.775808"},
  }));
  CHECK(to_string(Quantity::from_millionths(millionths)) == text);
}

TEST_CASE("a quantity knows whether it is whole", "[model]") {
  CHECK(Quantity::units(-7).is_whole());
  CHECK_FALSE(Quantity::from_millionths(1'000'001).is_whole());
  CHECK(-Quantity::units(2) < Quantity::units(1));
  CHECK(Quantity::units(2).millionths() == 2'000'000);
}
