#include "tally/catalog_json/instant_text.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace tally::catalog_json {
namespace {

using std::chrono::microseconds;

/// Takes the parts of a text from its front; after the first part that does not fit, every further one fails too.
class Parts {
 public:
  explicit Parts(std::string_view text) : rest_{text} {}

  /// Exactly so many digits.
  int number(std::size_t digits) {
    if (rest_.size() < digits || !is_digit(rest_.front())) return fail();
    int value = 0;
    const auto* end = rest_.data() + digits;
    if (std::from_chars(rest_.data(), end, value).ptr != end) return fail();
    rest_.remove_prefix(digits);
    return value;
  }

  /// One of these characters.
  char one_of(std::string_view accepted) {
    if (rest_.empty() || !accepted.contains(rest_.front())) return static_cast<char>(fail());
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }

  /// The decimals of a second, if there are any.
  microseconds fraction() {
    if (!rest_.starts_with('.')) return {};
    rest_.remove_prefix(1);
    std::size_t digits = 0;
    while (digits < rest_.size() && is_digit(rest_[digits])) ++digits;
    if (digits == 0 || digits > 6) return microseconds{fail()};
    std::int64_t value = number(digits);
    for (std::size_t place = digits; place < 6; ++place) value *= 10;
    return microseconds{value};
  }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool good() const { return good_; }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  int fail() {
    good_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

microseconds offset_from_utc(Parts& parts) {
  const char sign = parts.one_of("Zz+-");
  if (sign == 'Z' || sign == 'z') return {};
  const std::chrono::hours hours{parts.number(2)};
  parts.one_of(":");
  const std::chrono::minutes minutes{parts.number(2)};
  if (hours.count() > 23 || minutes.count() > 59) parts.number(1);  // nothing is left to read: fails
  return sign == '-' ? -(hours + minutes) : hours + minutes;
}

std::optional<microseconds> time_of_day_in_utc(Parts& parts) {
  parts.one_of("Tt ");
  const std::chrono::hours hours{parts.number(2)};
  parts.one_of(":");
  const std::chrono::minutes minutes{parts.number(2)};
  parts.one_of(":");
  const std::chrono::seconds seconds{parts.number(2)};
  const microseconds fraction = parts.fraction();
  const microseconds offset = offset_from_utc(parts);
  if (hours.count() > 23 || minutes.count() > 59 || seconds.count() > 59) return std::nullopt;
  return hours + minutes + seconds + fraction - offset;
}

bool has_four_digit_year(model::Instant instant) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(instant)};
  return date.year() >= std::chrono::year{1} && date.year() <= std::chrono::year{9999};
}

}  // namespace

std::optional<model::Instant> parse_instant(std::string_view text) {
  Parts parts{text};
  const std::chrono::year year{parts.number(4)};
  parts.one_of("-");
  const std::chrono::month month{static_cast<unsigned>(parts.number(2))};
  parts.one_of("-");
  const std::chrono::year_month_day date{year, month, std::chrono::day{static_cast<unsigned>(parts.number(2))}};
  if (!parts.good() || !date.ok()) return std::nullopt;
  model::Instant instant = std::chrono::sys_days{date};
  if (!parts.at_end()) {
    const auto time = time_of_day_in_utc(parts);
    if (!time || !parts.good() || !parts.at_end()) return std::nullopt;
    instant += *time;
  }
  if (!has_four_digit_year(instant)) return std::nullopt;
  return instant;
}

std::string to_string(model::Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{instant - day};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  std::string written = text.data();
  if (instant == day) return written;
  std::snprintf(text.data(), text.size(), "T%02d:%02d:%02d", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  written += text.data();
  if (time.subseconds().count() != 0) {
    std::snprintf(text.data(), text.size(), ".%06d", static_cast<int>(time.subseconds().count()));
    written += text.data();
    written.erase(written.find_last_not_of('0') + 1);
  }
  return written + 'Z';
}

}  // namespace tally::catalog_json
