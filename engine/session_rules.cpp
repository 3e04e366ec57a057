#include "session_rules.hpp"

#include <algorithm>

#include "tally/engine/settings_rules.hpp"

namespace tally::engine {
namespace {

std::unexpected<model::Refusal> refused(model::ErrorCode code) { return std::unexpected{model::Refusal{code, {}}}; }

/// Everything that the session holds goes back, newest first, in the group that ends it (rule 3).
void end_with_all_it_holds(Draft& draft, const LiveSession& session, model::Door door, const std::string& reason) {
  std::vector<model::Hold> holds;
  for (const auto& held : session.held) holds.insert(holds.end(), held.holds.begin(), held.holds.end());
  std::ranges::sort(holds, std::ranges::greater{}, &model::Hold::token);
  for (const auto& hold : holds) draft.give_back(session, hold, door, reason);
  draft.end_session(session, door, reason);
}

bool is_idle(const Draft& draft, const RuleSettings& settings, const LiveSession& session) {
  return draft.now().monotonic - session.last_contact >= settings.idle_timeout;
}

bool holds_place_of(const LiveSession& session, model::CounterId counter) {
  return std::ranges::any_of(session.held, [&](const Held& held) { return held.counter == counter; });
}

/// Computer = ComputerName, else ComputerAddress, else where the log-in came from (rule 7).
std::string computer_of(const model::Settings& settings, const Caller& caller) {
  for (const std::string_view name : {"ComputerName", "ComputerAddress"}) {
    if (const auto* value = value_of(settings, name); value != nullptr && !value->empty()) return *value;
  }
  return caller.address;
}

/// The valid license added last stands for an option that is on several (rule 12).
model::SessionView view_of(const Draft& draft, const LiveSession& live) {
  model::SessionView view{.session = live.session, .server_time = draft.now().wall, .features = {}, .expires = {}};
  const model::Account* account = draft.state().account(live.session.account);
  if (account == nullptr) return view;
  for (const auto& license : account->licenses) {
    if (!license.valid_at(draft.now().wall)) continue;
    if (license.valid_until && (!view.expires || *license.valid_until < *view.expires))
      view.expires = license.valid_until;
    for (const auto& feature : license.features) {
      if (!feature.id || feature.kind != model::CounterKind::floating) continue;
      std::erase_if(view.features, [&](const auto& earlier) { return earlier.id == *feature.id; });
      view.features.push_back({.id = *feature.id, .name = feature.name, .maximum = feature.maximum});
    }
  }
  return view;
}

}  // namespace

const LiveSession* contacted(Draft& draft, const model::SessionId& id) {
  draft.touch(id);
  return draft.state().session(id);
}

model::Outcome open_session(Draft& draft, const Caller& caller, const OpenSession& command) {
  if (draft.state().account(command.account) == nullptr) return refused(model::ErrorCode::unknown_database);
  if (draft.state().session(command.id) != nullptr) return refused(model::ErrorCode::internal_failure);
  auto settings = accepted_at_login(command.settings);
  if (!settings) return std::unexpected{settings.error()};

  model::Session session{.id = command.id,
                         .account = command.account,
                         .user = caller.user,
                         .database = command.database,
                         .computer = computer_of(*settings, caller),
                         .address = caller.address,
                         .login_time = draft.now().wall,
                         .last_contact = draft.now().wall,
                         .offline = false,
                         .settings = std::move(*settings)};
  draft.open_session(std::move(session), caller.door);
  return view_of(draft, *draft.state().session(command.id));
}

model::Outcome end_session(Draft& draft, const Caller& caller, const EndSession& command) {
  const LiveSession* session = draft.state().session(command.session);
  if (session == nullptr) return refused(model::ErrorCode::invalid_session);
  end_with_all_it_holds(draft, *session, caller.door, "logout");
  return model::Answer{};
}

model::Outcome terminate_session(Draft& draft, const Caller& caller, const TerminateSession& command) {
  const LiveSession* session = draft.state().session(command.session);
  // Who may not end it is not told whether it exists in another account, but its own number is no secret to its user.
  const bool in_account = session != nullptr && (!command.account || session->session.account == *command.account);
  if (caller.administrator) {
    if (!in_account) return refused(model::ErrorCode::invalid_session);
  } else if (!in_account || session->session.user != caller.user) {
    return refused(model::ErrorCode::access_denied);
  }
  end_with_all_it_holds(draft, *session, caller.door, "terminated");
  return model::Answer{};
}

model::Outcome keep_alive(Draft& draft, const KeepAlive& command) {
  if (contacted(draft, command.session) == nullptr) return refused(model::ErrorCode::invalid_session);
  return model::Answer{};
}

model::Outcome read_session(Draft& draft, const ReadSession& command) {
  const LiveSession* session = contacted(draft, command.session);
  if (session == nullptr) return refused(model::ErrorCode::invalid_session);
  return view_of(draft, *session);
}

model::Outcome change_settings(Draft& draft, const ChangeSettings& command) {
  const LiveSession* session = contacted(draft, command.session);
  if (session == nullptr) return refused(model::ErrorCode::invalid_session);
  auto settings = merged(session->session.settings, command.settings);
  if (!settings) return std::unexpected{settings.error()};
  if (*settings != session->session.settings) draft.change_settings(*session, std::move(*settings));
  return model::Answer{};
}

model::Outcome list_sessions(Draft& draft, const Caller& caller, const ListSessions& command) {
  if (!caller.administrator) return refused(model::ErrorCode::access_denied);
  model::SessionList list;
  for (const auto& id : draft.state().longest_silent_first()) {
    const auto& session = draft.state().session(id)->session;
    if (!command.account || session.account == *command.account) list.sessions.push_back(session);
  }
  std::ranges::sort(list.sessions, {}, [](const auto& s) { return std::pair{s.login_time, s.id}; });
  return list;
}

void end_idle_holders(Draft& draft, const RuleSettings& settings, const Counter& counter) {
  auto next = draft.state().longest_silent_first().begin();
  while (next != draft.state().longest_silent_first().end() && !counter.has_room_for(model::Quantity::units(1))) {
    const LiveSession* session = draft.state().session(*next++);
    if (!is_idle(draft, settings, *session)) return;
    if (holds_place_of(*session, counter.identity.id))
      end_with_all_it_holds(draft, *session, model::Door::engine, "idle");
  }
}

std::size_t end_idle_sessions(Draft& draft, const RuleSettings& settings) {
  std::size_t ended = 0;
  while (ended < idle_ends_per_group && !draft.state().longest_silent_first().empty()) {
    const LiveSession* session = draft.state().session(draft.state().longest_silent_first().front());
    if (!is_idle(draft, settings, *session)) break;
    end_with_all_it_holds(draft, *session, model::Door::engine, "idle");
    ++ended;
  }
  return ended;
}

}  // namespace tally::engine
