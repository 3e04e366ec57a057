#pragma once

#include <stop_token>
#include <string>

#include "tally/storage/records.hpp"

namespace tally::postgres {

/// Reads and checks all that a writer needs, and forgets it: so that a ledger is known to be whole before anything is
/// written to it. Throws DamagedLedger when it is not, another std::exception when the database can't be asked.
void examine(const std::string& url, const std::stop_token& stop);

/// Everything a writer begins with, read in one REPEATABLE READ transaction on a connection of its own. Throws as
/// examine().
[[nodiscard]] storage::Snapshot read_snapshot(const std::string& url, model::GroupNumber opening,
                                              const std::stop_token& stop);

}  // namespace tally::postgres
