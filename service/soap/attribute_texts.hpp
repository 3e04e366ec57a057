#pragma once

#include <string>
#include <string_view>

#include "tally/model/ids.hpp"

namespace tally::soap {

/// As XML Schema's dateTime writes it, UTC, to the second.
[[nodiscard]] std::string date_time(model::Instant at);

/// ` name="escaped value"`. A reader turns line breaks and tabs of an attribute into blanks unless they are written as
/// references, so they are.
void append_attribute(std::string& xml, std::string_view name, std::string_view value);

}  // namespace tally::soap
