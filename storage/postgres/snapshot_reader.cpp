#include "snapshot_reader.hpp"

#include <algorithm>
#include <new>
#include <pqxx/pqxx>
#include <ranges>
#include <stdexcept>

#include "connection_string.hpp"
#include "damaged_ledger.hpp"
#include "ledger_check.hpp"
#include "outcome_json.hpp"
#include "patience.hpp"
#include "row_snapshot.hpp"
#include "row_stream.hpp"
#include "sqlstate.hpp"
#include "stored_fields.hpp"
#include "tally/catalog_json/catalog_reader.hpp"

namespace tally::postgres {
namespace {

/// Of the server with one part of the snapshot, however large.
constexpr std::chrono::seconds part_patience{60};

constexpr const char* holds_sql =
    "SELECT token, counter_id, holder_kind, session_id, quantity, " MICROSECONDS("taken_at") ", used_then, balance_then, "
    "reason FROM tally_ledger.holds";

constexpr const char* sessions_sql =
    "SELECT id, account, user_name, database, computer, address, " MICROSECONDS("login_time") ", "
    MICROSECONDS("last_contact") ", offline, settings, array_to_string(remembered, ' ') "
    "FROM tally_ledger.sessions WHERE ended_at IS NULL";

constexpr const char* events_after_sql =
    "SELECT token, group_number, " MICROSECONDS("at") ", kind, door, counter_id, session_id, user_name, hold, quantity, "
    "used_after, gross_after, balance_after, reason, coalesce(holder_kind, 1), resource, first_number, last_number, "
    "for_user FROM tally_ledger.events WHERE group_number > ";

constexpr const char* answers_sql =
    "SELECT caller, operation, key, digest, " MICROSECONDS("recorded_at") ", outcome "
    "FROM tally_ledger.answers ORDER BY recorded_at";

std::vector<model::Guid> guids(std::string_view text) {
  std::vector<model::Guid> all;
  for (const auto word : std::views::split(text, ' ')) {
    const auto parsed = model::parse_guid(std::string_view{word});
    if (!parsed) throw std::runtime_error{"a stored guid can't be read"};
    all.push_back(*parsed);
  }
  return all;
}

/// Of several hosts another one might have answered, or another writer taken over: then this is not our ledger.
void must_be_ours(SnapshotTransaction& transaction, model::GroupNumber opening) {
  const auto last = transaction.exec1("SELECT epoch FROM tally_ledger.groups ORDER BY number DESC LIMIT 1");
  if (last[0].as<std::int64_t>() != opening.value)
    throw std::runtime_error{"the last group is not the one that opened this epoch"};
}

/// The server's words in one line, without their end.
std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '.' || text.back() == ' ')) text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  return text;
}

void read_position(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  snapshot.fold_position = {transaction.exec1("SELECT position FROM tally_ledger.fold")[0].as<std::int64_t>()};
  const auto last = transaction.exec1("SELECT last_token FROM tally_ledger.groups ORDER BY number DESC LIMIT 1");
  snapshot.last_token = {last[0].as<std::int64_t>()};
}

void read_catalog(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  for (const auto& row : transaction.exec("SELECT document, file_hash FROM tally_ledger.catalog")) {
    auto catalog = catalog_json::parse_catalog(row[0].c_str());
    if (!catalog) throw std::runtime_error{"the stored catalogue can't be read: " + catalog.error().front().what};
    snapshot.catalog = std::move(*catalog);
    snapshot.catalog_hash = row[1].c_str();
  }
  for (const auto& row :
       transaction.exec("SELECT id, account, license_id, feature, kind, option_id FROM tally_ledger.counters")) {
    model::CounterIdentity identity{.id = {row[0].as<std::int64_t>()},
                                    .account = row[1].c_str(),
                                    .license = {row[2].as<std::int64_t>()},
                                    .feature = row[3].c_str(),
                                    .kind = static_cast<model::CounterKind>(row[4].as<int>()),
                                    .option = {}};
    if (!row[5].is_null()) identity.option = guid(row[5]);
    snapshot.counters.push_back(std::move(identity));
  }
}

void read_sums(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  for (const auto& row :
       transaction.exec("SELECT counter_id, used, gross, high_water, group_number FROM tally_ledger.balances")) {
    snapshot.balances.push_back({.counter = {row[0].as<std::int64_t>()},
                                 .used = quantity(row[1]),
                                 .gross = quantity(row[2]),
                                 .high_water = quantity(row[3]),
                                 .group = {row[4].as<std::int64_t>()}});
  }
  for_each_row(transaction, holds_sql, [&](const pqxx::row& row) {
    snapshot.holds.push_back({.token = {row[0].as<std::int64_t>()},
                              .counter = {row[1].as<std::int64_t>()},
                              .holder_kind = static_cast<model::HolderKind>(row[2].as<int>()),
                              .session = guid(row[3]),
                              .quantity = quantity(row[4]),
                              .taken_at = instant(row[5]),
                              .used_then = quantity(row[6]),
                              .balance_then = optional_quantity(row[7]),
                              .reason = row[8].c_str()});
  });
}

