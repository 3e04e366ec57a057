#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tally/model/ids.hpp"

namespace tally::catalog_json {

/// Reads an RFC 3339 date-time with its offset ("2026-01-02T03:04:05.5+03:00") or a date alone, which means 00:00 UTC
/// of that day. Absent for anything else, for more than six decimals of a second (nothing finer is kept), for leap
/// seconds, and for years outside 0001 to 9999 in UTC.
[[nodiscard]] std::optional<model::Instant> parse_instant(std::string_view text);

/// The shortest such text in UTC: a date alone for midnight, decimals only where they are needed.
[[nodiscard]] std::string to_string(model::Instant instant);

}  // namespace tally::catalog_json
