#include "contact_fold.hpp"

#include <ranges>

namespace tally::engine {
namespace {

constexpr std::size_t contacts_per_group = 1'000;

/// Idle time is what must come back after a stop, so the row says when the session was last heard of by that measure.
void write_contact(Draft& draft, const model::SessionId& id) {
  const LiveSession* live = draft.state().session(id);
  if (live == nullptr) return;
  const auto idle = std::chrono::floor<std::chrono::microseconds>(draft.now().monotonic - live->last_contact);
  draft.group().last_contacts.push_back({.session = id, .at = draft.now().wall - idle});
}

}  // namespace

void ContactFold::fold(Draft& draft, Time now, std::chrono::milliseconds every) {
  if (left_.empty() && now - began_ >= every) {
    began_ = now;
    const State& state = draft.state();
    for (const auto* line : {&state.longest_silent_first(), &state.offline_longest_silent_first()}) {
      for (const LiveSession* live : *line | std::views::reverse) {
        if (live->session.last_contact < written_until_) break;
        left_.push_back(live->session.id);
      }
    }
    written_until_ = draft.now().wall;
  }
  for (std::size_t count = 0; !left_.empty() && count < contacts_per_group; ++count) {
    write_contact(draft, left_.back());
    left_.pop_back();
  }
}

void write_all_contacts(Draft& draft) {
  for (const auto& [id, live] : draft.state().sessions()) write_contact(draft, id);
}

}  // namespace tally::engine
