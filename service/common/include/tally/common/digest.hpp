#pragma once

#include <string>
#include <string_view>

namespace tally::common {

/// Two lower-case digits a byte.
[[nodiscard]] std::string hexadecimal(std::string_view bytes);

/// SHA-256 in hexadecimal.
[[nodiscard]] std::string sha256(std::string_view text);

}  // namespace tally::common
