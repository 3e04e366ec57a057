#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "tally/engine/writer.hpp"
#include "world.hpp"

namespace tally::engine::test {

/// Long enough for a slow machine under a sanitizer; nobody waits so long unless something is broken.
inline constexpr std::chrono::seconds patience{30};

/// Waits for something that another thread is about to bring about.
bool eventually(const std::function<bool()>& condition);

/// Real time, and what a test adds to it.
class TestClock final : public Clock {
 public:
  model::Now now() override;
  void advance(std::chrono::milliseconds time) { added_ += time.count(); }

 private:
  std::atomic<std::int64_t> added_ = 0;
};

class Answers final : public ReplySink {
 public:
  void deliver(std::vector<Reply>&& replies) noexcept override;
  /// Waits for a request's answer.
  model::Outcome of(std::uint64_t ticket);
  std::size_t count() const;
  bool twice() const;  ///< whether anybody was answered twice

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, model::Outcome> outcomes_;
  bool twice_ = false;
};

class Reports final : public Observer {
 public:
  void report(const Report& report) override;
  template<class Kind>
  std::size_t count() const {
    const std::lock_guard lock{mutex_};
    return static_cast<std::size_t>(
        std::ranges::count_if(all_, [](const Report& r) { return std::holds_alternative<Kind>(r); }));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Report> all_;
};

/// A memory ledger whose answers a test can keep back.
class GatedLedger final : public storage::Ledger {
 public:
  explicit GatedLedger(memory::MemoryStore& store) : inner_{store} {}
  void keep_answers_back(bool back) { held_back_ = back; }
  void throw_at_next_send() { throws_ = true; }
  /// Called with the number of the group sent, counted from 1, before it is. Set before the writer starts.
  std::function<void(std::size_t)> on_send;
  void rule_opening(std::function<std::optional<storage::OpenResult>()> rule) { opening_ = std::move(rule); }
  void rule_recovery(std::function<std::optional<storage::RecoverResult>()> rule) { recovery_ = std::move(rule); }
  std::size_t sent() const { return sent_; }

  storage::OpenResult open(const storage::TermRow& mine, model::Instant now, std::stop_token stop) override;
  void send(const storage::Group& group) override;
  storage::CommitResult receive(std::chrono::milliseconds limit) override;
  void rest(std::chrono::milliseconds limit) override { inner_.rest(limit); }
  void stand_down() noexcept override { inner_.stand_down(); }
  void wake() noexcept override { inner_.wake(); }
  void abandon() override { inner_.abandon(); }
  storage::RecoverResult recover(const storage::Doubt& doubt, const storage::TermRow& mine,
                                 model::Instant now) override;

 private:
  memory::MemoryLedger inner_;
  std::atomic<bool> held_back_ = false;
  std::atomic<bool> throws_ = false;
  std::atomic<std::size_t> sent_ = 0;
  std::function<std::optional<storage::OpenResult>()> opening_;
  std::function<std::optional<storage::RecoverResult>()> recovery_;
};

/// A writer on a store, and who asks it.
class Office {
 public:
  explicit Office(memory::MemoryStore& store, TestClock& clock, WriterOptions options = quiet());
  ~Office();

  /// One group at a time and no housekeeping of its own accord, so that groups can be counted.
  static WriterOptions quiet();

  std::uint64_t submit(Command command, const Caller& caller = user(), std::optional<model::IdempotencyKey> key = {},
                       std::chrono::milliseconds waits = std::chrono::hours{10'000});
  /// Submits and waits.
  model::Outcome ask(Command command, const Caller& caller = user(), std::optional<model::IdempotencyKey> key = {});
  std::optional<model::ErrorCode> code_of(const model::Outcome& outcome) const;

  TestClock& clock;
  GatedLedger ledger;
  Answers answers;
  Reports reports;
  Writer writer;

 private:
  std::uint64_t next_ticket_ = 1;
};

/// Starts the writer; an option, unlimited where no maximum is given, and two sessions: 101 and 102.
void furnish(Office& office, std::optional<std::int64_t> maximum = {});
/// Takes a place of that option.
TakePlace take(int session = 101);
/// The places that the ledger says were granted, in order.
std::vector<model::Event> grants(const memory::MemoryStore& store);

}  // namespace tally::engine::test
