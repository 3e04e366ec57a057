#include "tally/model/guid.hpp"

namespace tally::model {
namespace {

constexpr std::string_view white_space = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

/// Without the braces or parentheses that enclose it; .NET takes them only around the dashed form.
std::optional<std::string_view> without_enclosure(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const char open = text.front();
  if (open != '{' && open != '(') return text;
  const char close = open == '{' ? '}' : ')';
  if (text.size() != 38 || text.back() != close) return std::nullopt;
  return text.substr(1, 36);
}

int hexadecimal_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

bool dash_belongs_before(std::size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

}  // namespace

std::optional<Guid> parse_guid(std::string_view text) {
  const auto inner = without_enclosure(trimmed(text));
  if (!inner) return std::nullopt;
  const bool dashed = inner->size() == 36;
  if (!dashed && inner->size() != 32) return std::nullopt;
  Guid guid;
  const char* next = inner->data();
  for (std::size_t byte = 0; byte < guid.bytes.size(); ++byte) {
    if (dashed && dash_belongs_before(byte) && *next++ != '-') return std::nullopt;
    const int high = hexadecimal_value(next[0]);
    const int low = hexadecimal_value(next[1]);
    if (high < 0 || low < 0) return std::nullopt;
    guid.bytes[byte] = static_cast<std::uint8_t>(high * 16 + low);
    next += 2;
  }
  return guid;
}

std::string to_string(const Guid& guid) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t byte = 0; byte < guid.bytes.size(); ++byte) {
    if (dash_belongs_before(byte)) text += '-';
    text += digits[guid.bytes[byte] >> 4];
    text += digits[guid.bytes[byte] & 15];
  }
  return text;
}

}  // namespace tally::model
