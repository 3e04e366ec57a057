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

void read_consumption(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  for (const auto& row : transaction.exec("SELECT counter_id, period, " MICROSECONDS(
           "next_reset") ", allow_overages, max_overages FROM tally_ledger.consumption")) {
    model::ConsumptionState consumption{.counter = {row[0].as<std::int64_t>()}, .boundary = {}, .overages = {}};
    if (!row[1].is_null())
      consumption.boundary = {.period = static_cast<model::Period>(row[1].as<int>()), .at = instant(row[2])};
    if (!row[3].is_null()) consumption.overages = {.allowed = row[3].as<bool>(), .maximum = optional_quantity(row[4])};
    snapshot.consumption.push_back(consumption);
  }
}

void read_registrations(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  for (const auto& row : transaction.exec("SELECT counter_id, user_name, token, computer, address, " MICROSECONDS(
           "taken_at") ", used_then, "
                       "balance_then, " MICROSECONDS("borrowed_until") ", " MICROSECONDS(
                           "expires_at") " FROM tally_ledger.registrations")) {
    snapshot.registrations.push_back({.counter = {row[0].as<std::int64_t>()},
                                      .user = row[1].c_str(),
                                      .token = {row[2].as<std::int64_t>()},
                                      .computer = row[3].c_str(),
                                      .address = row[4].c_str(),
                                      .taken_at = instant(row[5]),
                                      .used_then = quantity(row[6]),
                                      .balance_then = optional_quantity(row[7]),
                                      .borrowed_until = optional_instant(row[8]),
                                      .expires_at = optional_instant(row[9])});
  }
}

void read_allotments(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  for (const auto& row :
       transaction.exec("SELECT id, account, scope, service, product, parent_id, token, " MICROSECONDS(
           "allotted_at") ", quantity FROM tally_ledger.allotments")) {
    snapshot.allotments.push_back(
        {.id = {row[0].as<std::int64_t>()},
         .holder = {.account = row[1].c_str(), .scope = row[2].c_str(), .service = row[3].c_str()},
         .product = row[4].c_str(),
         .parent = {row[5].as<std::int64_t>()},
         .token = {row[6].as<std::int64_t>()},
         .allotted_at = instant(row[7]),
         .quantity = quantity(row[8])});
  }
}

}  // namespace

void read_rows(SnapshotTransaction& transaction, storage::Snapshot& snapshot) {
  read_numbers(transaction, snapshot);
  read_locks(transaction, snapshot);
  read_consumption(transaction, snapshot);
  read_registrations(transaction, snapshot);
  read_allotments(transaction, snapshot);
  for (const auto& row : transaction.exec("SELECT account, user_name, id FROM tally_ledger.profiles")) {
    snapshot.profiles.push_back({.account = row[0].c_str(), .user = row[1].c_str(), .id = guid(row[2])});
  }
}

}  // namespace tally::postgres
