#pragma once

#include <atomic>
#include <cstddef>

namespace tally::http {

/// What slow clients may make the whole server keep in memory: requests that arrive bit by bit, and answers that nobody
/// reads. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit) : limit_(limit) {}

  /// Takes all of it or nothing.
  [[nodiscard]] bool take(std::size_t bytes) {
    if (taken_.fetch_add(bytes) + bytes <= limit_) return true;
    taken_.fetch_sub(bytes);
    return false;
  }
  void give_back(std::size_t bytes) { taken_.fetch_sub(bytes); }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> taken_ = 0;
};

/// One connection's part of the budget. What every connection may have is free and costs no look at the budget.
class MemoryShare {
 public:
  MemoryShare(MemoryBudget& budget, std::size_t free) : budget_(budget), free_(free) {}

  /// Whether the connection may hold so many bytes from now on. If not, its share stays as it was.
  [[nodiscard]] bool hold(std::size_t bytes) {
    const auto wanted = bytes > free_ ? bytes - free_ : 0;
    if (wanted > taken_ && !budget_.take(wanted - taken_)) return false;
    if (wanted < taken_) budget_.give_back(taken_ - wanted);
    taken_ = wanted;
    return true;
  }
  void release() { (void)hold(0); }

 private:
  MemoryBudget& budget_;
  const std::size_t free_;
  std::size_t taken_ = 0;
};

}  // namespace tally::http
