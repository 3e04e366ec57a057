#pragma once

#include "tally/common/desk.hpp"
#include "tally/storage/history_ledger.hpp"

namespace tally::history {

/// Where the door asks the ledger, and where it is summed up.
using HistoryDesk = common::Desk<storage::HistoryLedger>;

/// So many questions may wait for the one in work: each may take seconds.
inline constexpr std::size_t questions_max = 8;

}  // namespace tally::history
