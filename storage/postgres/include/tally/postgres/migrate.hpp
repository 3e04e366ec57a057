#pragma once

#include <expected>
#include <string>

namespace tally::postgres {

/// Brings the schema up to what this program knows; does nothing when it is. Serialized against other migrators by an
/// advisory lock, each file in a transaction of its own. Returns how many files were applied, or what went wrong (for
/// the administrator). Refuses a schema that is newer than the program.
[[nodiscard]] std::expected<int, std::string> migrate(const std::string& url);

}  // namespace tally::postgres
