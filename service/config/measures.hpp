#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace tally::config {

/// "300m", "1h30m", "250ms": whole numbers with the units d, h, m, s, ms, each at most once and from large to small.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// "4MiB", "512KiB", "1GiB", "65536B" or a plain number of bytes.
[[nodiscard]] std::optional<std::size_t> parse_size(std::string_view text);

}  // namespace tally::config
