#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "tally/http/handler.hpp"

namespace tally::common::test {

/// The I/O thread of a test is the test's own: nothing runs before the test says so.
class FakeIoThread final : public http::IoThread {
 public:
  void post(std::move_only_function<void()> task) override {
    {
      const std::scoped_lock lock{mutex_};
      posted_.push_back(std::move(task));
    }
    changed_.notify_all();
  }
  void at_round_end(std::move_only_function<void()> task) override { round_end_.push_back(std::move(task)); }

  [[nodiscard]] std::size_t waiting_for_round_end() const { return round_end_.size(); }

  void end_round() {
    for (auto& task : std::exchange(round_end_, {})) task();
  }
  /// Runs what was posted; an exception of a task leaves it.
  void run_posted() {
    while (auto task = next()) task();
  }
  /// Goes round until `done`, ten seconds at most.
  template<class Condition>
  bool run_until(Condition done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (true) {
      end_round();
      run_posted();
      if (done()) return true;
      std::unique_lock lock{mutex_};
      if (!changed_.wait_until(lock, deadline, [this] { return !posted_.empty(); })) return false;
    }
  }

 private:
  std::move_only_function<void()> next() {
    const std::scoped_lock lock{mutex_};
    if (posted_.empty()) return nullptr;
    auto task = std::move(posted_.front());
    posted_.pop_front();
    return task;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::move_only_function<void()>> posted_;
  std::vector<std::move_only_function<void()>> round_end_;
};

}  // namespace tally::common::test
