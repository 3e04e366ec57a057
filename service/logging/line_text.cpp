#include "line_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace tally::logging {
namespace {

constexpr std::size_t value_bytes_max = 4096;
constexpr std::string_view hexadecimal = "0123456789abcdef";

void append_two_digits(unsigned number, std::string& text) {
  text += static_cast<char>('0' + number / 10);
  text += static_cast<char>('0' + number % 10);
}

/// The part of the time that changes once a second is kept from line to line.
void append_time(Moment at, std::string& text) {
  thread_local std::chrono::sys_seconds kept_second{std::chrono::seconds::min()};
  thread_local std::string kept_text;
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  if (second != kept_second) {
    const auto day = std::chrono::floor<std::chrono::days>(second);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{second - day};
    kept_text = std::to_string(static_cast<int>(date.year())) + '-';
    append_two_digits(static_cast<unsigned>(date.month()), kept_text);
    kept_text += '-';
    append_two_digits(static_cast<unsigned>(date.day()), kept_text);
    kept_text += 'T';
    append_two_digits(static_cast<unsigned>(time.hours().count()), kept_text);
    kept_text += ':';
    append_two_digits(static_cast<unsigned>(time.minutes().count()), kept_text);
    kept_text += ':';
    append_two_digits(static_cast<unsigned>(time.seconds().count()), kept_text);
    kept_second = second;
  }
  std::array<char, 8> fraction{'.', '0', '0', '0', '0', '0', '0', 'Z'};
  auto micros = static_cast<unsigned>((at - second).count());
  for (std::size_t digit = 6; digit > 0; --digit, micros /= 10) fraction[digit] = static_cast<char>('0' + micros % 10);
  text.append(kept_text).append(fraction.data(), fraction.size());
}

template<class Number>
void append_number(Number number, std::string& text) {
  std::array<char, 32> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  text.append(digits.data(), written.ptr);
}

/// How many bytes the character at the front has; 0 when it is no valid UTF-8 (Unicode 15, table 3-7).
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  const auto continues = [&](std::size_t at) { return (byte(at) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool shortest = lead != 0xE0 || byte(1) >= 0xA0;
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return continues(1) && continues(2) && shortest && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool shortest = lead != 0xF0 || byte(1) >= 0x90;
    const bool in_range = lead != 0xF4 || byte(1) < 0x90;
    return continues(1) && continues(2) && continues(3) && shortest && in_range ? 4 : 0;
  }
  return 0;
}

/// Not a control character, nor a separator that some viewers take for a line break, nor a direction mark that can make
/// a line look like another one.
bool is_harmless(std::string_view character) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(character[at]); };
  if (character.size() == 1) return byte(0) >= 0x20 && byte(0) != 0x7F;
  if (character.size() == 2) return byte(0) != 0xC2 || byte(1) >= 0xA0;
  if (character.size() == 3 && byte(0) == 0xE2 && byte(1) == 0x80) return byte(2) < 0xA8 || byte(2) > 0xAE;
  if (character.size() == 3 && byte(0) == 0xE2 && byte(1) == 0x81) return byte(2) < 0xA6 || byte(2) > 0xA9;
  return true;
}

/// A code point of at most three bytes, as both formats write it.
void append_escaped(std::string_view character, std::string& text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(character[at]); };
  switch (character.front()) {
    case '\n': text += "\\n"; return;
    case '\r': text += "\\r"; return;
    case '\t': text += "\\t"; return;
    default: break;
  }
  unsigned point = byte(0);
  if (character.size() == 2) point = (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU);
  if (character.size() == 3) point = (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
  text += "\\u";
  for (unsigned shift = 16; shift > 0; shift -= 4) text += hexadecimal[point >> (shift - 4) & 0xFU];
}

void append_broken_byte(char broken, Format format, std::string& text) {
  if (format == Format::json) {
    text += "\uFFFD";
    return;
  }
  text += "\\x";
  text += hexadecimal[static_cast<unsigned char>(broken) >> 4];
  text += hexadecimal[static_cast<unsigned char>(broken) & 0xFU];
}

/// Printable ASCII that needs neither quotes nor escapes, the usual case.
bool is_plain(char c, bool may_hold_spaces) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 - (may_hold_spaces ? 1 : 0) && byte < 0x7F && c != '"' && c != '\\' &&
         (may_hold_spaces || c != '=');
}

std::size_t plain_size(std::string_view text, bool may_hold_spaces) {
  std::size_t size = 0;
  while (size < text.size() && is_plain(text[size], may_hold_spaces)) ++size;
  return size;
}

/// What stands between quotes, or the message of a text line.
void append_clean(std::string_view value, Format format, std::string& text) {
  const bool is_cut = value.size() > value_bytes_max;
  if (is_cut) value = value.substr(0, value_bytes_max);
  while (!value.empty()) {
    const std::size_t plain = plain_size(value, true);
    text += value.substr(0, plain);
    value.remove_prefix(plain);
    if (value.empty()) break;
    const std::size_t size = character_size(value);
    if (size == 0) {
      append_broken_byte(value.front(), format, text);
    } else if (value.front() == '"' || value.front() == '\\') {
      (text += '\\') += value.front();
    } else if (is_harmless(value.substr(0, size))) {
      text += value.substr(0, size);
    } else {
      append_escaped(value.substr(0, size), text);
    }
    value.remove_prefix(size == 0 ? 1 : size);
  }
  if (is_cut) text += "...";
}

void append_in_quotes(std::string_view value, Format format, std::string& text) {
  text += '"';
  append_clean(value, format, text);
  text += '"';
}

struct ValueAppender {
  Format format;
  std::string& text;

  void operator()(std::string_view value) const {
    const bool needs_quotes = format == Format::json || value.empty() || value.size() > value_bytes_max ||
                              plain_size(value, false) < value.size();
    if (needs_quotes) return append_in_quotes(value, format, text);
    text += value;
  }
  void operator()(bool value) const { text += value ? "true" : "false"; }
  void operator()(double value) const {
    if (format == Format::json && !std::isfinite(value)) {
      text += "null";
    } else {
      append_number(value, text);
    }
  }
  void operator()(std::int64_t value) const { append_number(value, text); }
  void operator()(std::uint64_t value) const { append_number(value, text); }
};

}  // namespace

void append_text_line(const Line& line, std::string& text) {
  append_time(line.at, text);
  text.append(" ").append(name_of(line.level)).append(" ").append(name_of(line.channel)).append(" ");
  append_clean(line.message, Format::text, text);
  for (const Attribute& attribute : line.attributes) {
    text.append(" ").append(attribute.name).append("=");
    std::visit(ValueAppender{Format::text, text}, attribute.value);
  }
  text += '\n';
}

void append_json_line(const Line& line, std::string& text) {
  text += R"({"time":")";
  append_time(line.at, text);
  text.append(R"(","level":")").append(name_of(line.level));
  text.append(R"(","channel":")").append(name_of(line.channel));
  text += R"(","message":)";
  append_in_quotes(line.message, Format::json, text);
  for (const Attribute& attribute : line.attributes) {
    text.append(R"(,")").append(attribute.name).append(R"(":)");
    std::visit(ValueAppender{Format::json, text}, attribute.value);
  }
  text += "}\n";
}

}  // namespace tally::logging
