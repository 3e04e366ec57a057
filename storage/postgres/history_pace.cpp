#include "history_pace.hpp"

#include <utility>

namespace tally::postgres::history {

bool Pace::rests(std::int64_t last, std::chrono::steady_clock::time_point now) {
  const std::int64_t grown = last - std::exchange(last_, last);
  const std::chrono::duration<double> passed = now - std::exchange(looked_at_, now);
  return static_cast<double>(grown) > passed.count() * static_cast<double>(busy_lines) && !hurries_;
}

}  // namespace tally::postgres::history
