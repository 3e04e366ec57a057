#pragma once

#include <chrono>

namespace tally::http {

/// An event loop that another thread may run instead of its own, while that one has nothing to do but wait: then what
/// the two ask of one another needs no switch between threads.
class SharedLoop {
 public:
  virtual ~SharedLoop() = default;

  /// From here on the calling thread runs the loop, by wait(). Returns when the loop's own thread has let go of it.
  virtual void take_over() = 0;
  /// The loop's own thread runs it again.
  virtual void give_back() noexcept = 0;

  enum class Woken { ready, rung, time };
  /// Runs the loop until `descriptor` can be read (with `to_write`: or written), somebody rings, or `limit` is over. A
  /// negative descriptor is none. To be called by the thread that took the loop over.
  virtual Woken wait(int descriptor, bool to_write, std::chrono::milliseconds limit) = 0;
  /// Ends the present wait, or the next one. Thread-safe.
  virtual void ring() noexcept = 0;
};

}  // namespace tally::http
