#include "offline_rules.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "connection_rules.hpp"
#include "option_rules.hpp"
#include "session_rules.hpp"

namespace tally::engine {
namespace {

/// The options of what the session holds, oldest first.
std::vector<model::Guid> options_held(const State& state, const LiveSession& session) {
  std::vector<std::pair<model::Token, model::Guid>> held;
  for (const auto& of_counter : session.held) {
    const auto& option = state.counter(of_counter.counter())->identity.option;
    if (!option) continue;
    for (const auto& hold : of_counter.holds) held.emplace_back(hold.token, *option);
  }
  std::ranges::sort(held);
  std::vector<model::Guid> options;
  options.reserve(held.size());
  for (const auto& [token, option] : held) options.push_back(option);
  return options;
}

/// What stands in the way of taking everything again.
struct Lack {
  model::ErrorCode code;
  const Counter* counter = nullptr;  ///< the one without room; none when an option is not known any more
  model::Quantity wanted;
};

std::optional<Lack> lack_of(const Draft& draft, const LiveSession& session) {
  if (const Counter* full = full_for(draft, session.session))
    return Lack{.code = model::ErrorCode::connection_limit, .counter = full, .wanted = one_connection};
  std::map<const Counter*, model::Quantity> wanted;
  for (const auto& option : session.session.remembered) {
    const Take take = way_to_take(draft, session, option);
    if (take.way == Take::Way::unknown) return Lack{.code = model::ErrorCode::unknown_feature};
    if (take.way != Take::Way::grant) continue;
    auto& places = wanted[take.counter];
    const bool once_is_enough = take.counter->count_by != model::CountBy::increment;
    places = once_is_enough ? model::Quantity::units(1) : places + model::Quantity::units(1);
  }
  for (const auto& [counter, quantity] : wanted) {
    if (!counter->has_room_for(quantity))
      return Lack{.code = model::ErrorCode::feature_limit, .counter = counter, .wanted = quantity};
  }
  return std::nullopt;
}

}  // namespace

model::Outcome suspend_session(Draft& draft, const Caller& caller, const SuspendSession& command) {
  const LiveSession* session = contacted(draft, command.session);
  if (session == nullptr) return std::unexpected{model::Refusal{model::ErrorCode::invalid_session, {}}};
  if (session->session.offline) return model::Answer{};
  auto options = options_held(draft.state(), *session);
  give_back_all(draft, *session, caller.door, "offline");
  draft.set_offline(*session, true, std::move(options));
  return model::Answer{};
}

model::Outcome resume_session(Draft& draft, const RuleSettings& settings, const Caller& caller,
                              const ResumeSession& command) {
  const LiveSession* session = contacted(draft, command.session);
  if (session == nullptr) return std::unexpected{model::Refusal{model::ErrorCode::invalid_session, {}}};
  if (!session->session.offline) return model::Answer{};

  // Ending one idle session may free, or take away, what another option needs: so all is looked at anew after each.
  while (auto lack = lack_of(draft, *session)) {
    if (lack->counter != nullptr && end_idle_holders(draft, settings, *lack->counter, lack->wanted)) continue;
    if (lack->counter != nullptr)
      draft.refuse(session->session.id, session->session.user, *lack->counter, lack->wanted, caller, "limit");
    return std::unexpected{model::Refusal{lack->code, {}}};
  }
  connect(draft, caller, *session);
  for (const auto& option : session->session.remembered)
    carry_out(draft, caller, *session, way_to_take(draft, *session, option));
  draft.set_offline(*session, false, {});
  return model::Answer{};
}

}  // namespace tally::engine
