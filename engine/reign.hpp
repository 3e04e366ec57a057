#pragma once

#include <atomic>
#include <deque>
#include <optional>
#include <vector>

#include "contact_fold.hpp"
#include "fold.hpp"
#include "outbox.hpp"
#include "request_queue.hpp"
#include "tally/engine/draft.hpp"
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
  Reign(Realm realm, storage::Opened&& opened, std::chrono::steady_clock::time_point asked_at);
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
  /// A group from its first decision until its fate is known.
  struct Flight {
    Flight(State& state, model::Now now, model::GroupNumber number, model::Epoch epoch)
        : draft{state, now, number, epoch} {}
    Draft draft;
    Cases cases;
    bool is_sent = false;      ///< and its fate is unknown; else nobody need wait for more than the groups before it
    bool keeps_house = false;  ///< of those on their way one at most
    bool is_alone = false;     ///< one command and nothing else: when the database refuses it, it is the culprit
    Time sent_at;
  };

  Fate run_to_end();

  // Time. The engine's monotonic time stands still while nothing can be committed.
  [[nodiscard]] Time real_time() const { return realm_.clock.now().monotonic; }
  [[nodiscard]] model::Now now() const;
  [[nodiscard]] bool memory_is_fresh() const;
  [[nodiscard]] bool renewal_is_due() const;
  [[nodiscard]] Time next_duty() const;
  [[nodiscard]] Time first_due(const SessionLine& line, std::chrono::milliseconds timeout) const;
  void stand_still_from(Time time);
  void time_goes_on();

  // One group, from its requests to its answers.
  [[nodiscard]] std::vector<Request> next_requests(Time::duration limit);
  [[nodiscard]] bool another_is_due();
  Flight& new_flight();
  void launch(std::vector<Request>&& requests, Housekeeping housekeeping);
  void decide_all(Flight& flight);
  void send(Flight& flight);
  [[nodiscard]] std::size_t first_sent() const;
  Fate land();
  Fate land_all();
  storage::CommitResult await(Time sent_at);
  void conclude(Flight& flight, Time sent_at);

  // Groups that did not become durable: those from `first` on.
  Fate settle(std::size_t first, const storage::CommitResult& result);
  std::optional<storage::InDoubt> drain(std::size_t behind);
  Fate recover(std::size_t first, const std::string& what);
  void go_on_after(const storage::Recovered& recovered, Time asked_at);
  void conclude_first(std::size_t count, Time sent_at);
  void take_back(Flight& flight);
  void take_back_from(std::size_t first);
  void look_for_culprit(Flight& flight, const std::string& what);
  void decide_again_from(std::size_t first);
  void answer_from(std::size_t first, model::ErrorCode code);

  // Housekeeping that rides along in groups.
  void keep_house(Draft& draft, bool is_idle, Housekeeping housekeeping);
  void fold_tables(Draft& draft, bool is_idle, bool all);
  Fate stop_in_order();

  // Answers.
  void release_unsent();
  void release(Cases& cases);
  void answer_all(Cases& cases, model::ErrorCode code);
  void look_after_waiting();
  void turn_away(std::vector<Request>&& requests);

  Realm realm_;
  State state_;
  Fold fold_;
  model::Epoch epoch_;
  model::GroupNumber last_durable_;
  model::GroupNumber last_sent_;  ///< the last durable one while nothing is on its way
  std::deque<Flight> flights_;    ///< oldest first
  double usual_size_ = 1;         ///< of groups, in requests: a moving average
  std::chrono::steady_clock::duration paused_{};
  std::optional<Time> standing_since_;  ///< from when on nothing can be committed
  Time last_committed_sent_at_;
  Time last_renewal_;
  Time last_fold_;
  ContactFold contacts_;
  Time no_housekeeping_before_;     ///< after a group that failed, so that a sick database is not asked in a tight loop
  std::vector<Request> again_;      ///< to be decided once more: their group never became durable
  std::deque<Request> one_by_one_;  ///< among them is one that the database refuses for its data
  Outbox outbox_;
  Time looked_after_waiting_at_;
  bool ended_in_order_ = false;
};

}  // namespace tally::engine
