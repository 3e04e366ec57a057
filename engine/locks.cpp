#include "tally/engine/locks.hpp"

namespace tally::engine {
namespace {

const Locks::ByResource no_locks;
const std::set<model::Guid> no_resources;

}  // namespace

const model::Lock* Locks::find(const model::AccountId& account, const model::Guid& resource) const {
  const auto& locks = of(account);
  const auto found = locks.find(resource);
  return found == locks.end() ? nullptr : &found->second;
}

auto Locks::of(const model::AccountId& account) const -> const ByResource& {
  const auto found = by_account_.find(account);
  return found == by_account_.end() ? no_locks : found->second;
}

const std::set<model::Guid>& Locks::temporary_of(const model::SessionId& session) const {
  const auto found = temporary_.find(session);
  return found == temporary_.end() ? no_resources : found->second;
}

void Locks::put(const model::Lock& lock) {
  remove(lock.account, lock.resource);
  by_account_[lock.account].emplace(lock.resource, lock);
  if (!lock.is_checked_out()) temporary_[lock.session].insert(lock.resource);
}

void Locks::remove(const model::AccountId& account, const model::Guid& resource) {
  const auto* lock = find(account, resource);
  if (lock == nullptr) return;
  if (const auto of_session = temporary_.find(lock->session); of_session != temporary_.end()) {
    of_session->second.erase(resource);
    if (of_session->second.empty()) temporary_.erase(of_session);
  }
  by_account_.at(account).erase(resource);
}

}  // namespace tally::engine
