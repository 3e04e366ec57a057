#pragma once

#include <chrono>
#include <cstdint>

namespace tally::postgres::history {

/// When the sums wait: summing a line up costs about as much as writing it, so while many come at once and nobody asks,
/// the machine is left to those who wait for an answer.
class Pace {
 public:
  static constexpr std::int64_t busy_lines = 5'000;  ///< a second

  /// Whether to leave the sums where they are for now. `last` is the token of the ledger's last line.
  [[nodiscard]] bool rests(std::int64_t last, std::chrono::steady_clock::time_point now);

  /// A question found the sums too far behind: they do not rest any more until they have come up to the ledger.
  void hurry() { hurries_ = true; }
  void come_up() { hurries_ = false; }

 private:
  bool hurries_ = false;
  std::int64_t last_ = 0;  ///< at the look before
  std::chrono::steady_clock::time_point looked_at_;
};

}  // namespace tally::postgres::history
