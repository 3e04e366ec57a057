#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tally/http/server_observer.hpp"
#include "tally/http/shared_loop.hpp"

namespace tally::http {

/// Who runs an event loop: its own thread, or a guest meanwhile.
class LoopSharing final : public SharedLoop {
 public:
  LoopSharing(boost::asio::io_context& context, Observer& observer);

  /// On the loop's own thread, which has stopped running it: lets a guest that asked for it run it, until it is given
  /// back. False when none asked: the loop has ended.
  bool let_guest_run();

  void take_over() override;
  void give_back() noexcept override;
  Woken wait(int descriptor, bool to_write, std::chrono::milliseconds limit) override;
  void ring() noexcept override;

 private:
  enum class Host { own, leaving, guest };
  using Direction = boost::asio::posix::descriptor_base::wait_type;

  void leave();
  void watch(int descriptor, bool to_write);
  void watch_for(Direction direction, bool& is_watched);

  boost::asio::io_context& context_;
  Observer& observer_;

  std::mutex mutex_;
  std::condition_variable changed_;
  Host host_ = Host::own;

  // The guest's.
  std::atomic<std::thread::id> guest_;
  boost::asio::posix::stream_descriptor watched_;  ///< not ours: released, never closed
  bool is_watched_for_reading_ = false;
  bool is_watched_for_writing_ = false;
  bool is_ready_ = false;
  std::atomic<bool> is_rung_ = false;
};

}  // namespace tally::http
