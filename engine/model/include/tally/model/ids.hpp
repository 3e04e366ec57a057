#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace tally::model {

/// A number that means one thing only, so that a counter's number is never taken for a token.
template<class Tag>
struct Number {
  std::int64_t value = 0;
  auto operator<=>(const Number&) const = default;
  [[nodiscard]] Number next() const { return {value + 1}; }
};

/// The number of an event, and of the hold that it made. Never repeats; below 2^53 so that JSON readers keep it exact.
using Token = Number<struct TokenTag>;
using CounterId = Number<struct CounterTag>;
/// The license's number in the catalogue, unique within its account.
using LicenseId = Number<struct LicenseTag>;
/// What one commit makes durable: 1, 2, 3, ... without gaps.
using GroupNumber = Number<struct GroupTag>;
/// The number of the empty group that opened a writer's reign.
using Epoch = Number<struct EpochTag>;
/// A row of the inbox that the command line files its commands in.
using InboxId = Number<struct InboxTag>;

/// The owner of licenses, as the catalogue spells it.
using AccountId = std::string;

/// Wall-clock time with the database's resolution, UTC.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// An instant read off one clock twice: the wall for what people read, the monotonic one for how long something lasted.
struct Now {
  Instant wall;
  std::chrono::steady_clock::time_point monotonic;
};

}  // namespace tally::model

template<class Tag>
struct std::hash<tally::model::Number<Tag>> {
  std::size_t operator()(const tally::model::Number<Tag>& number) const noexcept {
    return std::hash<std::int64_t>{}(number.value);
  }
};
