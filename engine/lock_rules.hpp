#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// Locks a resource for the session, or, checked out, for its user. Whoever has it already has it still: a temporary
/// lock becomes a check-out when that is asked for, and a check-out never becomes less.
[[nodiscard]] model::Outcome set_lock(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                      const SetLock& command);
/// What is free is cleared without a change.
[[nodiscard]] model::Outcome clear_lock(Draft& draft, const Caller& caller, const ClearLock& command);
/// Clears what it may, and tells the others.
[[nodiscard]] model::Outcome clear_locks(Draft& draft, const Caller& caller, const ClearLocks& command);
[[nodiscard]] model::Outcome read_lock(Draft& draft, const ReadLock& command);
[[nodiscard]] model::Outcome list_locks(Draft& draft, const ListLocks& command);

}  // namespace tally::engine
