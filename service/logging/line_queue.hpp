#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace tally::logging {

/// Lines on their way to a file descriptor, written by a thread of their own.
///
/// The first line after a quiet time is written at once. Under load lines gather, and one write takes all that came
/// within a hundredth of a second, or 64 KiB if that is sooner: a slow descriptor costs its callers nothing but memory,
/// of which there is a bound, and a fast one costs at most a hundred writes a second more than its bytes need.
class LineQueue {
 public:
  /// Makes the line that tells how many lines were dropped.
  using DroppedLine = std::function<std::string(std::uint64_t dropped)>;

  static constexpr std::size_t waiting_bytes_max = std::size_t{4} << 20;
  static constexpr std::size_t batch_bytes = std::size_t{64} << 10;
  static constexpr std::chrono::milliseconds gathering_time{10};

  /// The descriptor stays the caller's and must outlive this.
  LineQueue(int descriptor, DroppedLine dropped_line);
  LineQueue(const LineQueue&) = delete;
  LineQueue& operator=(const LineQueue&) = delete;

  /// Writes what is waiting, as far as five seconds suffice; a descriptor that nobody reads must not hold up the end of
  /// the process, so then the thread is left to itself.
  ~LineQueue();

  /// Takes a whole line, or drops it when there is no room. Safe from any thread.
  void add(std::string_view line);

 private:
  struct Shared;
  static void run(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  std::thread writer_;
};

}  // namespace tally::logging
