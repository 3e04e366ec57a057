#include "session_rules.hpp"

#include <algorithm>

#include "connection_rules.hpp"
#include "profile_rules.hpp"
#include "registration_rules.hpp"
#include "tally/engine/settings_rules.hpp"

namespace tally::engine {
namespace {

std::unexpected<model::Refusal> refused(model::ErrorCode code) { return std::unexpected{model::Refusal{code, {}}}; }

/// In one group (rule 3); temporary locks end with the session, too.
void end_with_all_it_holds(Draft& draft, const LiveSession& session, model::Door door, const std::string& reason) {
  give_back_all(draft, session, door, reason);
  const auto locked = draft.state().locks().temporary_of(session.session.id);
  for (const auto& resource : locked)
    draft.unlock(session, door, model::Lock{*draft.state().locks().find(session.session.account, resource)}, reason);
  draft.end_session(session, door, reason);
}

bool silent_for(const Draft& draft, const LiveSession& session, std::chrono::milliseconds time) {
  return draft.now().monotonic - session.last_contact >= time;
}

/// Ends sessions from the front of a line, at most `room`. Returns how many.
std::size_t end_silent(Draft& draft, const SessionLine& line, std::chrono::milliseconds timeout, std::size_t room) {
  std::size_t ended = 0;
  while (ended < room && !line.empty()) {
    const LiveSession& session = *line.front();
    if (!silent_for(draft, session, timeout)) break;
    end_with_all_it_holds(draft, session, model::Door::engine, "idle");
    ++ended;
  }
  return ended;
}

bool holds_place_of(const LiveSession& session, model::CounterId counter) {
  return std::ranges::any_of(session.held, [&](const Held& held) { return held.counter() == counter; });
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

std::expected<const LiveSession*, model::Refusal> online(Draft& draft, const model::SessionId& id) {
  const LiveSession* session = contacted(draft, id);
  if (session == nullptr) return refused(model::ErrorCode::invalid_session);
  if (session->session.offline) return refused(model::ErrorCode::session_offline);
  return session;
}

void give_back_all(Draft& draft, const LiveSession& session, model::Door door, const std::string& reason) {
  std::vector<model::Hold> holds;
  for (const auto& held : session.held) holds.insert(holds.end(), held.holds.begin(), held.holds.end());
  std::ranges::sort(holds, std::ranges::greater{}, &model::Hold::token);
  for (const auto& hold : holds) draft.give_back(session, hold, door, reason);
}

model::Outcome open_session(Draft& draft, const RuleSettings& rule_settings, const Caller& caller,
                            const OpenSession& command) {
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
                         .remembered = {},
                         .settings = std::move(*settings)};
  if (const Counter* counter = full_for(draft, session)) {
    end_idle_holders(draft, rule_settings, *counter, one_connection);
    if (full_for(draft, session) != nullptr) {
      draft.refuse({}, session.user, *counter, one_connection, caller, "limit");
      return refused(model::ErrorCode::connection_limit);
    }
  }
  draft.open_session(std::move(session), caller.door);
  know_user_of(draft, command, caller.user);
  const LiveSession& live = *draft.state().session(command.id);
  connect(draft, caller, live);
  return view_of(draft, live);
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
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  return view_of(draft, **session);
}

model::Outcome change_settings(Draft& draft, const ChangeSettings& command) {
  const auto found = online(draft, command.session);
  if (!found) return std::unexpected{found.error()};
  const LiveSession& session = **found;
  auto settings = merged(session.session.settings, command.settings);
  if (!settings) return std::unexpected{settings.error()};
  if (*settings != session.session.settings) draft.change_settings(session, std::move(*settings));
  return model::Answer{};
}

model::Outcome list_sessions(Draft& draft, const Caller& caller, const ListSessions& command) {
  if (!caller.administrator) return refused(model::ErrorCode::access_denied);
  model::SessionList list;
  for (const auto& [id, live] : draft.state().sessions()) {
    if (!command.account || live.session.account == *command.account) list.sessions.push_back(live.session);
  }
  std::ranges::sort(list.sessions, {}, [](const auto& s) { return std::pair{s.login_time, s.id}; });
  return list;
}

bool end_idle_holders(Draft& draft, const RuleSettings& settings, const Counter& counter, model::Quantity wanted) {
  bool ended_any = end_lapsed_places(draft, counter, wanted);
  auto next = draft.state().longest_silent_first().begin();
  while (next != draft.state().longest_silent_first().end() && !counter.has_room_for(wanted)) {
    const LiveSession& session = **next++;
    if (!silent_for(draft, session, settings.idle_timeout)) break;
    if (!holds_place_of(session, counter.identity.id)) continue;
    end_with_all_it_holds(draft, session, model::Door::engine, "idle");
    ended_any = true;
  }
  return ended_any;
}

void end_if_idle(Draft& draft, const RuleSettings& settings, const model::SessionId& id) {
  const LiveSession* session = draft.state().session(id);
  if (session == nullptr) return;
  const auto limit = session->session.offline ? settings.offline_timeout : std::optional{settings.idle_timeout};
  if (limit && silent_for(draft, *session, *limit)) end_with_all_it_holds(draft, *session, model::Door::engine, "idle");
}

std::size_t end_idle_sessions(Draft& draft, const RuleSettings& settings) {
  const State& state = draft.state();
  std::size_t ended = end_silent(draft, state.longest_silent_first(), settings.idle_timeout, idle_ends_per_group);
  if (settings.offline_timeout) {
    ended +=
        end_silent(draft, state.offline_longest_silent_first(), *settings.offline_timeout, idle_ends_per_group - ended);
  }
  return ended;
}

}  // namespace tally::engine
