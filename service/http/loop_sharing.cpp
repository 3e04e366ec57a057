#include "loop_sharing.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "guarded.hpp"

namespace tally::http {

namespace asio = boost::asio;

LoopSharing::LoopSharing(asio::io_context& context, Observer& observer)
    : context_{context}, observer_{observer}, watched_{context} {}

bool LoopSharing::let_guest_run() {
  std::unique_lock lock{mutex_};
  if (host_ == Host::own) return false;
  // A guest that gave the loop back may ask for it again before this thread has noticed.
  while (host_ == Host::leaving) {
    context_.restart();
    host_ = Host::guest;
    changed_.notify_all();
    changed_.wait(lock, [this] { return host_ != Host::guest; });
  }
  return true;
}

void LoopSharing::take_over() {
  std::unique_lock lock{mutex_};
  host_ = Host::leaving;
  asio::post(context_, [this] { leave(); });
  changed_.wait(lock, [this] { return host_ == Host::guest; });
  guest_ = std::this_thread::get_id();
}

/// On whichever thread runs the loop; nothing happens when the guest has it already.
void LoopSharing::leave() {
  const std::lock_guard lock{mutex_};
  if (host_ == Host::leaving) context_.stop();
}

void LoopSharing::give_back() noexcept {
  if (watched_.is_open()) watched_.release();
  is_ready_ = false;
  guest_ = std::thread::id{};
  {
    const std::lock_guard lock{mutex_};
    host_ = Host::own;
  }
  changed_.notify_all();
}

// What the guest waits for comes first, and what else the loop has to do when it waits again.
SharedLoop::Woken LoopSharing::wait(int descriptor, bool to_write, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (true) {
    watch(descriptor, to_write);  // again: what was given up at the last give_back may come to its end meanwhile
    if (std::exchange(is_ready_, false)) return Woken::ready;
    if (is_rung_.exchange(false)) return Woken::rung;
    if (std::chrono::steady_clock::now() >= until) return Woken::time;
    run_guarded(observer_, [&] { context_.run_one_until(until); });
  }
}

void LoopSharing::watch(int descriptor, bool to_write) {
  if (descriptor < 0) return;
  if (!watched_.is_open()) watched_.assign(descriptor);
  watch_for(Direction::wait_read, is_watched_for_reading_);
  if (to_write) watch_for(Direction::wait_write, is_watched_for_writing_);
}

void LoopSharing::watch_for(Direction direction, bool& is_watched) {
  if (std::exchange(is_watched, true)) return;
  watched_.async_wait(direction, [this, &is_watched](const boost::system::error_code& error) {
    is_watched = false;
    if (!error) is_ready_ = true;
  });
}

void LoopSharing::ring() noexcept {
  is_rung_ = true;
  if (guest_.load() != std::this_thread::get_id()) run_guarded(observer_, [this] { asio::post(context_, [] {}); });
}

}  // namespace tally::http
