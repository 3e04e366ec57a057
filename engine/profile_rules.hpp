#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// A log-in makes its user known to the account, once.
void know_user_of(Draft& draft, const OpenSession& command, const std::string& user);

[[nodiscard]] model::Outcome read_profile(Draft& draft, const ReadProfile& command);
[[nodiscard]] model::Outcome read_profile_by_id(Draft& draft, const ReadProfileById& command);

}  // namespace tally::engine
