#include "request_queue.hpp"

#include <algorithm>
#include <iterator>

namespace tally::engine {

void RequestQueue::admit(bool admits) {
  const std::lock_guard lock{mutex_};
  admits_ = admits;
}

std::vector<Request> RequestQueue::push(std::vector<Request>&& requests) {
  std::vector<Request> rest;
  bool rings = false;
  {
    const std::lock_guard lock{mutex_};
    for (auto& request : requests) {
      if (!admits_ || closed_ || waiting_.size() >= size_max_) {
        rest.push_back(std::move(request));
      } else {
        waiting_.push_back(std::move(request));
      }
    }
    const bool are_enough = ring_at_ != 0 && waiting_.size() >= ring_at_;
    rings = are_enough || (is_awaited_ && !waiting_.empty());
    if (are_enough) ring_at_ = 0;
    is_awaited_ = false;
  }
  if (rings) alarm_();
  return rest;
}

std::vector<Request> RequestQueue::take(std::size_t count_max, std::chrono::steady_clock::duration limit) {
  if (limit.count() > 0) await(limit);
  const std::lock_guard lock{mutex_};
  ring_at_ = 0;
  const auto count = static_cast<std::ptrdiff_t>(std::min(count_max, waiting_.size()));
  std::vector<Request> taken{std::move_iterator{waiting_.begin()}, std::move_iterator{waiting_.begin() + count}};
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return taken;
}

/// Until something waits or the queue is closed.
void RequestQueue::await(std::chrono::steady_clock::duration limit) {
  using Milliseconds = std::chrono::milliseconds;
  constexpr Milliseconds longest{60'000};  // a time that a clock can add to now
  const auto until = std::chrono::steady_clock::now() + std::min<std::chrono::steady_clock::duration>(limit, longest);
  while (true) {
    {
      const std::lock_guard lock{mutex_};
      is_awaited_ = waiting_.empty() && !closed_;
      if (!is_awaited_) return;
    }
    const auto left = std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    rest_(left);
  }
  const std::lock_guard lock{mutex_};
  is_awaited_ = false;
}

std::vector<Request> RequestQueue::take_all() {
  const std::lock_guard lock{mutex_};
  std::vector<Request> taken{std::move_iterator{waiting_.begin()}, std::move_iterator{waiting_.end()}};
  waiting_.clear();
  return taken;
}

bool RequestQueue::ring_at(std::size_t count) {
  const std::lock_guard lock{mutex_};
  if (waiting_.size() >= count) return false;
  ring_at_ = count;
  return true;
}

std::vector<Request> RequestQueue::take_expired(std::chrono::steady_clock::time_point now) {
  const std::lock_guard lock{mutex_};
  std::vector<Request> expired;
  std::deque<Request> kept;
  for (auto& request : waiting_) {
    if (request.deadline <= now) {
      expired.push_back(std::move(request));
    } else {
      kept.push_back(std::move(request));
    }
  }
  waiting_ = std::move(kept);
  return expired;
}

void RequestQueue::close() {
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  changed_.notify_all();
  alarm_();
}

bool RequestQueue::is_closed() const {
  const std::lock_guard lock{mutex_};
  return closed_;
}

void RequestQueue::wait_closed(std::chrono::steady_clock::duration limit) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, limit, [this] { return closed_; });
}

}  // namespace tally::engine
