#pragma once

#include <string>
#include <string_view>

namespace tally::config {

/// A database URL (postgresql://user:secret@host/db?... or "host=... password=...") with every password replaced by
/// ***, fit for logs and messages. What cannot be read as either is not shown at all. Prefers hiding too much.
[[nodiscard]] std::string redacted(std::string_view database_url);

}  // namespace tally::config
