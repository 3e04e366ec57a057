#pragma once

#include <expected>
#include <string>

namespace tally::postgres {

/// A database URL (or libpq key=value string) with our defaults for what it leaves open: a server that is gone is
/// noticed in seconds, and of several hosts the primary is looked for. Says what is wrong without repeating the URL,
/// which may hold a password.
[[nodiscard]] std::expected<std::string, std::string> connection_string(const std::string& url,
                                                                        const std::string& application_name);

}  // namespace tally::postgres
