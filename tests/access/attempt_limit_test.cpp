#include "attempt_limit.hpp"

#include <catch2/catch.hpp>

using namespace tally::access;
using namespace std::chrono_literals;

namespace {
constexpr AttemptLimit::Time start{1h};
}

TEST_CASE("whoever was wrong too often waits for the minute to end", "[access]") {
  AttemptLimit limit{3};
  for (int attempt = 0; attempt < 3; ++attempt) {
    CHECK_FALSE(limit.is_reached("anna", start + 10s));
    limit.failed("anna", start + 10s);
  }
  CHECK(limit.is_reached("anna", start + 69s));
  CHECK_FALSE(limit.is_reached("boris", start + 69s));
  CHECK_FALSE(limit.is_reached("anna", start + 70s));
  limit.failed("anna", start + 70s);
  CHECK_FALSE(limit.is_reached("anna", start + 70s));
}

TEST_CASE("the memory of who was wrong is bounded", "[access]") {
  AttemptLimit limit{1};
  for (std::size_t name = 0; name < AttemptLimit::names_max; ++name) limit.failed(std::to_string(name), start);
  CHECK(limit.is_reached("0", start + 1s));
  limit.failed("late", start + 61s);
  CHECK(limit.is_reached("late", start + 62s));
  for (std::size_t name = 0; name < AttemptLimit::names_max; ++name) limit.failed(std::to_string(name), start + 62s);
  CHECK_FALSE(limit.is_reached("late", start + 63s));
}
