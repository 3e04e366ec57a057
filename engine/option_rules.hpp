#pragma once

#include <span>
#include <string>

#include "tally/engine/decide.hpp"

namespace tally::engine {

[[nodiscard]] model::Outcome take_place(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                        const TakePlace& command);
[[nodiscard]] model::Outcome give_back(Draft& draft, const Caller& caller, const GiveBack& command);

/// What taking a place would come to for a session, by design rules 6 and 12.
struct Take {
  enum class Way {
    nothing,  ///< it has the place already, and repeats change nothing
    share,    ///< its connection has a place, which it may use too
    grant,    ///< it takes a place
    unknown,  ///< no valid license of the account knows what is wanted
  };
  Way way = Way::unknown;
  const Counter* counter = nullptr;  ///< none when unknown
};
[[nodiscard]] Take way_to_take(const Draft& draft, const LiveSession& session, const model::Guid& option);

/// The same where the taker means any of these counters, which stand in the catalogue's order. `newest` is the newest
/// place that the session has of them; null when it has none.
[[nodiscard]] Take way_to_take(const Draft& draft, const LiveSession& session,
                               std::span<const model::CounterId> counters, const model::Hold* newest);

/// Carries a take out; there must be room. `reason` stays with the place.
void carry_out(Draft& draft, const Caller& caller, const LiveSession& session, const Take& take,
               std::string reason = {});

/// Carries a take out if there is room, or can be made by ending due holders (rule 4); else why not.
[[nodiscard]] std::expected<void, model::Refusal> carry_out_within_limit(Draft& draft, const RuleSettings& settings,
                                                                         const Caller& caller,
                                                                         const LiveSession& session, const Take& take,
                                                                         std::string reason = {});

}  // namespace tally::engine
