#pragma once

#include "tally/engine/draft.hpp"
#include "tally/engine/writer_observer.hpp"

namespace tally::engine {

/// What is to be done of consumption and of named users' places although nobody asks, in portions: counters return to
/// 0, leases and loans end, and what the catalogue counts gets its counters.
void keep_floating_house(Draft& draft, Observer& observer);

/// How long until there is something of it to do; not above 0 when there is now, at most an hour.
[[nodiscard]] std::chrono::steady_clock::duration time_to_floating_duty(const State& state, model::Now now);

}  // namespace tally::engine
