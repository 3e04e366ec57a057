#include "tally/memory/memory_ledger.hpp"

#include <algorithm>
#include <utility>

namespace tally::memory {

using namespace storage;

void MemoryStore::next_mishap(Mishap mishap) {
  const std::lock_guard lock{mutex_};
  mishaps_.push_back(mishap);
}

void MemoryStore::refuse_data_if(std::function<bool(const Group&)> rule) {
  const std::lock_guard lock{mutex_};
  data_rule_ = std::move(rule);
}

void MemoryStore::set_reachable(bool reachable) {
  const std::lock_guard lock{mutex_};
  reachable_ = reachable;
}

void MemoryStore::end_term() {
  const std::lock_guard lock{mutex_};
  term_is_live_ = false;
}

std::vector<Group> MemoryStore::groups() const {
  const std::lock_guard lock{mutex_};
  return groups_;
}

Snapshot MemoryStore::snapshot() const {
  const std::lock_guard lock{mutex_};
  return snapshot_locked();
}

/// The fence: a group stands only behind the one before it, and only when the same epoch wrote that.
CommitResult MemoryStore::commit(const Group& group) {
  if (!reachable_) return InDoubt{"unreachable"};
  const Mishap mishap = mishaps_.empty() ? Mishap::none : std::exchange(mishaps_.front(), Mishap::none);
  if (!mishaps_.empty()) mishaps_.pop_front();
  switch (mishap) {
    case Mishap::none:
    case Mishap::lost_after_commit: break;
    case Mishap::lost_before_commit: return InDoubt{"mishap"};
    case Mishap::refused_for_data: return RefusedForItsData{"mishap"};
    case Mishap::not_committed: return NotCommitted{"mishap"};
    case Mishap::mended: return Mended{"mishap"};
  }
  if (data_rule_ && data_rule_(group)) return RefusedForItsData{"data rule"};
  const bool follows =
      !groups_.empty() && groups_.back().number.next() == group.number && groups_.back().epoch == group.epoch;
  if (!follows) return Deposed{};
  put_in_tables(group);
  groups_.push_back(group);
  if (mishap == Mishap::lost_after_commit) return InDoubt{"mishap"};
  return Committed{};
}

model::GroupNumber MemoryStore::insert_opening(model::GroupNumber number, model::Instant now, const TermRow& mine) {
  Group opening;
  opening.number = number;
  opening.epoch = {number.value};
  opening.last_token = groups_.empty() ? model::Token{} : groups_.back().last_token;
  opening.at = now;
  groups_.push_back(opening);
  term_ = mine;
  term_is_live_ = true;
  tables_.last_token = opening.last_token;
  tables_.stopped_at.reset();
  return number;
}

void MemoryStore::put_in_tables(const Group& group) {
  tables_.last_token = group.last_token;
  if (!group.events.empty())
    tables_.later_groups.push_back({.group = group.number, .at = group.at, .events = group.events});
  for (const auto& session : group.sessions_opened) sessions_[session.id] = session;
  for (const auto& change : group.settings_changed) sessions_[change.session].settings = change.settings;
  for (const auto& change : group.offline_changed) {
    sessions_[change.session].offline = change.offline;
    sessions_[change.session].remembered = change.remembered;
  }
  for (const auto& contact : group.last_contacts) sessions_[contact.session].last_contact = contact.at;
  for (const auto& end : group.sessions_ended) sessions_.erase(end.session);
  if (group.catalog) {
    tables_.catalog = group.catalog->catalog;
    tables_.counters = group.catalog->counters;
    tables_.catalog_hash = group.catalog->file_hash;
  }
  tables_.answers.insert(tables_.answers.end(), group.answers.begin(), group.answers.end());
  for (const auto& key : group.forgotten_answers) {
    std::erase_if(tables_.answers, [&](const auto& a) {
      return a.key.caller == key.caller && a.key.operation == key.operation && a.key.key == key.key;
    });
  }
  put_rows_in_tables(group);
  if (group.fold) {
    for (const auto& balance : group.fold->balances) balances_[balance.counter] = balance;
    for (const auto& hold : group.fold->holds) holds_[hold.token] = hold;
    for (const auto& token : group.fold->ended_holds) holds_.erase(token);
    if (group.fold->position) tables_.fold_position = std::max(tables_.fold_position, *group.fold->position);
    std::erase_if(tables_.later_groups, [&](const auto& later) { return later.group <= tables_.fold_position; });
  }
  if (group.orderly_stop) {
    tables_.stopped_at = group.at;
    term_is_live_ = false;
  }
}

void MemoryStore::put_rows_in_tables(const Group& group) {
  const auto put_or_erase = [](auto& table, const auto& rows) {
    for (const auto& [key, row] : rows) row ? void(table[key] = row) : void(table.erase(key));
  };
  for (const auto& [key, row] : group.numbers.numerators) rows_.numerators[key] = row;
  for (const auto& [key, row] : group.numbers.zones) rows_.zones[key] = row;
  put_or_erase(rows_.taken_ranges, group.numbers.taken_ranges);
  put_or_erase(locks_, group.locks);
  for (const auto& [id, row] : group.consumption) consumption_[id] = row;
  put_or_erase(registrations_, group.registrations);
  for (const auto& [id, row] : group.allotments) allotments_[id] = row;
  tables_.profiles.insert(tables_.profiles.end(), group.new_profiles.begin(), group.new_profiles.end());
}

Snapshot MemoryStore::snapshot_locked() const {
  Snapshot snapshot = tables_;
  for (const auto& [id, balance] : balances_) snapshot.balances.push_back(balance);
  for (const auto& [token, hold] : holds_) snapshot.holds.push_back(hold);
  for (const auto& [id, session] : sessions_) snapshot.sessions.push_back(session);
  for (const auto& [key, numerator] : rows_.numerators) snapshot.numerators.push_back(numerator);
  for (const auto& [id, zone] : rows_.zones) snapshot.zones.push_back(zone);
  for (const auto& [key, last] : rows_.taken_ranges)
    snapshot.taken_ranges.push_back({.zone = key.first, .numbers = {key.second, *last}});
  for (const auto& [key, lock] : locks_) snapshot.locks.push_back(*lock);
  for (const auto& [id, row] : consumption_) snapshot.consumption.push_back(row);
  for (const auto& [key, row] : registrations_) snapshot.registrations.push_back(*row);
  for (const auto& [id, row] : allotments_) snapshot.allotments.push_back(row);
  return snapshot;
}

OpenResult MemoryLedger::open(const TermRow& mine, model::Instant now, std::stop_token) {
  const std::lock_guard lock{store_.mutex_};
  if (!store_.reachable_) return Unavailable{"unreachable"};
  if (store_.term_is_live_) return AnotherWriter{store_.term_.advertise, store_.term_.secret};
  // Opening forgets when the last writer stopped, but this one must know.
  const auto stopped_at = store_.tables_.stopped_at;
  const model::GroupNumber last = store_.groups_.empty() ? model::GroupNumber{} : store_.groups_.back().number;
  const model::GroupNumber opening = store_.insert_opening(last.next(), now, mine);
  Snapshot snapshot = store_.snapshot_locked();
  snapshot.stopped_at = stopped_at;
  results_.clear();
  connected_ = true;
  return Opened{opening, std::move(snapshot)};
}

void MemoryLedger::send(const Group& group) {
  const std::lock_guard lock{store_.mutex_};
  results_.push_back(connected_ ? store_.commit(group) : InDoubt{"not connected"});
  if (std::holds_alternative<InDoubt>(results_.back())) connected_ = false;
}

CommitResult MemoryLedger::receive(std::chrono::milliseconds) {
  if (results_.empty()) return StillWaiting{};
  CommitResult result = std::move(results_.front());
  results_.pop_front();
  return result;
}

void MemoryLedger::rest(std::chrono::milliseconds limit) {
  std::unique_lock lock{bell_mutex_};
  bell_.wait_for(lock, limit, [this] { return is_rung_; });
  is_rung_ = false;
}

void MemoryLedger::wake() noexcept {
  {
    const std::lock_guard lock{bell_mutex_};
    is_rung_ = true;
  }
  bell_.notify_all();
}

void MemoryLedger::abandon() {
  results_.clear();
  connected_ = false;
}

RecoverResult MemoryLedger::recover(const Doubt& doubt, const TermRow& mine, model::Instant now) {
  const std::lock_guard lock{store_.mutex_};
  if (!store_.reachable_) return Unavailable{"unreachable"};
  abandon();
  std::size_t committed = 0;
  for (const auto& group : store_.groups_) {
    if (group.number < doubt.first) continue;
    if (group.epoch != doubt.epoch) return Deposed{committed};
    ++committed;
  }
  if (store_.groups_.back().epoch != doubt.epoch) return Deposed{committed};
  connected_ = true;
  return Recovered{committed, store_.insert_opening(store_.groups_.back().number.next(), now, mine)};
}

}  // namespace tally::memory
