#pragma once

#include <string>

#include "tally/storage/records.hpp"

namespace tally::postgres {

/// Everything a writer begins with, read in one REPEATABLE READ transaction on a connection of its own. Throws
/// std::exception when the database is unreachable or a row can't be what a Tally wrote.
[[nodiscard]] storage::Snapshot read_snapshot(const std::string& url, model::GroupNumber opening);

}  // namespace tally::postgres
