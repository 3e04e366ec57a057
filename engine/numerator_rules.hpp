#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

[[nodiscard]] model::Outcome take_numbers(Draft& draft, const Caller& caller, const TakeNumbers& command);
[[nodiscard]] model::Outcome take_free_number(Draft& draft, const Caller& caller, const TakeFreeNumber& command);
/// What is not taken is released without a change.
[[nodiscard]] model::Outcome release_numbers(Draft& draft, const Caller& caller, const ReleaseNumbers& command);
[[nodiscard]] model::Outcome release_number_by_id(Draft& draft, const Caller& caller, const ReleaseNumberById& command);
/// Refuses a bound that would leave outside what is inside now, unless it is forced: what is outside then stays taken
/// until it is released.
[[nodiscard]] model::Outcome change_bound(Draft& draft, const Caller& caller, const ChangeBound& command);

// What reads makes no numerator and no zone: in one that is unknown all within the default bounds is free.
[[nodiscard]] model::Outcome read_number_by_id(Draft& draft, const ReadNumberById& command);
[[nodiscard]] model::Outcome read_number_id(Draft& draft, const ReadNumberId& command);
[[nodiscard]] model::Outcome read_number_status(Draft& draft, const ReadNumberStatus& command);

}  // namespace tally::engine
