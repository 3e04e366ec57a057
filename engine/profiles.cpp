#include "tally/engine/profiles.hpp"

#include "tally/model/names.hpp"

namespace tally::engine {

const model::Profile* Profiles::find(const model::AccountId& account, const std::string& user) const {
  const auto of = accounts_.find(account);
  if (of == accounts_.end()) return nullptr;
  const auto id = of->second.by_user.find(model::lower_case(user));
  return id == of->second.by_user.end() ? nullptr : &of->second.by_id.at(id->second);
}

const model::Profile* Profiles::find(const model::AccountId& account, const model::Guid& id) const {
  const auto of = accounts_.find(account);
  if (of == accounts_.end()) return nullptr;
  const auto profile = of->second.by_id.find(id);
  return profile == of->second.by_id.end() ? nullptr : &profile->second;
}

std::size_t Profiles::count(const model::AccountId& account) const {
  const auto of = accounts_.find(account);
  return of == accounts_.end() ? 0 : of->second.by_id.size();
}

void Profiles::add(const model::Profile& profile) {
  auto& of = accounts_[profile.account];
  if (of.by_id.emplace(profile.id, profile).second) of.by_user.emplace(model::lower_case(profile.user), profile.id);
}

void Profiles::remove(const model::Profile& profile) {
  auto& of = accounts_[profile.account];
  of.by_user.erase(model::lower_case(profile.user));
  of.by_id.erase(profile.id);
}

}  // namespace tally::engine
