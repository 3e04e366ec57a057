#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace tally::access {

/// How often somebody was wrong lately. One thread.
class AttemptLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds window{60};
  /// So many are remembered at once; beyond that the memory begins anew.
  static constexpr std::size_t names_max = 10'000;

  explicit AttemptLimit(std::size_t failures_max) : failures_max_{failures_max} {}

  [[nodiscard]] bool is_reached(const std::string& name, Time now) const;
  void failed(const std::string& name, Time now);

 private:
  struct Failures {
    std::size_t count = 0;
    Time since;
  };
  std::size_t failures_max_;
  std::unordered_map<std::string, Failures> names_;
};

}  // namespace tally::access
