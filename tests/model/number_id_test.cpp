#include "tally/model/number_id.hpp"

#include <catch2/catch.hpp>

using namespace tally::model;

TEST_CASE("a number's id has the layout that is published", "[model]") {
  CHECK(to_string(number_id({.zone = {1}, .number = 17})) == "00000000-0001-8e75-ad6e-756d00000011");
  CHECK(to_string(number_id({.zone = {0x123456789abc}, .number = -1})) == "12345678-9abc-8e75-ad6e-756dffffffff");
}

TEST_CASE("an id leads back to its number", "[model]") {
  const auto number = GENERATE(0, 1, -1, INT32_MAX, INT32_MIN);
  const auto zone = GENERATE(std::int64_t{1}, std::int64_t{1} << 47);
  const ZoneNumber whole{.zone = {zone}, .number = number};
  CHECK(number_of_id(number_id(whole)) == whole);
}

TEST_CASE("a foreign id is no number's", "[model]") {
  CHECK_FALSE(number_of_id(Guid{}));
  CHECK_FALSE(number_of_id(*parse_guid("00000000-0001-8e75-ad6e-756e00000011")));
  CHECK_FALSE(number_of_id(*parse_guid("00000000-0001-4e75-ad6e-756d00000011")));
}
