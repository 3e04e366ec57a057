#pragma once

#include "tally/engine/draft.hpp"

namespace tally::engine {

/// The first end of a period after an instant: 00:00 UTC of any day, of a Monday, of the 1st, of 1 January.
[[nodiscard]] model::Instant next_boundary(model::Period period, model::Instant after);

/// Brings a counter up to now, before anything of it is decided or read: a boundary in the past is applied, once
/// however many went by; one that is missing, or is none of the counter's period, is set without a reset (rule 9).
void keep_boundary(Draft& draft, const Counter& counter);

/// What one group may do of the two below.
inline constexpr std::size_t boundaries_per_group = 500;

/// The same for the counters that nobody touches, a portion of them.
void keep_due_boundaries(Draft& draft);
/// A boundary that lies more than a period and an hour ahead was set by a clock that was wrong: it is set anew, without
/// a reset. Returns how many were.
std::size_t set_boundaries_anew(Draft& draft);

/// When the next counter returns to 0; far in the future when none does.
[[nodiscard]] model::Instant next_reset(const State& state);

}  // namespace tally::engine
