#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "tally/storage/history_ledger.hpp"

// The sums of the ledger over time, computed from its lines in their order. Quantities in millionths, times in
// microseconds since 1970.

namespace tally::postgres::history {

inline constexpr std::int64_t quarter_length = 900'000'000;

/// Quarters of an hour since 1970.
[[nodiscard]] constexpr std::int32_t quarter_of(std::int64_t at) {
  return static_cast<std::int32_t>(at / quarter_length);
}

/// What is summed up for itself, as it stands.
struct Group {
  std::int32_t id = 0;
  storage::HistoryGroup dimension = {};
  std::string account;
  std::string name;
  model::CounterKind kind = {};
  std::optional<std::int32_t> product_id;  ///< of a counter
  std::int64_t used = 0;
  std::int64_t limited = 0;
  std::int32_t unlimited = 0;
  std::int64_t touched_at = -1;  ///< -1: never

  [[nodiscard]] std::optional<std::int64_t> maximum() const {
    return unlimited > 0 ? std::nullopt : std::optional{limited};
  }
};

/// What a portion of the ledger adds to a group's quarter of an hour.
struct QuarterRow {
  std::optional<std::int32_t> previous;
  std::int32_t granted = 0;
  std::int32_t refused = 0;
  std::int32_t until = 0;
  std::int64_t used_before = 0;
  std::int64_t used = 0;
  std::optional<std::int64_t> maximum;
  std::int64_t peak = 0;
  std::int64_t quantity = 0;
  double area = 0;
};

/// A place that is taken.
struct OpenPlace {
  std::int64_t counter = 0;
  std::int32_t user_group = 0;
  std::int32_t door_group = 0;
  std::int64_t quantity = 0;
  bool is_shared = false;  ///< by the sessions of a connection
};

struct CountedLine {
  std::int64_t token = 0;
  std::int64_t at = 0;
  model::EventKind kind = {};
  std::int16_t door = 0;
  std::int64_t counter = 0;
  std::int64_t hold = 0;
  bool is_shared = false;
  std::int64_t quantity = 0;
  std::int64_t used_after = 0;
  std::optional<std::int64_t> balance_after;
  std::string user;
};

struct CounterPlace {
  std::string account;
  std::string product;
  model::CounterKind kind = {};
};

/// Where summing has come to, and what a portion changed since `begin_portion`.
class Sums {
 public:
  // As it was stored.
  void put(Group group);
  void put(std::int64_t hold, const OpenPlace& place);
  void set_time(std::int64_t at) { now_ = at; }

  void begin_portion();
  /// In the order of tokens. A line of a counter that has no CounterPlace is not for here.
  void add(CountedLine line, const CounterPlace& counter);

  /// The latest time so far: where the clock went back, later lines count as of it.
  [[nodiscard]] std::int64_t time() const { return now_; }
  [[nodiscard]] const Group& group(std::int32_t id) const { return groups_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] const std::set<std::int32_t>& changed_groups() const { return changed_groups_; }
  [[nodiscard]] const std::map<std::pair<std::int32_t, std::int32_t>, QuarterRow>& quarters() const {
    return quarters_;
  }
  /// Absent: the place has ended.
  [[nodiscard]] std::optional<OpenPlace> place(std::int64_t hold) const;
  [[nodiscard]] const std::set<std::int64_t>& changed_places() const { return changed_places_; }

 private:
  using Key = std::tuple<storage::HistoryGroup, std::string, std::string, model::CounterKind>;

  std::int32_t group_for(Key key);
  QuarterRow& touch(std::int32_t id);
  void change(std::int32_t id, std::int64_t quantity);
  void count(std::int32_t id, const CountedLine& line);
  void take(const CountedLine& line, std::int32_t user_group, std::int32_t door_group);
  void end(const CountedLine& line, std::int32_t user_group);
  std::int32_t counter_group(const CountedLine& line, const CounterPlace& counter);
  void set_limit(std::int32_t id, std::optional<std::int64_t> before, std::optional<std::int64_t> after);

  std::int64_t now_ = 0;
  std::vector<Group> groups_{1};  ///< by id, from 1 on
  std::map<Key, std::int32_t> ids_;
  std::unordered_map<std::int64_t, OpenPlace> places_;
  /// Which place of a user on a counter ends is told by none of its holds alone: the oldest does.
  std::set<std::tuple<std::int64_t, std::int32_t, std::int64_t>> shared_;
  std::set<std::int32_t> changed_groups_;
  std::map<std::pair<std::int32_t, std::int32_t>, QuarterRow> quarters_;
  std::set<std::int64_t> changed_places_;
};

}  // namespace tally::postgres::history
