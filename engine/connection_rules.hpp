#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

inline constexpr model::Quantity one_connection = model::Quantity::units(1);

/// The counter that has no place for the session's user and computer now (rule 7); null when they can connect, as when
/// one of their sessions is online already, or when the account's connections are not limited.
[[nodiscard]] const Counter* full_for(const Draft& draft, const model::Session& session);

/// Takes the connection's place for a session, or shares the one its connection has. It must be able to connect.
void connect(Draft& draft, const Caller& caller, const LiveSession& session);

}  // namespace tally::engine
