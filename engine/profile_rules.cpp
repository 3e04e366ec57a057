#include "profile_rules.hpp"

#include "session_rules.hpp"

namespace tally::engine {
namespace {

model::Outcome told(const model::Profile* profile) {
  if (profile == nullptr) return std::unexpected{model::Refusal{model::ErrorCode::unknown_user, {}}};
  return model::Reading{*profile};
}

}  // namespace

void know_user_of(Draft& draft, const OpenSession& command, const std::string& user) {
  const Profiles& profiles = draft.state().profiles();
  const bool is_known =
      profiles.find(command.account, user) != nullptr || profiles.find(command.account, command.profile) != nullptr;
  if (command.profile.is_zero() || is_known) return;
  // Anybody may log in under any name where names are not checked, so a flood of names must not keep others out.
  if (profiles.count(command.account) >= profiles_max) return;
  draft.know_user({.account = command.account, .user = user, .id = command.profile});
}

model::Outcome read_profile(Draft& draft, const ReadProfile& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  const model::Session& asker = (*session)->session;
  return told(draft.state().profiles().find(asker.account, command.user.empty() ? asker.user : command.user));
}

model::Outcome read_profile_by_id(Draft& draft, const ReadProfileById& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  return told(draft.state().profiles().find((*session)->session.account, command.profile));
}

}  // namespace tally::engine
