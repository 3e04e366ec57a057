#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "tally/storage/ledger.hpp"

namespace tally::memory {

/// The "database": what several ledgers, as several processes would, share and outlive. Thread-safe.
class MemoryStore {
 public:
  /// What befalls the next groups that are sent; for tests of a writer's bad days.
  enum class Mishap { none, lost_before_commit, lost_after_commit, refused_for_data, not_committed, mended };
  void next_mishap(Mishap mishap);
  /// Groups for which this returns true are refused for their data.
  void refuse_data_if(std::function<bool(const storage::Group&)> rule);
  /// While unreachable, nothing is committed, opened or recovered.
  void set_reachable(bool reachable);
  /// Ends the term of the present writer, as if it had been silent for long enough.
  void end_term();

  /// Everything that was committed, oldest first, opening groups included.
  [[nodiscard]] std::vector<storage::Group> groups() const;
  [[nodiscard]] storage::Snapshot snapshot() const;

 private:
  friend class MemoryLedger;
  storage::CommitResult commit(const storage::Group& group);
  model::GroupNumber insert_opening(model::GroupNumber number, model::Instant now, const storage::TermRow& mine);
  void put_in_tables(const storage::Group& group);
  void put_rows_in_tables(const storage::Group& group);
  [[nodiscard]] storage::Snapshot snapshot_locked() const;

  mutable std::mutex mutex_;
  std::deque<Mishap> mishaps_;
  std::function<bool(const storage::Group&)> data_rule_;
  bool reachable_ = true;
  bool term_is_live_ = false;
  storage::TermRow term_;
  std::vector<storage::Group> groups_;
  storage::Snapshot tables_;
  std::map<model::CounterId, model::Balance> balances_;
  std::map<model::Token, model::Hold> holds_;
  std::map<model::SessionId, model::Session> sessions_;
  storage::NumberRows rows_;  ///< as they are now, none of them absent
  storage::LockRows locks_;
  storage::ConsumptionRows consumption_;
  storage::RegistrationRows registrations_;
  storage::AllotmentRows allotments_;
};

/// One process's connection to a store.
class MemoryLedger final : public storage::Ledger {
 public:
  explicit MemoryLedger(MemoryStore& store) : store_{store} {}

  storage::OpenResult open(const storage::TermRow& mine, model::Instant now, std::stop_token stop) override;
  void send(const storage::Group& group) override;
  storage::CommitResult receive(std::chrono::milliseconds limit) override;
  void rest(std::chrono::milliseconds limit) override;
  void stand_down() noexcept override {}
  void wake() noexcept override;
  void abandon() override;
  storage::RecoverResult recover(const storage::Doubt& doubt, const storage::TermRow& mine,
                                 model::Instant now) override;

 private:
  MemoryStore& store_;
  std::deque<storage::CommitResult> results_;  ///< of what was sent and not yet received, oldest first
  bool connected_ = false;
  std::mutex bell_mutex_;
  std::condition_variable bell_;
  bool is_rung_ = false;
};

}  // namespace tally::memory
