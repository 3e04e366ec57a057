#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// Rule 8: a session that goes offline gives back its connection and its places and remembers the options; coming
/// online it takes all of them again or is refused, takes nothing and stays offline.
[[nodiscard]] model::Outcome suspend_session(Draft& draft, const Caller& caller, const SuspendSession& command);
[[nodiscard]] model::Outcome resume_session(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                            const ResumeSession& command);

}  // namespace tally::engine
