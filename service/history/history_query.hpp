#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "tally/storage/history_ledger.hpp"

namespace tally::history {

enum class Format { json, csv };

struct HistoryRequest {
  storage::HistoryQuestion question;
  Format format = Format::json;
};

/// Reads the query `from`, `to`, `window`, `tz`, `group`, `account`, `product`, `user` and `format`, each at most once.
/// Without `to` it is `now`, without `from` thirty days before `to`; without `format` the header `Accept` decides. The
/// error says what is wrong, for the caller.
[[nodiscard]] std::expected<HistoryRequest, std::string> read_history_query(std::string_view query,
                                                                            std::string_view accept,
                                                                            model::Instant now);

/// The words of the query and the answer; stable once published.
[[nodiscard]] std::string_view name_of(storage::HistoryGroup group);
[[nodiscard]] std::string_view name_of(storage::HistoryWindow window);

}  // namespace tally::history
