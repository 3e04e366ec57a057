#pragma once

#include <chrono>

namespace tally::storage {

/// How the writer's thread waits. Used by that thread, ring() apart.
class Waiting {
 public:
  virtual ~Waiting() = default;

  enum class End {
    ready,  ///< the descriptor is
    rung,   ///< somebody rang
    time,   ///< neither in time
  };

  /// Waits until `descriptor` can be read (with `to_write`: or written), somebody rings, or `limit` is over. A negative
  /// descriptor is none.
  virtual End wait(int descriptor, bool to_write, std::chrono::milliseconds limit) = 0;

  /// The descriptor that was waited for is about to be closed, or the thread to do something else for a while than
  /// wait.
  virtual void stand_down() noexcept = 0;

  /// Ends the present wait, or the next one. Thread-safe.
  virtual void ring() noexcept = 0;
};

}  // namespace tally::storage
