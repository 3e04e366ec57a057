#pragma once

#include <string>

#include "history_query.hpp"

namespace tally::history {

/// An object that repeats the question, with the array `rows`.
[[nodiscard]] std::string json_reply(const storage::HistoryQuestion& question, const storage::HistoryRows& rows);

/// RFC 4180, with a header. A text that a spreadsheet would take for a formula begins with an apostrophe.
[[nodiscard]] std::string csv_reply(const storage::HistoryQuestion& question, const storage::HistoryRows& rows);

}  // namespace tally::history
