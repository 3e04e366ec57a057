#include <catch2/catch.hpp>

#include "tally/catalog_json/instant_text.hpp"

using tally::catalog_json::parse_instant;
using tally::catalog_json::to_string;

TEST_CASE("instants are read in any offset and written in UTC, as short as possible", "[catalog_json]") {
  struct Case {
    std::string text;
    std::string written;
  };
  const auto [text, written] = GENERATE(values<Case>({
      {"2026-01-02", "2026-01-02"},
      {"2026-01-02T00:00:00Z", "2026-01-02"},
      {"2026-01-02t03:04:05z", "2026-01-02T03:04:05Z"},
      {"2026-01-02 03:04:05.500Z", "2026-01-02T03:04:05.5Z"},
      {"2026-01-02T03:04:05.000001+03:30", "2026-01-01T23:34:05.000001Z"},
      {"2026-12-31T23:00:00-01:00", "2027-01-01"},
      {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
      {"2024-02-29", "2024-02-29"},
      {"0001-01-01", "0001-01-01"},
  }));
  CAPTURE(text);
  const auto instant = parse_instant(text);
  REQUIRE(instant);
  CHECK(to_string(*instant) == written);
  CHECK(parse_instant(written) == instant);
}

TEST_CASE("what is no instant is not guessed", "[catalog_json]") {
  const std::string text = GENERATE(
      as<std::string>{}, "", "2026", "2026-1-2", "2026-13-01", "2026-02-29", "2026-01-00", "2026-01-02T",
      "2026-01-02T03:04Z", "2026-01-02T03:04:05", "2026-01-02T24:00:00Z", "2026-01-02T03:60:00Z",
      "2026-01-02T03:04:60Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.1234567Z", "2026-01-02T03:04:05+24:00",
      "2026-01-02T03:04:05+00:60", "2026-01-02T03:04:05Z ", " 2026-01-02", "-026-01-02", "2026-01-02T03:04:05+-1:00",
      "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "tomorrow");
  CAPTURE(text);
  CHECK_FALSE(parse_instant(text));
}
