#include "tally/postgres/postgres_ledger.hpp"

#include <exception>
#include <utility>

#include "commit_connection.hpp"
#include "damaged_ledger.hpp"
#include "opening.hpp"
#include "snapshot_reader.hpp"

namespace tally::postgres {

using namespace storage;

struct PostgresLedger::Connection {
  std::unique_ptr<CommitConnection> live;
  PollWaiting sleep;
  storage::Waiting* waiting = &sleep;
};

PostgresLedger::PostgresLedger(LedgerOptions options)
    : connection_{std::make_unique<Connection>()}, options_{std::move(options)} {}

PostgresLedger::~PostgresLedger() = default;

void PostgresLedger::wait_by(Waiting& waiting) { connection_->waiting = &waiting; }

OpenResult PostgresLedger::open(const TermRow& mine, model::Instant now, std::stop_token stop) try {
  abandon();
  auto connected = CommitConnection::connect(options_.url);
  if (!connected) return Unavailable{connected.error()};
  CommitConnection& connection = **connected;
  const auto flaw = unusable_because(connection, options_.allow_unsafe);
  if (!flaw) return Unavailable{flaw.error().what};
  if (*flaw) return Unusable{**flaw};

  const auto watched = watch_term(connection, stop);
  if (const auto* error = std::get_if<ServerError>(&watched)) return Unavailable{error->what};
  if (const auto* other = std::get_if<AnotherWriter>(&watched)) return *other;
  const auto& over = std::get<TermIsOver>(watched);
  examine(options_.url, stop);  // before anything is written to it

  while (true) {
    const auto number = next_number(connection, over.epoch);
    if (!number) return Unavailable{number.error().what};
    if (!*number) return AnotherWriter{};
    const auto result = insert_opening(connection, **number, mine, now);
    if (const auto* error = std::get_if<ServerError>(&result)) return Unavailable{error->what};
    if (const auto* taken = std::get_if<Taken>(&result)) {
      // A group of the old epoch got in first: try the next. Another's opening group did: it is the writer.
      if (taken->by.value == (*number)->value) return AnotherWriter{};
      continue;
    }
    Snapshot snapshot = read_snapshot(options_.url, **number, stop);
    snapshot.stopped_at = over.stopped_at;
    if (auto begun = connection.begin_groups(); !begun) return Unavailable{begun.error().what};
    connection_->live = std::move(*connected);
    return Opened{**number, std::move(snapshot)};
  }
} catch (const DamagedLedger& damaged) {
  return Unusable{damaged.what()};
} catch (const std::exception& error) {
  return Unavailable{error.what()};
}

void PostgresLedger::send(const Group& group) {
  sent_.push_back(group.at);
  if (connection_->live) connection_->live->send_group(group);
}

CommitResult PostgresLedger::receive(std::chrono::milliseconds limit) {
  if (!connection_->live) return InDoubt{"not connected"};
  const auto answer = connection_->live->receive_group(limit, *connection_->waiting);
  if (!answer) return StillWaiting{};
  const model::Instant at = sent_.front();
  sent_.pop_front();
  if (!*answer) {
    partition_was_made_ = false;
    return Committed{};
  }
  const ServerError& error = **answer;
  switch (error.meaning()) {
    case ErrorMeaning::fence: return Deposed{};
    case ErrorMeaning::data: return RefusedForItsData{error.what};
    case ErrorMeaning::refused: return NotCommitted{error.what};
    case ErrorMeaning::partition_missing:
      return std::exchange(partition_was_made_, true) ? NotCommitted{error.what} : make_partition(at);
    case ErrorMeaning::connection: break;
  }
  abandon();
  return InDoubt{error.what};
}

/// On a connection of its own: no group can wait on this one for the lock that it takes.
CommitResult PostgresLedger::make_partition(model::Instant at) {
  stand_down();
  auto connected = CommitConnection::connect(options_.url);
  if (!connected) return NotCommitted{connected.error()};
  const auto microseconds = std::to_string(at.time_since_epoch().count());
  auto made =
      (*connected)
          ->run("SELECT tally_ledger.ensure_events_partition(to_timestamp($1::bigint / 1000000.0))", {microseconds});
  if (!made) return NotCommitted{made.error().what};
  return Mended{"a month had no partition"};
}

void PostgresLedger::rest(std::chrono::milliseconds limit) { connection_->waiting->wait(-1, false, limit); }

void PostgresLedger::stand_down() noexcept { connection_->waiting->stand_down(); }

void PostgresLedger::wake() noexcept { connection_->waiting->ring(); }

void PostgresLedger::abandon() {
  stand_down();
  connection_->live.reset();
  sent_.clear();
}

RecoverResult PostgresLedger::recover(const Doubt& doubt, const TermRow& mine, model::Instant now) {
  abandon();
  auto connected = CommitConnection::connect(options_.url);
  if (!connected) return Unavailable{connected.error()};
  CommitConnection& connection = **connected;
  Recovered recovered{.groups_committed = 0, .opening = doubt.first};
  while (true) {
    const auto result = insert_opening(connection, recovered.opening, mine, now);
    if (const auto* error = std::get_if<ServerError>(&result)) return Unavailable{error->what};
    if (const auto* taken = std::get_if<Taken>(&result)) {
      const bool nothing_is_left_there = taken->by == model::Epoch{};
      if (nothing_is_left_there) return Deposed{recovered.groups_committed, true};
      if (taken->by != doubt.epoch) return Deposed{recovered.groups_committed};
      ++recovered.groups_committed;
      recovered.opening = recovered.opening.next();
      continue;
    }
    if (auto begun = connection.begin_groups(); !begun) return Unavailable{begun.error().what};
    connection_->live = std::move(*connected);
    return recovered;
  }
}

}  // namespace tally::postgres
