#pragma once

#include "tally/model/ids.hpp"

namespace tally::engine {

/// Where the engine reads the time; tests put their own in its place. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual model::Now now() = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] model::Now now() override {
    return {std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()),
            std::chrono::steady_clock::now()};
  }
};

}  // namespace tally::engine
