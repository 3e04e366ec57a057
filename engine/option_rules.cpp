#include "option_rules.hpp"

#include <algorithm>
#include <ranges>

#include "session_rules.hpp"

namespace tally::engine {
namespace {

constexpr model::Quantity one_place = model::Quantity::units(1);

/// The newest place the session has of an option, on whichever license (rule 12). A counter that was removed by force
/// still knows its option.
const model::Hold* newest_hold(const State& state, const LiveSession& session, const model::Guid& option) {
  const model::Hold* newest = nullptr;
  for (const auto& held : session.held) {
    const Counter* counter = state.counter(held.counter);
    if (counter == nullptr || counter->identity.option != option) continue;
    const model::Hold& candidate = held.holds.back();
    if (newest == nullptr || candidate.token > newest->token) newest = &candidate;
  }
  return newest;
}

/// Of the licenses that are valid now, the one added last (rule 12).
const Counter* choose_counter(const Draft& draft, const model::AccountId& account, const model::Guid& option) {
  for (const model::CounterId id : draft.state().counters_for(account, option) | std::views::reverse) {
    const Counter* counter = draft.state().counter(id);
    if (counter->valid_at(draft.now().wall)) return counter;
  }
  return nullptr;
}

}  // namespace

model::Outcome take_place(Draft& draft, const RuleSettings& settings, const Caller& caller, const TakePlace& command) {
  const LiveSession* session = contacted(draft, command.session);
  if (session == nullptr) return std::unexpected{model::Refusal{model::ErrorCode::invalid_session, {}}};

  if (const auto* held = newest_hold(draft.state(), *session, command.option)) {
    const bool once_is_enough = draft.state().counter(held->counter)->count_by == model::CountBy::session;
    if (once_is_enough) return model::Answer{};
  }
  const Counter* counter = choose_counter(draft, session->session.account, command.option);
  if (counter == nullptr) return std::unexpected{model::Refusal{model::ErrorCode::unknown_feature, {}}};

  if (!counter->has_room_for(one_place)) end_idle_holders(draft, settings, *counter);
  if (!counter->has_room_for(one_place)) {
    draft.refuse(*session, *counter, one_place, caller, "limit");
    return std::unexpected{model::Refusal{model::ErrorCode::feature_limit, {}}};
  }
  draft.grant(*session, *counter, one_place, caller);
  return model::Answer{};
}

model::Outcome give_back(Draft& draft, const Caller& caller, const GiveBack& command) {
  const LiveSession* session = contacted(draft, command.session);
  if (session == nullptr) return std::unexpected{model::Refusal{model::ErrorCode::invalid_session, {}}};

  if (const auto* held = newest_hold(draft.state(), *session, command.option)) {
    draft.give_back(*session, model::Hold{*held}, caller.door, {});
    return model::Answer{};
  }
  const bool known = !draft.state().counters_for(session->session.account, command.option).empty();
  if (!known) return std::unexpected{model::Refusal{model::ErrorCode::unknown_feature, {}}};
  return model::Answer{};
}

}  // namespace tally::engine
