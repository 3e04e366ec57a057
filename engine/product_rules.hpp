#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// The place that the session has of the product afterwards, with its token and its frozen counts.
[[nodiscard]] model::Outcome take_product_place(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                                const TakeProductPlace& command);
[[nodiscard]] model::Outcome give_back_token(Draft& draft, const Caller& caller, const GiveBackToken& command);

}  // namespace tally::engine
