#include "reset_rules.hpp"

#include <algorithm>

namespace tally::engine {
namespace {

using model::Instant;
using model::Period;

/// How far a clock may be set back without anything being set anew.
constexpr std::chrono::hours clock_tolerance{1};
constexpr std::array periods{Period::daily, Period::weekly, Period::monthly, Period::annually};

Instant latest_credible(Period period, Instant now) { return next_boundary(period, now + clock_tolerance); }

}  // namespace

Instant next_boundary(Period period, Instant after) {
  using namespace std::chrono;
  const sys_days day = floor<days>(after);
  const year_month_day date{day};
  switch (period) {
    case Period::daily: return day + days{1};
    case Period::weekly: return day + days{8 - weekday{day}.iso_encoding()};
    case Period::monthly: return sys_days{(date.year() / date.month() + months{1}) / 1};
    case Period::annually: break;
  }
  return sys_days{(date.year() + years{1}) / January / 1};
}

void keep_boundary(Draft& draft, const Counter& counter) {
  const auto period = counter.in_catalog ? counter.rule.period : std::nullopt;
  const Instant now = draft.now().wall;
  if (!period) {
    if (counter.boundary) draft.set_boundary(counter, std::nullopt);
    return;
  }
  const bool is_set = counter.boundary && counter.boundary->period == *period;
  if (is_set && counter.boundary->at > now) return;
  const model::Boundary next{.period = *period, .at = next_boundary(*period, now)};
  is_set ? draft.reset(counter, next) : draft.set_boundary(counter, next);
}

void keep_due_boundaries(Draft& draft) {
  const State& state = draft.state();
  std::size_t room = boundaries_per_group;
  for (const auto period : periods) {
    const auto& line = state.resets().line(period);
    for (; room > 0 && !line.empty() && line.begin()->first <= draft.now().wall; --room)
      keep_boundary(draft, *state.counter(line.begin()->second));
  }
  const auto& unset = state.resets().unset();
  for (; room > 0 && !unset.empty(); --room) keep_boundary(draft, *state.counter(*unset.begin()));
}

std::size_t set_boundaries_anew(Draft& draft) {
  const State& state = draft.state();
  std::size_t count = 0;
  for (const auto period : periods) {
    const auto& line = state.resets().line(period);
    if (line.empty()) continue;
    const Instant latest = latest_credible(period, draft.now().wall);
    const model::Boundary credible{.period = period, .at = next_boundary(period, draft.now().wall)};
    for (; count < boundaries_per_group && !line.empty() && line.rbegin()->first > latest; ++count)
      draft.set_boundary(*state.counter(line.rbegin()->second), credible);
  }
  return count;
}

Instant next_reset(const State& state) {
  if (!state.resets().unset().empty()) return Instant::min();
  Instant next = Instant::max();
  for (const auto period : periods) {
    const auto& line = state.resets().line(period);
    if (!line.empty()) next = std::min(next, line.begin()->first);
  }
  return next;
}

}  // namespace tally::engine
