#include "line_queue.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <utility>

namespace tally::logging {
namespace {

constexpr std::chrono::seconds patience_at_the_end{5};

/// Writes everything, or gives the rest up when the descriptor fails: there is nowhere left to say so.
void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {  // somebody made it non-blocking
      pollfd waiting{descriptor, POLLOUT, 0};
      poll(&waiting, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

/// Signals are the main thread's. SIGPIPE too: a write to a closed pipe raises it in the thread that writes, and
/// blocked there it ends nothing.
void block_all_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

/// Outlives the queue if its thread hangs in a write.
struct LineQueue::Shared {
  int descriptor = -1;
  DroppedLine dropped_line;

  std::mutex mutex;
  std::condition_variable wake;      ///< tells the writer: a line after a quiet time, a full batch, or the end
  std::condition_variable finished;  ///< tells the destructor
  std::string waiting;
  std::uint64_t dropped = 0;
  bool is_idle = false;  ///< the writer waits for any line at all
  bool must_end = false;
  bool has_ended = false;
};

LineQueue::LineQueue(int descriptor, DroppedLine dropped_line) : shared_{std::make_shared<Shared>()} {
  shared_->descriptor = descriptor;
  shared_->dropped_line = std::move(dropped_line);
  writer_ = std::thread{[shared = shared_] { run(shared); }};
}

LineQueue::~LineQueue() {
  std::unique_lock lock{shared_->mutex};
  shared_->must_end = true;
  shared_->wake.notify_one();
  const bool has_ended = shared_->finished.wait_for(lock, patience_at_the_end, [this] { return shared_->has_ended; });
  lock.unlock();
  if (has_ended) {
    writer_.join();
  } else {
    writer_.detach();
  }
}

void LineQueue::add(std::string_view line) {
  bool must_wake = false;
  {
    const std::lock_guard lock{shared_->mutex};
    const std::size_t before = shared_->waiting.size();
    if (before + line.size() > waiting_bytes_max) {
      ++shared_->dropped;
      return;
    }
    shared_->waiting += line;
    const bool batch_is_full = before < batch_bytes && shared_->waiting.size() >= batch_bytes;
    must_wake = std::exchange(shared_->is_idle, false) || batch_is_full;
  }
  if (must_wake) shared_->wake.notify_one();
}

void LineQueue::run(const std::shared_ptr<Shared>& shared) {
  block_all_signals();
  std::string batch;
  std::unique_lock lock{shared->mutex};
  for (;;) {
    if (shared->waiting.empty() && !shared->must_end) {
      shared->is_idle = true;
      shared->wake.wait(lock, [&] { return !shared->waiting.empty() || shared->must_end; });
      shared->is_idle = false;
    }
    if (shared->waiting.empty()) break;
    batch.clear();
    std::swap(batch, shared->waiting);
    if (const auto dropped = std::exchange(shared->dropped, 0); dropped != 0) batch += shared->dropped_line(dropped);
    lock.unlock();
    write_all(shared->descriptor, batch);
    lock.lock();
    shared->wake.wait_for(lock, gathering_time,
                          [&] { return shared->waiting.size() >= batch_bytes || shared->must_end; });
  }
  shared->has_ended = true;
  shared->finished.notify_one();
}

}  // namespace tally::logging
