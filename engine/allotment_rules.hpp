#pragma once

#include "tally/engine/command.hpp"
#include "tally/engine/draft.hpp"

namespace tally::engine {

// Rule 11: absolute quantities of an account's products for its tenants' services.

[[nodiscard]] model::Outcome allot(Draft& draft, const Caller& caller, const Allot& command);
[[nodiscard]] model::Outcome remove_allotments(Draft& draft, const Caller& caller, const RemoveAllotments& command);
[[nodiscard]] model::Outcome read_allotments(const Draft& draft, const ReadAllotments& command);
[[nodiscard]] model::Outcome read_owned_products(const Draft& draft, const ReadOwnedProducts& command);

}  // namespace tally::engine
