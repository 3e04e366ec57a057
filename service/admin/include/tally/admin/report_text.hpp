#pragma once

#include <string>

#include "tally/storage/report.hpp"

namespace tally::admin {

/// Columns side by side for a terminal, with a heading; control characters are shown as '?'.
[[nodiscard]] std::string as_columns(const storage::Report& report);
/// RFC 4180 with a heading line.
[[nodiscard]] std::string as_csv(const storage::Report& report);
/// An array of objects whose members are texts, numbers or null.
[[nodiscard]] std::string as_json(const storage::Report& report);

}  // namespace tally::admin
