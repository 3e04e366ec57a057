#pragma once

#include <chrono>
#include <optional>

#include "tally/engine/command.hpp"
#include "tally/engine/draft.hpp"

namespace tally::engine {

/// What the rules may be told by an administrator.
struct RuleSettings {
  std::chrono::milliseconds idle_timeout = std::chrono::minutes{300};
  std::optional<std::chrono::milliseconds> offline_timeout;  ///< absent: offline sessions are kept however silent
  bool administrators_are_named = false;                     ///< only they take licenses off and install them
};

/// Sessions that one group ends because they were silent too long.
inline constexpr std::size_t idle_ends_per_group = 500;

/// Decides one request by the rules of design.md, section 3: pure but for the draft, so the same requests on the same
/// state at the same time give the same outcomes, events and state. Repeats by idempotency key get their first answer.
[[nodiscard]] model::Outcome decide(Draft& draft, const RuleSettings& settings, const Request& request);

/// Ends sessions that are due, at most idle_ends_per_group. Returns how many.
std::size_t end_idle_sessions(Draft& draft, const RuleSettings& settings);

}  // namespace tally::engine
