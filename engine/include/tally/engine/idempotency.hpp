#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "tally/model/answer.hpp"

namespace tally::engine {

/// How long a first answer is given again.
inline constexpr std::chrono::hours answers_kept_for{24};
/// How many answers one caller may have kept; beyond, commands with a new key are turned away as busy.
inline constexpr std::size_t answers_per_caller_max = 10'000;
/// How many old answers one group removes.
inline constexpr std::size_t answers_forgotten_per_group = 500;

/// First answers by caller, operation and key (design rule 13). Belongs to the writer's thread.
class AnswerBook {
 public:
  [[nodiscard]] const model::RecordedAnswer* find(const model::IdempotencyKey& key) const;
  [[nodiscard]] bool is_full_for(const std::string& caller) const;

  void record(model::RecordedAnswer answer);
  /// Takes back the latest record(); for undo only.
  void take_back(const model::IdempotencyKey& key);

  /// At most `answers_forgotten_per_group` keys whose time is over at `now`, oldest first; they stay until forget().
  [[nodiscard]] std::vector<model::IdempotencyKey> outdated(model::Instant now) const;
  void forget(const std::vector<model::IdempotencyKey>& keys);

 private:
  void erase(const std::string& name, const std::string& caller);

  std::unordered_map<std::string, model::RecordedAnswer> answers_;
  std::unordered_map<std::string, std::size_t> count_by_caller_;
  std::deque<std::string> oldest_first_;
};

/// Whether an outcome is the answer that repeats shall get: not busy, an internal failure, or unknown.
[[nodiscard]] bool is_worth_remembering(const model::Outcome& outcome);

}  // namespace tally::engine
