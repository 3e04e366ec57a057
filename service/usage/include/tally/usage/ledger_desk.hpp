#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "tally/storage/usage_ledger.hpp"

namespace tally::usage {

/// Puts questions to the ledger on a thread of its own, one after the other, so that no thread of the server waits for
/// the database. Thread-safe.
class LedgerDesk {
 public:
  /// Called on the desk's thread.
  using Question = std::move_only_function<void(storage::UsageLedger&)>;

  /// So many may wait.
  static constexpr std::size_t questions_max = 64;

  /// The ledger must outlive the desk and is used by nobody else.
  explicit LedgerDesk(storage::UsageLedger& ledger);
  ~LedgerDesk();
  LedgerDesk(const LedgerDesk&) = delete;
  LedgerDesk& operator=(const LedgerDesk&) = delete;

  /// False when too many wait: the question is dropped.
  [[nodiscard]] bool ask(Question question);

  /// Finishes the question in work and drops the others. To be called while the threads that ask still exist.
  void stop();

 private:
  void work(const std::stop_token& stop);

  storage::UsageLedger& ledger_;
  std::mutex mutex_;
  std::condition_variable_any there_is_work_;
  std::deque<Question> waiting_;
  std::jthread thread_;
};

}  // namespace tally::usage
