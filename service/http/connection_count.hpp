#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace tally::http {

enum class Admission : std::uint8_t {
  served,
  refused,      ///< kept until its first request can be answered 503
  turned_away,  ///< closed unheard, since too many wait to be refused
};

/// How many connections the whole server holds. Thread-safe; taken once when a connection opens and once when it ends.
class ConnectionCount {
 public:
  explicit ConnectionCount(std::size_t limit) : limit_(limit) {}

  Admission open() {
    const std::scoped_lock lock(mutex_);
    if (served_ < limit_) {
      ++served_;
      return Admission::served;
    }
    if (refused_ == refused_max) return Admission::turned_away;
    ++refused_;
    return Admission::refused;
  }

  /// The end of a connection that was not turned away.
  void close(Admission admission) {
    const std::scoped_lock lock(mutex_);
    --(admission == Admission::served ? served_ : refused_);
    if (served_ + refused_ == 0) none_.notify_all();
  }

  /// Whether there was a moment without connections before the deadline.
  bool wait_for_none(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return none_.wait_until(lock, deadline, [this] { return served_ + refused_ == 0; });
  }

 private:
  /// A courtesy that a flood must not be able to stretch.
  static constexpr std::size_t refused_max = 128;

  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t served_ = 0;
  std::size_t refused_ = 0;
};

}  // namespace tally::http
