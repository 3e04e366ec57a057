#pragma once

#include <chrono>
#include <vector>

#include "tally/engine/draft.hpp"

namespace tally::engine {

/// Writes down when sessions were last heard of. That is memory, and goes to their rows once in a while, in portions
/// that ride in groups. Belongs to the writer's thread; `now` is real monotonic time.
class ContactFold {
 public:
  using Time = std::chrono::steady_clock::time_point;

  ContactFold(Time now, model::Instant wall) : began_{now}, written_until_{wall} {}

  /// When the next portion is due, where a fold begins `every` so often.
  [[nodiscard]] Time due(Time now, std::chrono::milliseconds every) const {
    return left_.empty() ? began_ + every : now;
  }
  /// Puts a portion into the group, when one is due.
  void fold(Draft& draft, Time now, std::chrono::milliseconds every);

 private:
  Time began_;
  model::Instant written_until_;
  std::vector<model::SessionId> left_;  ///< of the running fold
};

/// Of every session, also of one that was not heard of: after a crash or an outage its row says too early a time.
void write_all_contacts(Draft& draft);

}  // namespace tally::engine
