#pragma once

#include <expected>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace tally::common {

/// The parameters of a URL's query by name. Each must be one of `known` and there once, with a value of 1 to 256 bytes
/// of UTF-8 without control characters. The error says what is wrong, for the caller.
[[nodiscard]] std::expected<std::map<std::string, std::string>, std::string> query_values(
    std::string_view query, std::span<const std::string_view> known);

}  // namespace tally::common
