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

/// By character; -1 for what is no digit.
constexpr auto hexadecimal_values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t value = 0; value < 16; ++value) {
    values[static_cast<unsigned char>("0123456789abcdef"[value])] = static_cast<std::int8_t>(value);
    values[static_cast<unsigned char>("0123456789ABCDEF"[value])] = static_cast<std::int8_t>(value);
  }
  return values;
}();

int hexadecimal_value(char digit) { return hexadecimal_values[static_cast<unsigned char>(digit)]; }

/// Where the pairs of digits stand.
constexpr std::array<std::uint8_t, 16> places_dashed{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<std::uint8_t, 16> places_plain{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30};

bool has_dashes(std::string_view text) {
  return text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

bool dash_belongs_before(std::size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

}  // namespace

std::optional<Guid> parse_guid(std::string_view text) {
  const auto inner = without_enclosure(trimmed(text));
  if (!inner) return std::nullopt;
  const bool dashed = inner->size() == 36;
  if (dashed ? !has_dashes(*inner) : inner->size() != 32) return std::nullopt;
  const auto& places = dashed ? places_dashed : places_plain;
  Guid guid;
  int all = 0;  // negative as soon as one of them is no digit
  for (std::size_t byte = 0; byte < guid.bytes.size(); ++byte) {
    const int high = hexadecimal_value((*inner)[places[byte]]);
    const int low = hexadecimal_value((*inner)[places[byte] + 1U]);
    all |= high | low;
    guid.bytes[byte] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return all < 0 ? std::nullopt : std::optional{guid};
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
