#include "connection_rules.hpp"

namespace tally::engine {

const Counter* full_for(const Draft& draft, const model::Session& session) {
  const Counter* counter = draft.state().connections_of(session.account);
  if (counter == nullptr || draft.state().sharers(session, counter->identity.id) > 0) return nullptr;
  const bool has_place = counter->valid_at(draft.now().wall) && counter->has_room_for(one_connection);
  return has_place ? nullptr : counter;
}

void connect(Draft& draft, const Caller& caller, const LiveSession& session) {
  const Counter* counter = draft.state().connections_of(session.session.account);
  if (counter == nullptr) return;
  if (draft.state().sharers(session.session, counter->identity.id) > 0) {
    draft.join(session, *counter, one_connection, caller);
  } else {
    draft.grant(session, *counter, one_connection, model::HolderKind::connection, caller);
  }
}

}  // namespace tally::engine
