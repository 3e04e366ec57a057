#pragma once

#include <string_view>

namespace tally::engine {

/// Whether a text may be a zone's name: at most 256 characters of UTF-8, no control characters. It may be empty.
[[nodiscard]] bool is_zone_name(std::string_view text);

}  // namespace tally::engine
