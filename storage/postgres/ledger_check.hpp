#pragma once

#include "stored_fields.hpp"

namespace tally::postgres {

/// Looks for what can't be where only Tally wrote: groups or events that are missing behind the fold, rows that name
/// what there is not, a schema that somebody changed. Throws DamagedLedger with the first thing found.
void check_ledger(SnapshotTransaction& transaction);

}  // namespace tally::postgres
