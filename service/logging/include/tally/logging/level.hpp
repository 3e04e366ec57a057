#pragma once

#include <array>
#include <string_view>

namespace tally::logging {

/// How much a line matters, from least to most.
enum class Level { trace, debug, info, warning, error };

inline constexpr std::array<std::string_view, 5> level_names{"trace", "debug", "info", "warning", "error"};

/// How lines look: text for people, one JSON object a line for collectors.
enum class Format { text, json };

inline constexpr std::array<std::string_view, 2> format_names{"text", "json"};

[[nodiscard]] constexpr std::string_view name_of(Level level) { return level_names[static_cast<std::size_t>(level)]; }

}  // namespace tally::logging
