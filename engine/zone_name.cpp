#include "zone_name.hpp"

#include <algorithm>

#include "tally/model/names.hpp"

namespace tally::engine {
namespace {

constexpr std::ptrdiff_t characters_max = 256;

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

}  // namespace

bool is_zone_name(std::string_view text) {
  return std::ranges::count_if(text, begins_character) <= characters_max && model::is_utf8(text) &&
         !model::has_control_characters(text);
}

}  // namespace tally::engine
