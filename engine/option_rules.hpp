#pragma once

#include "tally/engine/decide.hpp"

namespace tally::engine {

[[nodiscard]] model::Outcome take_place(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                        const TakePlace& command);
[[nodiscard]] model::Outcome give_back(Draft& draft, const Caller& caller, const GiveBack& command);

/// What taking a place of an option would come to for a session, by design rules 6 and 12.
struct Take {
  enum class Way {
    nothing,  ///< it has the place already, and repeats change nothing
    share,    ///< its connection has a place, which it may use too
    grant,    ///< it takes a place
    unknown,  ///< no valid license of the account knows the option
  };
  Way way = Way::unknown;
  const Counter* counter = nullptr;  ///< none when unknown
};
[[nodiscard]] Take way_to_take(const Draft& draft, const LiveSession& session, const model::Guid& option);

/// Carries a take out; there must be room.
void carry_out(Draft& draft, const Caller& caller, const LiveSession& session, const Take& take);

}  // namespace tally::engine
