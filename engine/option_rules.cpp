#include "option_rules.hpp"

#include <algorithm>
#include <ranges>
#include <tuple>

#include "session_rules.hpp"

namespace tally::engine {
namespace {

constexpr model::Quantity one_place = model::Quantity::units(1);

/// The newest place the session has of an option, on whichever license (rule 12). A counter that was removed by force
/// still knows its option.
const model::Hold* newest_hold(const State& state, const LiveSession& session, const model::Guid& option) {
  const model::Hold* newest = nullptr;
  for (const auto& held : session.held) {
    const Counter* counter = state.counter(held.counter());
    if (counter == nullptr || counter->identity.option != option) continue;
    const model::Hold& candidate = held.holds.back();
    if (newest == nullptr || candidate.token > newest->token) newest = &candidate;
  }
  return newest;
}

/// Of the licenses that are valid now, the one added last (rule 12).
const Counter* choose_counter(const Draft& draft, std::span<const model::CounterId> counters) {
  for (const model::CounterId id : counters | std::views::reverse) {
    const Counter* counter = draft.state().counter(id);
    if (counter->valid_at(draft.now().wall)) return counter;
  }
  return nullptr;
}

/// A place that the session's connection shares; of several licenses the one added last.
const Counter* shared_place(const Draft& draft, const LiveSession& session,
                            std::span<const model::CounterId> counters) {
  const State& state = draft.state();
  for (const model::CounterId id : counters | std::views::reverse) {
    const Counter* counter = state.counter(id);
    const bool by_connection = counter->count_by == model::CountBy::connection;
    if (by_connection && state.sharers(session.session, id) > 0) return counter;
  }
  return nullptr;
}

/// An offline session holds nothing; what it gives back it will not take again. False when it remembers no such option.
bool forget_remembered(Draft& draft, const LiveSession& session, const model::Guid& option) {
  auto remembered = session.session.remembered;
  const auto newest = std::ranges::find(remembered.rbegin(), remembered.rend(), option);
  if (newest == remembered.rend()) return false;
  remembered.erase(std::next(newest).base());
  draft.set_offline(session, true, std::move(remembered));
  return true;
}

}  // namespace

Take way_to_take(const Draft& draft, const LiveSession& session, std::span<const model::CounterId> counters,
                 const model::Hold* newest) {
  if (newest != nullptr) {
    const Counter* counter = draft.state().counter(newest->counter);
    if (counter->count_by != model::CountBy::increment) return {Take::Way::nothing, counter};
  }
  if (const auto* counter = shared_place(draft, session, counters)) return {Take::Way::share, counter};
  const Counter* counter = choose_counter(draft, counters);
  return {counter == nullptr ? Take::Way::unknown : Take::Way::grant, counter};
}

Take way_to_take(const Draft& draft, const LiveSession& session, const model::Guid& option) {
  return way_to_take(draft, session, draft.state().counters_for(session.session.account, option),
                     newest_hold(draft.state(), session, option));
}

void carry_out(Draft& draft, const Caller& caller, const LiveSession& session, const Take& take, std::string reason) {
  switch (take.way) {
    case Take::Way::nothing:
    case Take::Way::unknown: return;
    case Take::Way::share: return draft.join(session, *take.counter, one_place, caller, std::move(reason));
    case Take::Way::grant: break;
  }
  const bool by_connection = take.counter->count_by == model::CountBy::connection;
  const auto holder = by_connection ? model::HolderKind::connection : model::HolderKind::session;
  draft.grant(session, *take.counter, one_place, holder, caller, std::move(reason));
}

std::expected<void, model::Refusal> carry_out_within_limit(Draft& draft, const RuleSettings& settings,
                                                           const Caller& caller, const LiveSession& session,
                                                           const Take& take, std::string reason) {
  if (take.way == Take::Way::grant && !take.counter->has_room_for(one_place)) {
    end_idle_holders(draft, settings, *take.counter, one_place);
    if (!take.counter->has_room_for(one_place)) {
      const auto& [id, user] = std::tie(session.session.id, session.session.user);
      draft.refuse(id, user, *take.counter, one_place, caller, "limit");
      return std::unexpected{model::Refusal{model::ErrorCode::feature_limit, {}}};
    }
  }
  carry_out(draft, caller, session, take, std::move(reason));
  return {};
}

model::Outcome take_place(Draft& draft, const RuleSettings& settings, const Caller& caller, const TakePlace& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};

  const Take take = way_to_take(draft, **session, command.option);
  if (take.way == Take::Way::unknown) return std::unexpected{model::Refusal{model::ErrorCode::unknown_feature, {}}};
  if (const auto done = carry_out_within_limit(draft, settings, caller, **session, take); !done)
    return std::unexpected{done.error()};
  return model::Answer{};
}

model::Outcome give_back(Draft& draft, const Caller& caller, const GiveBack& command) {
  const LiveSession* session = contacted(draft, command.session);
  if (session == nullptr) return std::unexpected{model::Refusal{model::ErrorCode::invalid_session, {}}};

  if (const auto* held = newest_hold(draft.state(), *session, command.option)) {
    draft.give_back(*session, model::Hold{*held}, caller.door, {});
    return model::Answer{};
  }
  if (session->session.offline && forget_remembered(draft, *session, command.option)) return model::Answer{};
  const bool known = !draft.state().counters_for(session->session.account, command.option).empty();
  if (!known) return std::unexpected{model::Refusal{model::ErrorCode::unknown_feature, {}}};
  return model::Answer{};
}

}  // namespace tally::engine
