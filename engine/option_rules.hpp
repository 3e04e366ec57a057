#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// Takes a place of an option for a session, or refuses at the limit.
[[nodiscard]] model::Outcome take_place(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                        const TakePlace& command);

/// Gives back the session's newest place of an option; what is not held is given back without a change.
[[nodiscard]] model::Outcome give_back(Draft& draft, const Caller& caller, const GiveBack& command);

}  // namespace tally::engine
