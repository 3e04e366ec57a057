#include "measures.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace tally::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

/// Takes a number of at most twelve digits, enough for every limit and far from overflow.
std::optional<std::int64_t> take_number(std::string_view& text) {
  constexpr std::size_t digits_max = 12;
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<std::size_t>(read.ptr - text.data());
  if (read.ec != std::errc{} || text.starts_with('-') || digits > digits_max) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

std::string_view take_letters(std::string_view& text) {
  const auto end = text.find_first_of("0123456789");
  const std::string_view letters = text.substr(0, end);
  text.remove_prefix(letters.size());
  return letters;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::array<Unit, 5> units{{{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  auto next_unit = units.begin();
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const std::string_view name = take_letters(text);
    while (next_unit != units.end() && next_unit->name != name) ++next_unit;
    if (next_unit == units.end() || *number > INT64_MAX / 10 / next_unit->factor) return std::nullopt;
    total += *number * next_unit->factor;
    ++next_unit;
  }
  return std::chrono::milliseconds{total};
}

std::optional<std::size_t> parse_size(std::string_view text) {
  constexpr std::array<Unit, 5> units{{{"", 1}, {"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  for (const Unit& unit : units)
    if (unit.name == text && *number <= INT64_MAX / unit.factor) return static_cast<std::size_t>(*number * unit.factor);
  return std::nullopt;
}

}  // namespace tally::config
