#include "fold.hpp"

#include <algorithm>

namespace tally::engine {
namespace {

template<class Row>
std::vector<Row> take_from_end(std::vector<Row>& rows, std::size_t& room) {
  const std::size_t count = std::min(room, rows.size());
  room -= count;
  std::vector<Row> taken{rows.end() - static_cast<std::ptrdiff_t>(count), rows.end()};
  rows.resize(rows.size() - count);
  return taken;
}

template<class Row>
void put_back(std::vector<Row>& rows, std::vector<Row>& returned) {
  rows.insert(rows.end(), returned.begin(), returned.end());
  returned.clear();
}

const model::Hold* find_hold(const State& state, model::Token token, const model::SessionId& session,
                             model::CounterId counter) {
  const LiveSession* live = state.session(session);
  if (live == nullptr) return nullptr;
  const auto held = std::ranges::find(live->held, counter, &Held::counter);
  if (held == live->held.end()) return nullptr;
  const auto hold = std::ranges::find(held->holds, token, &model::Hold::token);
  return hold == held->holds.end() ? nullptr : &*hold;
}

}  // namespace

void Fold::note(const std::vector<model::Event>& events, bool perhaps_stored) {
  for (const auto& event : events) {
    switch (event.kind) {
      case model::EventKind::granted:
      case model::EventKind::joined:
        counters_.insert(event.counter);
        if (event.hold.value == 0 || event.holder_kind == model::HolderKind::named_user) break;
        made_.insert({event.token, {event.session, event.counter, perhaps_stored}});
        break;
      case model::EventKind::given_back:
      case model::EventKind::left: {
        counters_.insert(event.counter);
        if (event.hold.value == 0 || event.holder_kind == model::HolderKind::named_user) break;
        // A hold made and ended between two folds never reaches the tables.
        const auto made = made_.find(event.hold);
        if (made == made_.end() || made->second.perhaps_stored) ended_.insert(event.hold);
        if (made != made_.end()) made_.erase(made);
        break;
      }
      case model::EventKind::expired:
      case model::EventKind::reset:
      case model::EventKind::allotted: counters_.insert(event.counter); break;
      case model::EventKind::refused:
      case model::EventKind::adjusted:
      case model::EventKind::session_opened:
      case model::EventKind::session_ended:
      case model::EventKind::number_taken:
      case model::EventKind::number_released:
      case model::EventKind::bounds_changed:
      case model::EventKind::locked:
      case model::EventKind::unlocked: break;
    }
  }
}

void Fold::replayed(const std::vector<model::Event>& events) { note(events, true); }

void Fold::committed(const storage::Group& group) {
  note(group.events, false);
  if (!group.fold) return;
  in_flight_ = {};
  if (group.fold->position) running_ = false;
}

void Fold::portion_failed() {
  put_back(left_.counters, in_flight_.counters);
  put_back(left_.made, in_flight_.made);
  put_back(left_.ended, in_flight_.ended);
}

void Fold::begin(model::GroupNumber durable) {
  running_ = true;
  position_ = durable;
  left_.counters.assign(counters_.begin(), counters_.end());
  left_.made.assign(made_.begin(), made_.end());
  left_.ended.assign(ended_.begin(), ended_.end());
  counters_.clear();
  made_.clear();
  ended_.clear();
}

storage::FoldPortion Fold::next_portion(const State& state, model::GroupNumber group, model::GroupNumber durable,
                                        std::size_t rows_max) {
  if (!running_) begin(durable);
  std::size_t room = rows_max;
  in_flight_.counters = take_from_end(left_.counters, room);
  in_flight_.made = take_from_end(left_.made, room);
  in_flight_.ended = take_from_end(left_.ended, room);

  storage::FoldPortion portion;
  for (const auto id : in_flight_.counters) {
    if (const Counter* counter = state.counter(id)) {
      portion.balances.push_back({.counter = id,
                                  .used = counter->used,
                                  .gross = counter->gross,
                                  .high_water = counter->high_water,
                                  .group = group});
    }
  }
  for (const auto& [token, place] : in_flight_.made) {
    if (const auto* hold = find_hold(state, token, place.session, place.counter)) portion.holds.push_back(*hold);
  }
  portion.ended_holds = in_flight_.ended;
  if (left_.counters.empty() && left_.made.empty() && left_.ended.empty()) portion.position = position_;
  return portion;
}

}  // namespace tally::engine
