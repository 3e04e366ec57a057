#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// Uses units up or gives them back, and changes the license's overage settings where it lets requests do so (rule 10).
[[nodiscard]] model::Outcome consume(Draft& draft, const Caller& caller, const Consume& command);

}  // namespace tally::engine
