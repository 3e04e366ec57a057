#include "tally/engine/idempotency.hpp"

namespace tally::engine {
namespace {

/// One text for caller, operation and key. Keys are visible ASCII and operations words of ours, so the line feeds can't
/// be part of either: two different triples never meet.
std::string name_of(const model::IdempotencyKey& key) { return key.operation + '\n' + key.key + '\n' + key.caller; }

}  // namespace

const model::RecordedAnswer* AnswerBook::find(const model::IdempotencyKey& key) const {
  const auto found = answers_.find(name_of(key));
  return found == answers_.end() ? nullptr : &found->second;
}

bool AnswerBook::is_full_for(const std::string& caller) const {
  const auto found = count_by_caller_.find(caller);
  return found != count_by_caller_.end() && found->second >= answers_per_caller_max;
}

void AnswerBook::record(model::RecordedAnswer answer) {
  std::string name = name_of(answer.key);
  ++count_by_caller_[answer.key.caller];
  oldest_first_.push_back(name);
  answers_.emplace(std::move(name), std::move(answer));
}

void AnswerBook::take_back(const model::IdempotencyKey& key) {
  oldest_first_.pop_back();
  erase(name_of(key), key.caller);
}

std::vector<model::IdempotencyKey> AnswerBook::outdated(model::Instant now) const {
  std::vector<model::IdempotencyKey> keys;
  for (const auto& name : oldest_first_) {
    const auto& answer = answers_.at(name);
    if (answer.recorded_at + answers_kept_for > now || keys.size() == answers_forgotten_per_group) break;
    keys.push_back(answer.key);
  }
  return keys;
}

void AnswerBook::forget(const std::vector<model::IdempotencyKey>& keys) {
  for (const auto& key : keys) {
    oldest_first_.pop_front();
    erase(name_of(key), key.caller);
  }
}

void AnswerBook::erase(const std::string& name, const std::string& caller) {
  answers_.erase(name);
  const auto count = count_by_caller_.find(caller);
  if (--count->second == 0) count_by_caller_.erase(count);
}

bool is_worth_remembering(const model::Outcome& outcome) {
  if (outcome) return true;
  switch (outcome.error().code) {
    case model::ErrorCode::server_busy:
    case model::ErrorCode::internal_failure:
    case model::ErrorCode::not_implemented:
    case model::ErrorCode::outcome_unknown:
    case model::ErrorCode::idempotency_conflict: return false;
    case model::ErrorCode::invalid_session:
    case model::ErrorCode::feature_limit:
    case model::ErrorCode::access_denied:
    case model::ErrorCode::connection_limit:
    case model::ErrorCode::unknown_feature:
    case model::ErrorCode::invalid_settings:
    case model::ErrorCode::unknown_database:
    case model::ErrorCode::session_offline:
    case model::ErrorCode::catalog_conflict:
    case model::ErrorCode::number_taken:
    case model::ErrorCode::number_out_of_bounds:
    case model::ErrorCode::no_free_number:
    case model::ErrorCode::invalid_number:
    case model::ErrorCode::bounds_in_use:
    case model::ErrorCode::locked:
    case model::ErrorCode::invalid_cursor:
    case model::ErrorCode::unknown_user:
    case model::ErrorCode::resource_limit:
    case model::ErrorCode::invalid_parameter:
    case model::ErrorCode::invalid_bounds:
    case model::ErrorCode::unknown_product:
    case model::ErrorCode::license_not_found:
    case model::ErrorCode::license_not_active:
    case model::ErrorCode::license_expired:
    case model::ErrorCode::license_not_consumption:
    case model::ErrorCode::license_not_enough_consumptions:
    case model::ErrorCode::unsupported_product_feature:
    case model::ErrorCode::feature_not_consumption:
    case model::ErrorCode::feature_not_enough_consumptions:
    case model::ErrorCode::negative_consumptions_not_allowed:
    case model::ErrorCode::license_not_floating:
    case model::ErrorCode::license_activated_max_times:
    case model::ErrorCode::license_not_registered:
    case model::ErrorCode::borrow_until_not_valid:
    case model::ErrorCode::license_not_enabled:
    case model::ErrorCode::trial_expired:
    case model::ErrorCode::borrow_not_allowed:
    case model::ErrorCode::no_account_license:
    case model::ErrorCode::product_limit:
    case model::ErrorCode::no_service_license:
    case model::ErrorCode::invalid_quantity: return true;
  }
  return false;
}

}  // namespace tally::engine
