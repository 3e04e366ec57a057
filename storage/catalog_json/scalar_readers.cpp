#include "scalar_readers.hpp"

#include <algorithm>
#include <charconv>

#include "tally/catalog_json/instant_text.hpp"

namespace tally::catalog_json {
namespace {

/// A number as digits and the power of ten that they count: 12.50 is 1250 and -2.
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};

/// The text is valid JSON already. Exponents beyond any use are cut to a size that cannot overflow.
Decimal to_decimal(std::string_view text) {
  Decimal decimal;
  decimal.negative = text.starts_with('-');
  if (decimal.negative) text.remove_prefix(1);
  const auto letter = text.find_first_of("eE");
  if (letter != std::string_view::npos) {
    std::string_view power = text.substr(letter + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto read = std::from_chars(power.data(), power.data() + power.size(), decimal.exponent);
    constexpr int beyond_use = 1'000'000'000;
    if (read.ec != std::errc{}) decimal.exponent = power.starts_with('-') ? -beyond_use : beyond_use;
    decimal.exponent = std::clamp(decimal.exponent, -beyond_use, beyond_use);
    text = text.substr(0, letter);
  }
  const auto point = text.find('.');
  decimal.digits = text.substr(0, point);
  if (point != std::string_view::npos) {
    decimal.digits += text.substr(point + 1);
    decimal.exponent -= static_cast<int>(text.size() - point - 1);
  }
  decimal.digits.erase(0, std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size()));
  while (decimal.digits.ends_with('0')) {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  return decimal;
}

enum class ScaleError { too_large, too_fine };

/// The number counted in units of 10^-decimals.
std::expected<std::int64_t, ScaleError> scaled(Decimal decimal, int decimals) {
  if (decimal.digits.empty()) return 0;
  const int zeros = decimal.exponent + decimals;
  if (zeros < 0) return std::unexpected{ScaleError::too_fine};
  constexpr int digits_max = 19;  // of a 64-bit number
  if (zeros > digits_max) return std::unexpected{ScaleError::too_large};
  decimal.digits.append(static_cast<std::size_t>(zeros), '0');
  std::int64_t value = 0;
  const char* end = decimal.digits.data() + decimal.digits.size();
  if (std::from_chars(decimal.digits.data(), end, value).ec != std::errc{})
    return std::unexpected{ScaleError::too_large};
  return decimal.negative ? -value : value;
}

/// The code points of valid UTF-8, one after the other.
char32_t next_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  const std::size_t size = lead < 0x80 ? 1U : lead < 0xE0 ? 2U : lead < 0xF0 ? 3U : 4U;
  char32_t point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
  for (std::size_t at = 1; at < size; ++at) point = (point << 6) | (byte(at) & 0x3FU);
  text.remove_prefix(size);
  return point;
}

bool may_stand_in_text(char32_t point) {
  const bool control = point < 0x20 || (point >= 0x7F && point <= 0x9F);
  return !control && point != 0xFFFE && point != 0xFFFF;
}

const std::string* text_of(const Spot& spot) {
  const auto* text = std::get_if<std::string>(&spot.node.value);
  if (text == nullptr) spot.mistake("must be a string");
  return text;
}

}  // namespace

bool is_null(const Spot& spot) { return std::holds_alternative<std::monostate>(spot.node.value); }

std::optional<std::string> read_text(const Spot& spot, std::size_t characters_max) {
  const std::string* text = text_of(spot);
  if (text == nullptr) return std::nullopt;
  std::size_t characters = 0;
  bool clean = true;
  for (std::string_view rest = *text; !rest.empty(); ++characters)
    clean = may_stand_in_text(next_code_point(rest)) && clean;
  if (characters >= 1 && characters <= characters_max && clean) return *text;
  if (characters == 0) spot.mistake("must not be empty");
  if (characters > characters_max)
    spot.mistake("must not be longer than " + std::to_string(characters_max) + " characters");
  if (!clean) spot.mistake("must not contain control characters");
  return std::nullopt;
}

std::optional<std::int64_t> read_whole(const Spot& spot, WholeRange range) {
  const auto* number = std::get_if<NumberText>(&spot.node.value);
  if (number != nullptr) {
    const auto value = scaled(to_decimal(number->text), 0);
    if (value && *value >= range.min && *value <= range.max) return *value;
  }
  spot.mistake("must be a whole number from " + std::to_string(range.min) + " to " + std::to_string(range.max));
  return std::nullopt;
}

std::optional<model::Quantity> read_quantity(const Spot& spot) {
  const auto* number = std::get_if<NumberText>(&spot.node.value);
  if (number == nullptr) {
    spot.mistake("must be a number");
    return std::nullopt;
  }
  const auto millionths = scaled(to_decimal(number->text), 6);
  if (!millionths && millionths.error() == ScaleError::too_fine) {
    spot.mistake("must not have more than six decimals");
    return std::nullopt;
  }
  if (millionths && *millionths >= 0 && *millionths <= model::quantity_max.millionths())
    return model::Quantity::from_millionths(*millionths);
  spot.mistake("must be from 0 to " + model::to_string(model::quantity_max));
  return std::nullopt;
}

std::optional<bool> read_flag(const Spot& spot) {
  if (const bool* flag = std::get_if<bool>(&spot.node.value)) return *flag;
  spot.mistake("must be true or false");
  return std::nullopt;
}

std::optional<model::Instant> read_instant(const Spot& spot) {
  const std::string* text = text_of(spot);
  if (text == nullptr) return std::nullopt;
  const auto instant = parse_instant(*text);
  if (!instant)
    spot.mistake(quoted(*text) + R"( is not an RFC 3339 date or date-time such as 2026-12-31 or 2026-12-31T18:00:00Z)");
  return instant;
}

std::optional<model::Guid> read_guid(const Spot& spot) {
  const std::string* text = text_of(spot);
  if (text == nullptr) return std::nullopt;
  const auto guid = model::parse_guid(*text);
  if (!guid) spot.mistake(quoted(*text) + " is not a guid");
  return guid;
}

std::optional<std::string_view> read_word(const Spot& spot, std::span<const std::string_view> words) {
  const std::string* text = text_of(spot);
  if (text == nullptr) return std::nullopt;
  const auto found = std::ranges::find(words, *text);
  if (found != words.end()) return *found;
  std::string known;
  for (const std::string_view word : words) known.append(known.empty() ? "" : ", ").append(word);
  spot.mistake(quoted(*text) + " is none of " + known);
  return std::nullopt;
}

}  // namespace tally::catalog_json
