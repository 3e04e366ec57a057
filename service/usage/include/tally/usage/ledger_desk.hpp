#pragma once

#include "tally/common/desk.hpp"
#include "tally/storage/usage_ledger.hpp"

namespace tally::usage {

/// Where the door asks the ledger.
using LedgerDesk = common::Desk<storage::UsageLedger>;

/// So many questions may wait.
inline constexpr std::size_t questions_max = 64;

}  // namespace tally::usage
