#pragma once

#include <string>

#include "tally/common/web_tokens.hpp"
#include "tally/engine/command.hpp"

namespace tally::floating {

/// What clients want to hear of a log-in: a JSON web token with the claims `username` and `role`. Without
/// `tokens` nothing is asked of its bearer, and so it is not signed (algorithm `none`).
[[nodiscard]] std::string bearer_token(const engine::Caller& caller, const common::WebTokens* tokens);

}  // namespace tally::floating
