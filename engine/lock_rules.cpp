#include "lock_rules.hpp"

#include "session_rules.hpp"
#include "tally/model/names.hpp"

namespace tally::engine {
namespace {

using model::ErrorCode;

std::unexpected<model::Refusal> refused(ErrorCode code) { return std::unexpected{model::Refusal{code, {}}}; }

/// A temporary lock is its session's alone; what is checked out is the user's, from whichever session.
bool is_held_by(const model::Lock& lock, const LiveSession& session) {
  if (lock.is_checked_out()) return model::equal_ignoring_case(lock.user, session.session.user);
  return lock.session == session.session.id;
}

/// Why the session may not clear a lock; absent when it may, or when nothing is locked.
std::optional<ErrorCode> obstacle(const model::Lock* lock, const LiveSession& session, const Caller& caller,
                                  bool force) {
  if (lock == nullptr || is_held_by(*lock, session)) return std::nullopt;
  if (!force) return ErrorCode::locked;
  return caller.administrator ? std::nullopt : std::optional{ErrorCode::access_denied};
}

void clear(Draft& draft, const Caller& caller, const LiveSession& session, const model::Lock* lock) {
  if (lock == nullptr) return;
  draft.unlock(session, caller.door, model::Lock{*lock}, is_held_by(*lock, session) ? "" : "forced");
}

}  // namespace

model::Outcome set_lock(Draft& draft, const RuleSettings& settings, const Caller& caller, const SetLock& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  const model::AccountId& account = (*session)->session.account;
  const Locks& locks = draft.state().locks();

  const model::Lock* present = locks.find(account, command.resource);
  if (present != nullptr && !is_held_by(*present, **session)) {
    // A dead client never blocks a live one.
    end_if_idle(draft, settings, model::SessionId{present->session});
    present = locks.find(account, command.resource);
    if (present != nullptr) return refused(ErrorCode::locked);
  }
  if (present != nullptr && (present->is_checked_out() || !command.check_out)) return model::Answer{};
  if (present == nullptr && locks.of(account).size() >= locks_max) return refused(ErrorCode::resource_limit);
  draft.lock(**session, caller,
             {.account = account,
              .resource = command.resource,
              .kind = command.kind,
              .section = command.section,
              .instance = command.instance,
              .session = command.check_out ? model::SessionId{} : command.session,
              .user = (*session)->session.user,
              .locked_at = draft.now().wall});
  return model::Answer{};
}

model::Outcome clear_lock(Draft& draft, const Caller& caller, const ClearLock& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  const model::Lock* lock = draft.state().locks().find((*session)->session.account, command.resource);
  if (const auto code = obstacle(lock, **session, caller, command.force)) return refused(*code);
  clear(draft, caller, **session, lock);
  return model::Answer{};
}

model::Outcome clear_locks(Draft& draft, const Caller& caller, const ClearLocks& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  if (command.resources.size() > resources_per_command_max) return refused(ErrorCode::resource_limit);
  model::FailedItems failed;
  for (const auto& resource : command.resources) {
    const model::Lock* lock = draft.state().locks().find((*session)->session.account, resource);
    if (obstacle(lock, **session, caller, command.force)) {
      failed.resources.push_back(resource);
    } else {
      clear(draft, caller, **session, lock);
    }
  }
  return failed;
}

model::Outcome read_lock(Draft& draft, const ReadLock& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  const model::Lock* lock = draft.state().locks().find((*session)->session.account, command.resource);
  if (lock == nullptr) return model::Reading{model::LockView{}};
  using As = model::LockView::State;
  const bool own = is_held_by(*lock, **session);
  const As as = lock->is_checked_out() ? (own ? As::checked_out_by_asker : As::checked_out)
                                       : (own ? As::locked_by_asker : As::locked);
  return model::Reading{model::LockView{.state = as, .owner = lock->user}};
}

model::Outcome list_locks(Draft& draft, const ListLocks& command) {
  const auto session = online(draft, command.session);
  if (!session) return std::unexpected{session.error()};
  model::LockList list;
  for (const auto& [resource, lock] : draft.state().locks().of((*session)->session.account)) {
    if (command.kind && lock.kind != *command.kind) continue;
    if (command.own_only && !model::equal_ignoring_case(lock.user, (*session)->session.user)) continue;
    list.locks.push_back(lock);
  }
  return model::Reading{std::move(list)};
}

}  // namespace tally::engine
