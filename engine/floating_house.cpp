#include "floating_house.hpp"

#include <algorithm>

#include "catalog_rules.hpp"
#include "registration_rules.hpp"
#include "reset_rules.hpp"

namespace tally::engine {

void keep_floating_house(Draft& draft, Observer& observer) {
  if (draft.state().lacks_counters()) complete_counters(draft);
  keep_due_boundaries(draft);
  if (const auto count = set_boundaries_anew(draft)) observer.report(BoundariesSetAnew{count});
  end_lapsed_places(draft);
}

std::chrono::steady_clock::duration time_to_floating_duty(const State& state, model::Now now) {
  using Duration = std::chrono::steady_clock::duration;
  // The wall clock may be set meanwhile: it is looked at again before long.
  constexpr model::Instant::duration longest = std::chrono::hours{1};
  if (state.lacks_counters()) return Duration::zero();
  const auto wall = [&](model::Instant at) { return at <= now.wall ? Duration::zero() : Duration{at - now.wall}; };
  Duration next = wall(std::min(next_reset(state), now.wall + longest));
  const auto& registrations = state.registrations();
  if (!registrations.leases().empty())
    next = std::min(next, std::get<0>(*registrations.leases().begin()) - now.monotonic);
  if (!registrations.loans().empty())
    next = std::min(next, wall(std::min(std::get<0>(*registrations.loans().begin()), now.wall + longest)));
  return next;
}

}  // namespace tally::engine
