#pragma once

#include <chrono>
#include <optional>

#include "file_descriptor.hpp"

namespace tally::embedded {

using Moment = std::chrono::steady_clock::time_point;

/// What ended a wait.
enum class Wake { ready, stopped, late };

/// The wish to stop, raised once and never taken back. A descriptor rather than a condition variable, because every
/// wait in this room is also a wait for a process or a pipe. Safe to use from any thread.
class StopSignal {
 public:
  /// Throws std::system_error when no descriptor is left.
  StopSignal();

  void raise() noexcept;
  bool raised() const noexcept;

  /// Waits until `descriptor` is readable or hung up (none if negative), the signal is raised, or the moment comes
  /// (never without one). Of several at once, the signal goes first.
  Wake wait(int descriptor, std::optional<Moment> until) const noexcept;

 private:
  FileDescriptor event_;
};

/// The same wait, without anybody who could want it to stop.
bool wait_readable(int descriptor, std::chrono::milliseconds time) noexcept;

}  // namespace tally::embedded
