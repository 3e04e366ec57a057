#include "tally/model/names.hpp"

#include <algorithm>

namespace tally::model {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::granted: return "granted";
    case EventKind::refused: return "refused";
    case EventKind::given_back: return "given_back";
    case EventKind::session_opened: return "session_opened";
    case EventKind::session_ended: return "session_ended";
    case EventKind::expired: return "expired";
    case EventKind::reset: return "reset";
    case EventKind::adjusted: return "adjusted";
    case EventKind::allotted: return "allotted";
    case EventKind::joined: return "joined";
    case EventKind::left: return "left";
    case EventKind::number_taken: return "number_taken";
    case EventKind::number_released: return "number_released";
    case EventKind::bounds_changed: return "bounds_changed";
    case EventKind::locked: return "locked";
    case EventKind::unlocked: return "unlocked";
  }
  return "unknown";
}

std::string_view name_of(Door door) {
  switch (door) {
    case Door::engine: return "engine";
    case Door::soap: return "soap";
    case Door::floating: return "floating";
    case Door::license_resource_manager: return "lrm";
    case Door::usage: return "usage";
    case Door::admin: return "admin";
    case Door::command_line: return "command_line";
  }
  return "unknown";
}

std::string_view name_of(CounterKind kind) {
  switch (kind) {
    case CounterKind::floating: return "floating";
    case CounterKind::consumption: return "consumption";
    case CounterKind::allotted: return "allotted";
  }
  return "unknown";
}

std::string_view name_of(CountBy count_by) {
  switch (count_by) {
    case CountBy::increment: return "increment";
    case CountBy::session: return "session";
    case CountBy::connection: return "connection";
  }
  return "unknown";
}

std::string_view name_of(Period period) {
  switch (period) {
    case Period::daily: return "daily";
    case Period::weekly: return "weekly";
    case Period::monthly: return "monthly";
    case Period::annually: return "annually";
  }
  return "unknown";
}

std::optional<Period> period_named(std::string_view name) {
  for (const auto period : {Period::daily, Period::weekly, Period::monthly, Period::annually}) {
    if (name_of(period) == name) return period;
  }
  return std::nullopt;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a == b || std::ranges::equal(a, b, {}, lower, lower);  // mostly they are the same to the letter
}

std::string lower_case(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

bool has_control_characters(std::string_view text) {
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) return true;
  for (auto at = text.find('\xc2'); at != std::string_view::npos; at = text.find('\xc2', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0) return true;
  }
  return false;
}

bool is_utf8(std::string_view text) {
  const auto* next = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = next + text.size();
  while (next != end) {
    const unsigned char lead = *next++;
    if (lead < 0x80) continue;
    const int followers = lead >= 0xc2 && lead <= 0xdf   ? 1
                          : lead >= 0xe0 && lead <= 0xef ? 2
                          : lead >= 0xf0 && lead <= 0xf4 ? 3
                                                         : 0;
    if (followers == 0 || end - next < followers) return false;
    // The first follower's range is what excludes overlong forms, surrogates and what lies beyond U+10FFFF.
    const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (*next < low || *next > high) return false;
    for (int follower = 1; follower < followers; ++follower) {
      if (next[follower] < 0x80 || next[follower] > 0xbf) return false;
    }
    next += followers;
  }
  return true;
}

}  // namespace tally::model
