#pragma once

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tally/engine/state.hpp"
#include "tally/storage/records.hpp"

namespace tally::engine {

/// Brings the tables up to the ledger: remembers which counters and holds committed groups touched, and hands their
/// present values out in portions (design.md, section 4). Belongs to the writer's thread.
class Fold {
 public:
  /// Notes what was replayed at a start. The writer before may have put some of it into the tables already: its last
  /// fold need not have come to an end.
  void replayed(const std::vector<model::Event>& events);
  /// Notes what a durable group touched, and that the portion it carried is in the tables.
  void committed(const storage::Group& group);
  /// The group that carried the latest portion is void: its rows wait again.
  void portion_failed();

  [[nodiscard]] bool has_work() const { return running_ || !counters_.empty() || !made_.empty() || !ended_.empty(); }
  /// A fold began and has portions left.
  [[nodiscard]] bool is_running() const { return running_; }

  /// The next portion, of at most `rows_max` rows, to be carried by `group`. The first one of a fold fixes the position
  /// it will reach: `durable`, the last group known to be durable.
  [[nodiscard]] storage::FoldPortion next_portion(const State& state, model::GroupNumber group,
                                                  model::GroupNumber durable, std::size_t rows_max);

 private:
  struct HoldPlace {
    model::SessionId session;
    model::CounterId counter;
    bool perhaps_stored = false;
  };
  struct Rows {
    std::vector<model::CounterId> counters;
    std::vector<std::pair<model::Token, HoldPlace>> made;
    std::vector<model::Token> ended;
  };

  void begin(model::GroupNumber durable);
  void note(const std::vector<model::Event>& events, bool perhaps_stored);

  // Touched since the running fold began, or since the last one when none runs.
  std::unordered_set<model::CounterId> counters_;
  std::unordered_map<model::Token, HoldPlace> made_;
  std::unordered_set<model::Token> ended_;

  bool running_ = false;
  model::GroupNumber position_;
  Rows left_;       ///< of the running fold, not yet handed out
  Rows in_flight_;  ///< handed out, fate unknown
};

}  // namespace tally::engine
