#pragma once

#include <map>

#include "tally/engine/decide.hpp"

namespace tally::engine {

/// How many named users may have a place of one counter, where it has no limit of its own.
inline constexpr std::size_t registrations_max = 100'000;
/// How far ahead a loan may end where the license does not say.
inline constexpr std::chrono::hours loan_max{366 * 24};
/// How many lapsed places one group ends.
inline constexpr std::size_t lapses_per_group = 500;

/// Takes a place of a license or of a floating feature, or renews it; lends it until a date when that is asked for. A
/// feature of a license that counts its users is for those who have a place of the license.
[[nodiscard]] model::Outcome register_user(Draft& draft, const RuleSettings& settings, const Caller& caller,
                                           const RegisterUser& command);
/// Who gives back a license's place gives back what they have of its features.
[[nodiscard]] model::Outcome unregister_user(Draft& draft, const Caller& caller, const UnregisterUser& command);
[[nodiscard]] model::Outcome unregister_all(Draft& draft, const Caller& caller, const UnregisterAll& command);

/// How long places of these counters last unrenewed, to tell after an import what has changed.
using Leases = std::map<model::CounterId, std::optional<std::chrono::seconds>>;
[[nodiscard]] Leases leases_of_places(const State& state);
/// After an import: where the lease changed it begins anew; where the counter left the catalogue the places end, since
/// nobody could give them back any more.
void keep_places_in_catalog(Draft& draft, const Leases& before, model::Door door);

/// Ends places whose lease or loan is over, of this counter, until there is room for `wanted`: a place that lapsed
/// never blocks anybody (rule 4). False when none was ended.
bool end_lapsed_places(Draft& draft, const Counter& counter, model::Quantity wanted);
/// The same for all counters, a portion of them.
void end_lapsed_places(Draft& draft);

/// For an orderly stop: the rows say when each lease will lapse.
void write_leases(Draft& draft);

}  // namespace tally::engine
