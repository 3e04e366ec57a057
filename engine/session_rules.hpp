#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// The session, which was heard of by this call; null when it is unknown or has ended.
[[nodiscard]] const LiveSession* contacted(Draft& draft, const model::SessionId& id);

/// The same for what only an online session may do (rule 8).
[[nodiscard]] std::expected<const LiveSession*, model::Refusal> online(Draft& draft, const model::SessionId& id);

[[nodiscard]] model::Outcome open_session(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                          const OpenSession& command);
[[nodiscard]] model::Outcome end_session(Draft& draft, const Caller& caller, const EndSession& command);
[[nodiscard]] model::Outcome terminate_session(Draft& draft, const Caller& caller, const TerminateSession& command);
[[nodiscard]] model::Outcome keep_alive(Draft& draft, const KeepAlive& command);
[[nodiscard]] model::Outcome read_session(Draft& draft, const ReadSession& command);
[[nodiscard]] model::Outcome change_settings(Draft& draft, const ChangeSettings& command);
[[nodiscard]] model::Outcome list_sessions(Draft& draft, const Caller& caller, const ListSessions& command);

/// Everything that the session holds goes back, newest first.
void give_back_all(Draft& draft, const LiveSession& session, model::Door door, const std::string& reason);

/// Ends leases that lapsed and sessions that are due and hold a place of the counter, until there is room for `wanted`:
/// before a take is refused, so that a dead client never blocks a live one (rule 4). False when none was ended.
bool end_idle_holders(Draft& draft, const RuleSettings& settings, const Counter& counter, model::Quantity wanted);

/// Ends a session if it is due; nothing happens to one that is unknown.
void end_if_idle(Draft& draft, const RuleSettings& settings, const model::SessionId& id);

}  // namespace tally::engine
