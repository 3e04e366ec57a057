#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace tally::common {

/// Puts questions to a ledger on a thread of its own, one after the other, so that no thread of the server waits for
/// the database. Thread-safe.
template<class Ledger>
class Desk {
 public:
  /// Called on the desk's thread.
  using Question = std::move_only_function<void(Ledger&)>;

  /// What the desk does besides, each time that `every` has passed since it last did; at once again, behind a question
  /// that waits, when it tells that there is more.
  struct Upkeep {
    std::function<bool(Ledger&)> work;
    std::chrono::milliseconds every{};
  };

  /// The ledger must outlive the desk and is used by nobody else. `questions_max` may wait.
  Desk(Ledger& ledger, std::size_t questions_max, Upkeep upkeep = {})
      : ledger_{ledger},
        questions_max_{questions_max},
        upkeep_{std::move(upkeep)},
        thread_{[this](const std::stop_token& stop) { work(stop); }} {}
  ~Desk() { stop(); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  /// False when too many wait: the question is dropped.
  [[nodiscard]] bool ask(Question question) {
    {
      const std::lock_guard lock{mutex_};
      if (waiting_.size() >= questions_max_) return false;
      waiting_.push_back(std::move(question));
    }
    there_is_work_.notify_one();
    return true;
  }

  /// The same for the next part of an answer that has begun: never dropped. Whoever asks has one at a time.
  void go_on(Question question) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(question));
    }
    there_is_work_.notify_one();
  }

  /// Finishes the question in work and drops the others. To be called while the threads that ask still exist.
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void work(const std::stop_token& stop) {
    auto next_upkeep = std::chrono::steady_clock::now() + upkeep_.every;
    std::unique_lock lock{mutex_};
    while (!stop.stop_requested()) {
      if (upkeep_.work && std::chrono::steady_clock::now() >= next_upkeep) {
        lock.unlock();
        const bool there_is_more = upkeep_.work(ledger_);
        next_upkeep = std::chrono::steady_clock::now() + (there_is_more ? decltype(upkeep_.every){} : upkeep_.every);
        lock.lock();
      }
      if (!await_question(lock, stop, next_upkeep)) continue;
      Question question = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      question(ledger_);
      question = nullptr;
      lock.lock();
    }
  }

  bool await_question(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
                      std::chrono::steady_clock::time_point next_upkeep) {
    const auto there_is_one = [this] { return !waiting_.empty(); };
    const bool found = upkeep_.work ? there_is_work_.wait_until(lock, stop, next_upkeep, there_is_one)
                                    : there_is_work_.wait(lock, stop, there_is_one);
    return found && !stop.stop_requested();
  }

  Ledger& ledger_;
  const std::size_t questions_max_;
  const Upkeep upkeep_;
  std::mutex mutex_;
  std::condition_variable_any there_is_work_;
  std::deque<Question> waiting_;
  std::jthread thread_;
};

}  // namespace tally::common
