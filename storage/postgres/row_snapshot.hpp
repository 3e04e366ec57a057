#pragma once

#include "stored_fields.hpp"
#include "tally/storage/records.hpp"

namespace tally::postgres {

/// Reads what numerators, locks, profiles, consumption, named users' places and allotments are.
void read_rows(SnapshotTransaction& transaction, storage::Snapshot& snapshot);

}  // namespace tally::postgres
