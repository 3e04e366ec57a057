#pragma once

#include <chrono>
#include <cstdint>

namespace tally::postgres::history {

/// When the sums wait: summing a line up costs about as much as writing it, so while many come at once, the machine is
/// left to those who wait for an answer. What waits then is never more than a question can wait for.
class Pace {
 public:
  static constexpr std::int64_t busy_lines = 5'000;  ///< a second
  static constexpr std::int64_t backlog_max = 500'000;

  /// Whether to leave the sums where they are for now. `last` and `summed` are tokens: of the ledger's last line, and
  /// of the last one that is in the sums.
  [[nodiscard]] bool rests(std::int64_t last, std::int64_t summed, std::chrono::steady_clock::time_point now);

 private:
  std::int64_t last_ = 0;  ///< at the look before
  std::chrono::steady_clock::time_point looked_at_;
};

}  // namespace tally::postgres::history
