#pragma once

#include <string_view>

#include "tally/http/response.hpp"
#include "tally/model/answer.hpp"

namespace tally::floating {

/// An error as floating clients read it: every status of 400 and more has a body with `status`, `code` and `message`.
/// `code` and `label` have static storage.
[[nodiscard]] http::Response refusal(unsigned status, std::string_view code, std::string_view message,
                                     std::string_view label);

/// The same for what the engine refused.
[[nodiscard]] http::Response refusal(const model::Refusal& refused, std::string_view label);

/// The same for what the HTTP server or a stand-by decides.
[[nodiscard]] http::Response refusal_by_status(unsigned status);

}  // namespace tally::floating
