#include "tally/common/json_text.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace tally::common {

void append_json_text(std::string& json, std::string_view text) {
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
  if (std::ranges::all_of(text, is_plain)) {
    json.append(1, '"').append(text).append(1, '"');
  } else {
    json += boost::json::serialize(boost::json::value(text));
  }
}

}  // namespace tally::common
