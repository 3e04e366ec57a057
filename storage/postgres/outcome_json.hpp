#pragma once

#include <string>
#include <string_view>

#include "tally/model/answer.hpp"

namespace tally::postgres {

/// Outcomes and settings as the jsonb of their rows.
[[nodiscard]] std::string outcome_to_json(const model::Outcome& outcome);
/// Throws std::exception on a text that outcome_to_json did not write.
[[nodiscard]] model::Outcome outcome_from_json(std::string_view text);

[[nodiscard]] std::string settings_to_json(const model::Settings& settings);
[[nodiscard]] model::Settings settings_from_json(std::string_view text);

}  // namespace tally::postgres