void read_sessions(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  for_each_row(transaction, sessions_sql, [&](const pqxx::row& row) {
    snapshot.sessions.push_back({.id = guid(row[0]),
                                 .account = row[1].c_str(),
                                 .user = row[2].c_str(),
                                 .database = row[3].c_str(),
                                 .computer = row[4].c_str(),
                                 .address = row[5].c_str(),
                                 .login_time = instant(row[6]),
                                 .last_contact = instant(row[7]),
                                 .offline = row[8].as<bool>(),
                                 .remembered = guids(row[10].c_str()),
                                 .settings = settings_from_json(row[9].c_str())});
  });
}

void read_later_events(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  const std::string sql = events_after_sql + std::to_string(snapshot.fold_position.value) + " ORDER BY token";
  for_each_row(transaction, sql, [&](const pqxx::row& row) {
    const model::GroupNumber group{row[1].as<std::int64_t>()};
    if (snapshot.later_groups.empty() || snapshot.later_groups.back().group != group) {
      snapshot.later_groups.push_back({.group = group, .at = instant(row[2]), .events = {}});
    }
    snapshot.later_groups.back().events.push_back({.token = {row[0].as<std::int64_t>()},
                                                   .kind = static_cast<model::EventKind>(row[3].as<int>()),
                                                   .door = static_cast<model::Door>(row[4].as<int>()),
                                                   .counter = {number_or_zero(row[5])},
                                                   .session = guid(row[6]),
                                                   .user = row[7].c_str(),
                                                   .holder_kind = static_cast<model::HolderKind>(row[14].as<int>()),
                                                   .hold = {number_or_zero(row[8])},
                                                   .quantity = quantity(row[9]),
                                                   .used_after = quantity(row[10]),
                                                   .gross_after = quantity(row[11]),
                                                   .balance_after = optional_quantity(row[12]),
                                                   .reason = row[13].c_str(),
                                                   .resource = guid(row[15]),
                                                   .numbers = numbers(row[16], row[17]),
                                                   .for_user = guid(row[18])});
  });
}

void read_answers(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  for_each_row(transaction, answers_sql, [&](const pqxx::row& row) {
    snapshot.answers.push_back({.key = {.caller = row[0].c_str(),
                                        .operation = row[1].c_str(),
                                        .key = row[2].c_str(),
                                        .digest = row[3].c_str()},
                                .recorded_at = instant(row[4]),
                                .outcome = outcome_from_json(row[5].c_str())});
  });
}

/// Everything, or DamagedLedger: what can't be read although the server answers is damage.
storage::Snapshot read_all(SnapshotTransaction& transaction, const std::stop_token& stop) try {
  {
    const Patience with_server{transaction.conn(), part_patience, stop};
    check_ledger(transaction);
  }
  storage::Snapshot snapshot;
  for (const auto part :
       {read_position, read_catalog, read_sums, read_sessions, read_later_events, read_answers, read_rows}) {
    const Patience with_server{transaction.conn(), part_patience, stop};
    part(transaction, snapshot);
  }
  return snapshot;
} catch (const pqxx::sql_error& error) {
  if (tells_of_damage(error.sqlstate())) throw DamagedLedger{trimmed(error.what())};
  throw;
} catch (const pqxx::failure&) {
  throw;  // the connection's
} catch (const DamagedLedger&) {
  throw;
} catch (const std::bad_alloc&) {
  throw;
} catch (const std::exception& error) {
  throw DamagedLedger{trimmed(error.what())};
}

template<class Work>
auto in_snapshot(const std::string& url, const Work& work) {
  pqxx::connection connection{connection_string(url, "tally snapshot").value()};
  SnapshotTransaction transaction{connection};
  {
    const Patience with_server{connection, part_patience};
    transaction.exec("SET LOCAL timezone = 'UTC'");
  }
  auto result = work(transaction);
  const Patience with_server{connection, part_patience};
  transaction.commit();
  return result;
}

}  // namespace

void examine(const std::string& url, const std::stop_token& stop) {
  (void)in_snapshot(url, [&stop](SnapshotTransaction& transaction) { return read_all(transaction, stop); });
}

storage::Snapshot read_snapshot(const std::string& url, model::GroupNumber opening, const std::stop_token& stop) {
  return in_snapshot(url, [opening, &stop](SnapshotTransaction& transaction) {
    {
      const Patience with_server{transaction.conn(), part_patience};
      must_be_ours(transaction, opening);
    }
    return read_all(transaction, stop);
  });
}

}  // namespace tally::postgres
