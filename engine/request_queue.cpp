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
  bool was_empty = false;
  bool rings = false;
  {
    const std::lock_guard lock{mutex_};
    was_empty = waiting_.empty();
    for (auto& request : requests) {
      if (!admits_ || closed_ || waiting_.size() >= size_max_) {
        rest.push_back(std::move(request));
      } else {
        waiting_.push_back(std::move(request));
      }
    }
    rings = ring_at_ != 0 && waiting_.size() >= ring_at_;
    if (rings) ring_at_ = 0;
  }
  if (rings) alarm_();
  if (was_empty) changed_.notify_all();
  return rest;
}

std::vector<Request> RequestQueue::take(std::size_t count_max, std::chrono::steady_clock::duration limit) {
  std::unique_lock lock{mutex_};
  if (limit.count() > 0) changed_.wait_for(lock, limit, [this] { return !waiting_.empty() || closed_; });
  ring_at_ = 0;
  const auto count = static_cast<std::ptrdiff_t>(std::min(count_max, waiting_.size()));
  std::vector<Request> taken{std::move_iterator{waiting_.begin()}, std::move_iterator{waiting_.begin() + count}};
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return taken;
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
