#pragma once

#include <string>
#include <string_view>

namespace tally::common {

/// Appends a text as a JSON string, in quotation marks.
void append_json_text(std::string& json, std::string_view text);

}  // namespace tally::common
