#include "tally/engine/draft.hpp"

namespace tally::engine {

void Draft::lock(const LiveSession& session, const Caller& caller, const model::Lock& lock) {
  record({.kind = model::EventKind::locked,
          .door = caller.door,
          .session = session.session.id,
          .user = session.session.user,
          .reason = lock.is_checked_out() ? "checked_out" : "",
          .resource = lock.resource});
  const auto* earlier = state_.locks_.find(lock.account, lock.resource);
  undo_.emplace_back(RareStep{[account = lock.account, resource = lock.resource,
                               before = earlier != nullptr ? std::optional{*earlier} : std::nullopt](State& state) {
    before ? state.locks_.put(*before) : state.locks_.remove(account, resource);
  }});
  state_.locks_.put(lock);
  group_.locks[{lock.account, lock.resource}] = lock;
}

void Draft::unlock(const LiveSession& session, model::Door door, const model::Lock& lock, std::string reason) {
  record({.kind = model::EventKind::unlocked,
          .door = door,
          .session = session.session.id,
          .user = session.session.user,
          .reason = std::move(reason),
          .resource = lock.resource});
  undo_.emplace_back(RareStep{[lock](State& state) { state.locks_.put(lock); }});
  group_.locks[{lock.account, lock.resource}] = std::nullopt;
  state_.locks_.remove(model::AccountId{lock.account}, model::Guid{lock.resource});
}

void Draft::know_user(const model::Profile& profile) {
  state_.profiles_.add(profile);
  undo_.emplace_back(RareStep{[profile](State& state) { state.profiles_.remove(profile); }});
  group_.new_profiles.push_back(profile);
}

}  // namespace tally::engine
