#include "tally/usage/ledger_desk.hpp"

#include <utility>

namespace tally::usage {

LedgerDesk::LedgerDesk(storage::UsageLedger& ledger)
    : ledger_{ledger}, thread_{[this](const std::stop_token& stop) { work(stop); }} {}

LedgerDesk::~LedgerDesk() { stop(); }

void LedgerDesk::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

bool LedgerDesk::ask(Question question) {
  {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() == questions_max) return false;
    waiting_.push_back(std::move(question));
  }
  there_is_work_.notify_one();
  return true;
}

void LedgerDesk::work(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  while (there_is_work_.wait(lock, stop, [this] { return !waiting_.empty(); }) && !stop.stop_requested()) {
    Question question = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    question(ledger_);
    question = nullptr;
    lock.lock();
  }
}

}  // namespace tally::usage
