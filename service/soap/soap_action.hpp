#pragma once

#include <string>
#include <string_view>

namespace tally::soap {

/// What a SOAPAction header names: one pair of quotes is removed if both are there, then the value is URL-decoded
/// (docsvision-storageserver, 4.3).
[[nodiscard]] std::string action_of(std::string_view header);

}  // namespace tally::soap
