#include "value_check.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>

#include "tally/model/guid.hpp"

namespace tally::soap {
namespace {

constexpr std::string_view bad_number = "Input string was not in a correct format.";

bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hexadecimal(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

std::optional<ValueFlaw> because(std::string_view reason) { return ValueFlaw{std::string{reason}}; }

/// "Value was either too large or too small for an Int32."
std::optional<ValueFlaw> out_of_range(std::string_view type) {
  return because(std::string{"Value was either too large or too small for "}.append(type).append("."));
}

template<class Number>
std::optional<ValueFlaw> integer_flaw(std::string_view text, std::string_view type) {
  const std::string_view number = trimmed(text);
  std::string_view digits = number;
  if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) digits.remove_prefix(1);
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return because(bad_number);
  // An unsigned number may be written -0.
  if (digits.find_first_not_of('0') == std::string_view::npos) return std::nullopt;
  const std::string_view plain = without_plus(number);
  Number value{};
  const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (read.ec != std::errc{} || read.ptr != plain.data() + plain.size()) return out_of_range(type);
  return std::nullopt;
}

std::optional<ValueFlaw> double_flaw(std::string_view text) {
  std::string_view number = trimmed(text);
  constexpr std::string_view names[] = {"INF", "-INF", "NaN", "Infinity", "-Infinity"};
  if (std::ranges::find(names, number) != std::end(names)) return std::nullopt;
  std::string_view digits = number;
  if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) digits.remove_prefix(1);
  // What from_chars knows besides: words, and those are spelled out above.
  if (digits.empty() || !(is_digit(digits.front()) || digits.front() == '.')) return because(bad_number);
  double value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec == std::errc::invalid_argument || read.ptr != digits.data() + digits.size()) return because(bad_number);
  // Too small a number is zero; too large a one is told so.
  const bool is_too_large =
      read.ec == std::errc::result_out_of_range && std::strtod(std::string{digits}.c_str(), nullptr) > 1;
  return is_too_large ? out_of_range("a Double") : std::nullopt;
}

std::optional<ValueFlaw> boolean_flaw(std::string_view text) {
  const std::string_view value = trimmed(text);
  if (value == "true" || value == "false" || value == "1" || value == "0") return std::nullopt;
  return because(std::string{"The string '"}.append(value).append("' is not a valid Boolean value."));
}

std::optional<ValueFlaw> enumeration_flaw(const NamedType& type, std::string_view text) {
  if (std::ranges::find(type.values, text) != type.values.end()) return std::nullopt;
  return because(std::string{"Instance validation error: '"}
                     .append(text)
                     .append("' is not a valid value for ")
                     .append(type.name)
                     .append("."));
}

/// The order of these complaints is that of System.Guid.
std::string_view guid_complaint(std::string_view text) {
  constexpr std::string_view length =
      "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).";
  constexpr std::string_view character = "Guid string should only contain hexadecimal characters.";
  if (text.empty()) return "Unrecognized Guid format.";
  if (text.find('-') == std::string_view::npos) {
    if (text.find('{') == std::string_view::npos) return text.size() != 32 ? length : character;
    return text.front() == '{' ? "Expected hex 0x in '{0xdddddddd, etc}'." : "Expected {0xdddddddd, etc}.";
  }
  if (text.front() == '{' || text.front() == '(') {
    const char close = text.front() == '{' ? '}' : ')';
    if (text.size() != 38 || text.back() != close) return length;
    text = text.substr(1, 36);
  }
  if (text.size() != 36) return length;
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
    return "Dashes are in the wrong position for GUID parsing.";
  for (const std::size_t begin : {0UL, 9UL, 14UL, 19UL, 24UL}) {
    const std::string_view digits = text.substr(begin, text.find('-', begin) - begin);
    if (!is_hexadecimal(digits.front())) return "Could not find any recognizable digits.";
    if (!std::ranges::all_of(digits, is_hexadecimal)) return begin == 24 ? length : character;
  }
  return length;
}

std::optional<ValueFlaw> guid_flaw(std::string_view text) {
  if (model::parse_guid(text)) return std::nullopt;
  return because(guid_complaint(trimmed(text)));
}

/// Letters and white space, then nothing but padding.
std::optional<ValueFlaw> base64_flaw(std::string_view text) {
  constexpr auto is_letter = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' || is_white(c);
  };
  const auto* const padding = std::ranges::find_if_not(text, is_letter);
  const bool is_base64 = std::all_of(padding, text.end(), [](char c) { return c == '=' || is_white(c); });
  return is_base64 ? std::nullopt : std::optional{ValueFlaw{}};
}

}  // namespace

std::optional<ValueFlaw> flaw_of(const Member& member, std::string_view text) {
  switch (member.type) {
    case ValueType::string:
    case ValueType::structure: return std::nullopt;
    case ValueType::int32: return integer_flaw<std::int32_t>(text, "an Int32");
    case ValueType::uint32: return integer_flaw<std::uint32_t>(text, "a UInt32");
    case ValueType::int64: return integer_flaw<std::int64_t>(text, "an Int64");
    case ValueType::float64: return double_flaw(text);
    case ValueType::boolean: return boolean_flaw(text);
    case ValueType::base64: return base64_flaw(text);
    case ValueType::guid: return guid_flaw(text);
    case ValueType::enumeration: return enumeration_flaw(*member.named, text);
  }
  return std::nullopt;
}

std::string_view plain_value(ValueType type, std::string_view text) {
  switch (type) {
    case ValueType::int32:
    case ValueType::int64:
    case ValueType::float64: return without_plus(trimmed(text));
    case ValueType::uint32: {
      const std::string_view value = without_plus(trimmed(text));
      return value.starts_with('-') ? "0" : value;
    }
    case ValueType::boolean: return trimmed(text);
    case ValueType::string:
    case ValueType::base64:
    case ValueType::guid:
    case ValueType::enumeration:
    case ValueType::structure: break;
  }
  return text;
}

}  // namespace tally::soap
