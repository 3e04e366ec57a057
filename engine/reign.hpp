#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

#include "fold.hpp"
#include "request_queue.hpp"
#include "tally/engine/state.hpp"
#include "tally/engine/writer.hpp"

namespace tally::engine {

/// What a reign shares with the writer that it belongs to.
struct Realm {
  storage::Ledger& ledger;
  const WriterOptions& options;
  Clock& clock;
  Observer& observer;
  RequestQueue& queue;
  std::atomic<WriterState>& state;
  const std::atomic<std::chrono::steady_clock::time_point>& give_up_at;
};

/// From an opened epoch to the end of it: takes what waits, decides, commits, answers, and keeps house in between.
/// Belongs to the writer's thread.
class Reign {
 public:
  enum class End { stopped, deposed };

  /// `asked_at`: before the opening group was sent.
  Reign(Realm realm, const storage::Opened& opened, std::chrono::steady_clock::time_point asked_at);
  Reign(const Reign&) = delete;
  Reign& operator=(const Reign&) = delete;

  End run();

 private:
  using Time = std::chrono::steady_clock::time_point;
  /// A request that is being decided, and whether its caller has been told something.
  struct Case {
    Request request;
    model::Outcome outcome;
    bool answered = false;
  };
  using Cases = std::vector<Case>;
  enum class Housekeeping { none, usual, last };
  enum class Fate { goes_on, deposed, gave_up };

  End run_to_end();

  // Time. The engine's monotonic time stands still while nothing can be committed.
  [[nodiscard]] Time real_time() const { return realm_.clock.now().monotonic; }
  [[nodiscard]] model::Now now() const;
  [[nodiscard]] bool memory_is_fresh() const;
  [[nodiscard]] bool renewal_is_due() const;
  [[nodiscard]] Time next_duty() const;
  [[nodiscard]] Time first_due(const std::list<model::SessionId>& line, std::chrono::milliseconds timeout) const;
  void stand_still_from(Time time);
  void time_goes_on();

  // One group.
  Fate decide_and_commit(std::vector<Request>&& requests, Housekeeping housekeeping);
  Fate commit(Draft& draft, Cases& cases, Housekeeping housekeeping);
  void decide_all(Draft& draft, Cases& cases);
  Fate settle(Draft& draft, Cases& cases, storage::CommitResult result, Time sent_at, Housekeeping housekeeping);
  storage::CommitResult await(Cases& cases, Time sent_at);
  void conclude(const Draft& draft, Cases& cases, Time sent_at);
  Fate retry_one_by_one(Cases& cases, Housekeeping housekeeping, const std::string& what);
  Fate recover(Draft& draft, Cases& cases, const std::string& what);
  Fate go_on_after(const storage::Recovered& recovered, Draft& draft, Cases& cases, Time asked_at);
  void take_back(Draft& draft);

  // Housekeeping that rides along in groups.
  void keep_house(Draft& draft, bool is_idle, Housekeeping housekeeping);
  void fold_contacts(Draft& draft);
  void fold_all_contacts(Draft& draft);
  void fold_contact(Draft& draft, const model::SessionId& id);
  void fold_tables(Draft& draft, bool is_idle, bool all);
  Fate stop_in_order();

  // Answers.
  void release(Cases& cases);
  void answer_all(Cases& cases, model::ErrorCode code);
  void answer_expired(Cases& cases);
  void turn_away(std::vector<Request>&& requests);

  Realm realm_;
  State state_;
  Fold fold_;
  model::Epoch epoch_;
  model::GroupNumber last_durable_;
  std::chrono::steady_clock::duration paused_{};
  std::optional<Time> standing_since_;  ///< from when on nothing can be committed
  Time last_committed_sent_at_;
  Time last_renewal_;
  Time last_fold_;
  Time last_contacts_;
  model::Instant contacts_folded_until_;
  std::vector<model::SessionId> contacts_left_;
  Time no_housekeeping_before_;  ///< after a group that failed, so that a sick database is not asked in a tight loop
  std::vector<Request> again_;   ///< to be decided once more: their group never became durable
  bool ended_in_order_ = false;
};

}  // namespace tally::engine
