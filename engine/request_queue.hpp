#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "tally/engine/command.hpp"

namespace tally::engine {

/// What waits to be decided, in order of arrival. Bounded. Thread-safe.
class RequestQueue {
 public:
  /// `rest` waits for a ring of `alarm`, at most so long; it may run other work meanwhile, which may push. `alarm` must
  /// be thread-safe and not block.
  RequestQueue(std::size_t size_max, std::function<void(std::chrono::milliseconds)> rest, std::function<void()> alarm)
      : size_max_{size_max}, rest_{std::move(rest)}, alarm_{std::move(alarm)} {}

  /// While nothing is admitted, everything is turned away: nobody would take it out. Admits nothing at first.
  void admit(bool admits);

  /// Takes what fits, in order; returns the rest, all of it when nothing is admitted or the queue is closed.
  [[nodiscard]] std::vector<Request> push(std::vector<Request>&& requests);

  /// Waits for requests, at most `limit` (not at all when it is 0), and takes at most `count_max`. Empty when there
  /// were none in time, or when the queue is closed and empty.
  [[nodiscard]] std::vector<Request> take(std::size_t count_max, std::chrono::steady_clock::duration limit);
  [[nodiscard]] std::vector<Request> take_all();
  /// Rings the alarm once so many wait, unless something is taken before. False when so many wait already.
  [[nodiscard]] bool ring_at(std::size_t count);
  /// Takes out those whose callers no longer wait.
  [[nodiscard]] std::vector<Request> take_expired(std::chrono::steady_clock::time_point now);

  /// Nothing is taken in any more; what is inside can still be taken out.
  void close();
  [[nodiscard]] bool is_closed() const;
  /// Waits until the queue is closed, at most `limit`.
  void wait_closed(std::chrono::steady_clock::duration limit);

 private:
  void await(std::chrono::steady_clock::duration limit);

  const std::size_t size_max_;
  const std::function<void(std::chrono::milliseconds)> rest_;
  const std::function<void()> alarm_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Request> waiting_;
  std::size_t ring_at_ = 0;  ///< 0: the alarm is off
  bool is_awaited_ = false;  ///< somebody rests until something is pushed
  bool admits_ = false;
  bool closed_ = false;
};

}  // namespace tally::engine
