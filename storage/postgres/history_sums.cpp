#include "history_sums.hpp"

#include <algorithm>

namespace tally::postgres::history {

using model::CounterKind;
using model::EventKind;
using storage::HistoryGroup;

namespace {

constexpr double microseconds_per_second = 1e6;

bool is_end(EventKind kind) { return kind == EventKind::given_back || kind == EventKind::expired; }

std::int64_t used_before(const CountedLine& line) {
  if (line.kind == EventKind::granted) return line.used_after - line.quantity;
  if (is_end(line.kind) || line.kind == EventKind::reset) return line.used_after + line.quantity;
  if (line.kind == EventKind::allotted) return 0;
  return line.used_after;
}

std::optional<std::int64_t> limit_of(const CountedLine& line) {
  return line.balance_after ? std::optional{line.used_after + *line.balance_after} : std::nullopt;
}

}  // namespace

void Sums::put(Group group) {
  const auto id = static_cast<std::size_t>(group.id);
  if (groups_.size() <= id) groups_.resize(id + 1);
  ids_[{group.dimension, group.account, group.name, group.kind}] = group.id;
  groups_[id] = std::move(group);
}

void Sums::put(std::int64_t hold, const OpenPlace& place) {
  places_[hold] = place;
  if (place.is_shared) shared_.emplace(place.counter, place.user_group, hold);
}

std::optional<OpenPlace> Sums::place(std::int64_t hold) const {
  const auto found = places_.find(hold);
  return found == places_.end() ? std::nullopt : std::optional{found->second};
}

void Sums::begin_portion() {
  changed_groups_.clear();
  quarters_.clear();
  changed_places_.clear();
}

void Sums::add(CountedLine line, const CounterPlace& counter) {
  now_ = std::max(now_, line.at);
  const std::int32_t of_counter = counter_group(line, counter);
  const std::int32_t of_product = *group(of_counter).product_id;
  const std::int64_t change_of_use = line.used_after - group(of_counter).used;
  if (line.kind == EventKind::allotted) line.quantity = change_of_use;  // it was what somebody has now
  change(of_counter, change_of_use);
  change(of_product, change_of_use);
  count(of_counter, line);
  count(of_product, line);
  // A reset or a change of settings is nobody's, an allotment its tenant's.
  if (line.kind == EventKind::reset || line.kind == EventKind::adjusted || line.kind == EventKind::allotted) return;
  const auto user_group = group_for({HistoryGroup::user, counter.account, line.user, counter.kind});
  const auto door_group = group_for({HistoryGroup::door, counter.account, std::to_string(line.door), counter.kind});
  if (line.kind == EventKind::granted && line.hold != 0) take(line, user_group, door_group);
  if (is_end(line.kind) && line.hold != 0) return end(line, user_group);
  count(user_group, line);
  count(door_group, line);
}

std::int32_t Sums::group_for(Key key) {
  const auto id = static_cast<std::int32_t>(groups_.size());
  const auto [known, is_new] = ids_.try_emplace(std::move(key), id);
  if (is_new) {
    const auto& [dimension, account, name, kind] = known->first;
    groups_.push_back({.id = id, .dimension = dimension, .account = account, .name = name, .kind = kind});
  }
  return known->second;
}

/// The group of a counter with the limit that the line tells; one that is seen first with what it had before.
std::int32_t Sums::counter_group(const CountedLine& line, const CounterPlace& counter) {
  const auto id = group_for({HistoryGroup::counter, counter.account, std::to_string(line.counter), counter.kind});
  const auto limit = limit_of(line);
  if (!group(id).product_id) {
    const auto product = group_for({HistoryGroup::product, counter.account, counter.product, counter.kind});
    groups_[static_cast<std::size_t>(id)].product_id = product;
    for (const auto each : {id, product}) {
      change(each, used_before(line));
      set_limit(each, 0, limit);
    }
  } else if (const auto before = group(id).maximum(); before != limit) {
    const std::int32_t product = *group(id).product_id;
    for (const auto each : {id, product}) set_limit(each, before, limit);
  }
  return id;
}

void Sums::set_limit(std::int32_t id, std::optional<std::int64_t> before, std::optional<std::int64_t> after) {
  auto& row = touch(id);
  auto& group = groups_[static_cast<std::size_t>(id)];
  group.limited += after.value_or(0) - before.value_or(0);
  group.unlimited += (after ? 0 : 1) - (before ? 0 : 1);
  row.maximum = group.maximum();
}

/// The row of the group's quarter, with all the time that has passed in it.
QuarterRow& Sums::touch(std::int32_t id) {
  auto& group = groups_[static_cast<std::size_t>(id)];
  const std::int32_t quarter = quarter_of(now_);
  const std::int64_t begin = std::int64_t{quarter} * quarter_length;
  const auto [found, is_new] = quarters_.try_emplace({id, quarter});
  auto& row = found->second;
  if (is_new) {
    row.used_before = row.used = row.peak = group.used;
    if (group.touched_at >= 0) row.previous = quarter_of(group.touched_at);
  }
  const std::int64_t from = std::max(begin, group.touched_at);
  row.area += static_cast<double>(group.used) * static_cast<double>(now_ - from) / microseconds_per_second;
  row.until = static_cast<std::int32_t>(now_ - begin);
  row.maximum = group.maximum();
  group.touched_at = now_;
  changed_groups_.insert(id);
  return row;
}

void Sums::change(std::int32_t id, std::int64_t quantity) {
  auto& row = touch(id);
  auto& group = groups_[static_cast<std::size_t>(id)];
  group.used += quantity;
  row.used = group.used;
  row.peak = std::max(row.peak, group.used);
}

void Sums::count(std::int32_t id, const CountedLine& line) {
  auto& row = touch(id);
  if (line.kind == EventKind::refused) ++row.refused;
  if (line.kind == EventKind::granted || line.kind == EventKind::allotted) {
    ++row.granted;
    row.quantity += line.quantity;
  }
  if (line.kind == EventKind::given_back && line.hold == 0) row.quantity -= line.quantity;
}

void Sums::take(const CountedLine& line, std::int32_t user_group, std::int32_t door_group) {
  put(line.hold, {.counter = line.counter,
                  .user_group = user_group,
                  .door_group = door_group,
                  .quantity = line.quantity,
                  .is_shared = line.is_shared});
  changed_places_.insert(line.hold);
  change(user_group, line.quantity);
  change(door_group, line.quantity);
}

void Sums::end(const CountedLine& line, std::int32_t user_group) {
  std::int64_t hold = line.hold;
  if (line.is_shared) {
    const auto oldest = shared_.lower_bound({line.counter, user_group, 0});
    if (oldest == shared_.end() || std::get<0>(*oldest) != line.counter || std::get<1>(*oldest) != user_group) return;
    hold = std::get<2>(*oldest);
    shared_.erase(oldest);
  }
  const auto found = places_.find(hold);
  if (found == places_.end()) return;  // taken before the ledger's retained part
  change(found->second.user_group, -found->second.quantity);
  change(found->second.door_group, -found->second.quantity);
  places_.erase(found);
  changed_places_.insert(hold);
}

}  // namespace tally::postgres::history
