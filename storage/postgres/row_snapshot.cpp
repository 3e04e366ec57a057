#include "row_snapshot.hpp"

namespace tally::postgres {
namespace {

void read_numbers(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  for (const auto& row : transaction.exec("SELECT account, id, left_bound, right_bound FROM tally_ledger.numerators")) {
    snapshot.numerators.push_back(
        {.account = row[0].c_str(), .id = guid(row[1]), .bounds = numbers(row[2], row[3]).value()});
  }
  for (const auto& row : transaction.exec(
           "SELECT id, account, numerator, name, name_id, used, gross, high_water FROM tally_ledger.zones")) {
    snapshot.zones.push_back({.id = {row[0].as<std::int64_t>()},
                              .account = row[1].c_str(),
                              .numerator = guid(row[2]),
                              .name = row[3].c_str(),
                              .name_id = guid(row[4]),
                              .used = row[5].as<std::int64_t>(),
                              .gross = row[6].as<std::int64_t>(),
                              .high_water = row[7].as<std::int64_t>()});
  }
  for (const auto& row : transaction.exec("SELECT zone_id, first, last FROM tally_ledger.number_ranges")) {
    snapshot.taken_ranges.push_back({.zone = {row[0].as<std::int64_t>()}, .numbers = numbers(row[1], row[2]).value()});
  }
}

void read_locks(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  for (const auto& row :
       transaction.exec("SELECT account, resource, kind, section, instance, session_id, user_name, " MICROSECONDS(
           "locked_at") " FROM tally_ledger.locks")) {
    snapshot.locks.push_back({.account = row[0].c_str(),
                              .resource = guid(row[1]),
                              .kind = static_cast<model::ResourceKind>(row[2].as<int>()),
                              .section = guid(row[3]),
                              .instance = guid(row[4]),
                              .session = guid(row[5]),
                              .user = row[6].c_str(),
                              .locked_at = instant(row[7])});
  }
}

}  // namespace

void read_rows(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  read_numbers(transaction, snapshot);
  read_locks(transaction, snapshot);
  for (const auto& row : transaction.exec("SELECT account, user_name, id FROM tally_ledger.profiles")) {
    snapshot.profiles.push_back({.account = row[0].c_str(), .user = row[1].c_str(), .id = guid(row[2])});
  }
}

}  // namespace tally::postgres
