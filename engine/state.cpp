#include "tally/engine/state.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "tally/model/names.hpp"

namespace tally::engine {
namespace {

const std::vector<model::CounterId> no_counters;
const std::vector<SharedPlace> no_shared_places;
const std::vector<LiveLicense> no_licenses;

ConnectionKey connection_of(const model::Session& session) {
  return {.account = session.account, .user = session.user, .computer = model::lower_case(session.computer)};
}

/// When a session was last heard of, on this process's monotonic clock.
std::chrono::steady_clock::time_point last_contact_of(const model::Session& session, const storage::Snapshot& snapshot,
                                                      model::Now now) {
  if (!snapshot.stopped_at || session.last_contact > now.wall) return now.monotonic;
  return now.monotonic - (now.wall - session.last_contact);
}

/// After an orderly stop a lease goes on where it stood, the stop's length included; after a crash it begins anew.
std::optional<std::chrono::steady_clock::time_point> lapse_of(const model::Registration& row, const Counter* counter,
                                                              const storage::Snapshot& snapshot, model::Now now) {
  if (row.borrowed_until || counter == nullptr || !counter->lease) return std::nullopt;
  if (!snapshot.stopped_at || !row.expires_at) return now.monotonic + *counter->lease;
  return now.monotonic + std::min<model::Instant::duration>(*row.expires_at - now.wall, *counter->lease);
}

}  // namespace

std::optional<model::Quantity> Counter::limit_with(const model::Overages& allowance) const {
  if (!maximum || rule.unlimited) return std::nullopt;
  if (!allowance.allowed) return maximum;
  if (!allowance.maximum) return std::nullopt;
  return *maximum + *allowance.maximum;
}

State State::load(storage::Snapshot snapshot, model::Now now) {
  State state;
  state.last_token_ = snapshot.last_token;
  state.set_catalog(std::move(snapshot.catalog), snapshot.counters, std::move(snapshot.catalog_hash));

  std::ranges::sort(snapshot.sessions, {}, &model::Session::last_contact);
  state.sessions_.reserve(snapshot.sessions.size());
  for (; !snapshot.sessions.empty(); snapshot.sessions.pop_front()) {
    auto& session = snapshot.sessions.front();
    const auto heard = last_contact_of(session, snapshot, now);
    state.insert_session({.session = std::move(session), .last_contact = heard, .held = {}, .place_in_line = {}});
  }

  std::unordered_map<model::CounterId, model::GroupNumber> right_for;
  for (const auto& balance : snapshot.balances) {
    auto found = state.counters_.find(balance.counter);
    if (found == state.counters_.end()) continue;
    found->second.used = balance.used;
    found->second.gross = balance.gross;
    found->second.high_water = balance.high_water;
    right_for[balance.counter] = balance.group;
  }

  std::ranges::sort(snapshot.holds, {}, &model::Hold::token);
  for (const auto& hold : snapshot.holds) state.add_hold(hold);

  for (const auto& group : snapshot.later_groups) {
    for (const auto& event : group.events) {
      const auto row = right_for.find(event.counter);
      const bool row_is_newer = row != right_for.end() && row->second >= group.group;
      if (!row_is_newer) {
        state.apply(event, group.at);
      } else if (auto found = state.counters_.find(event.counter); found != state.counters_.end()) {
        // The counts are newer than this event, but holds are told apart by their token, one by one.
        const Counter kept = found->second;
        state.apply(event, group.at);
        found->second = kept;
      }
    }
  }
  for (auto& answer : snapshot.answers) state.answers_.record(std::move(answer));
  // Rows are current: no event adds to them.
  for (const auto& numerator : snapshot.numerators) state.numerators_.put(numerator);
  for (const auto& zone : snapshot.zones) state.numerators_.add_zone(zone);
  for (const auto& range : snapshot.taken_ranges) state.numerators_.load(range);
  for (const auto& lock : snapshot.locks) state.locks_.put(lock);
  for (const auto& profile : snapshot.profiles) state.profiles_.add(profile);
  for (const auto& consumption : snapshot.consumption) state.put_consumption(consumption);
  for (auto& allotment : snapshot.allotments) state.allotments_.put(std::move(allotment));
  for (const auto& row : snapshot.registrations)
    state.registrations_.put({.row = row, .lapses_at = lapse_of(row, state.counter(row.counter), snapshot, now)});
  return state;
}

const Counter* State::counter(model::CounterId id) const {
  const auto found = counters_.find(id);
  return found == counters_.end() ? nullptr : &found->second;
}

model::CounterId State::highest_counter() const {
  return std::max({highest_in_catalog_, numerators_.highest_zone(), allotments_.highest()});
}

const LiveSession* State::session(const model::SessionId& id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

const model::Account* State::account(const model::AccountId& id) const {
  const auto found = std::ranges::find(catalog_.accounts, id, &model::Account::id);
  return found == catalog_.accounts.end() ? nullptr : &*found;
}

const std::vector<model::CounterId>& State::counters_for(const model::AccountId& account,
                                                         const model::Guid& option) const {
  const auto of_account = options_.find(account);
  if (of_account == options_.end()) return no_counters;
  const auto of_option = of_account->second.find(option);
  return of_option == of_account->second.end() ? no_counters : of_option->second;
}

const std::vector<LiveLicense>& State::licenses_for(const model::AccountId& account, const std::string& product) const {
  const auto of_account = products_.find(account);
  if (of_account == products_.end()) return no_licenses;
  const auto of_product = of_account->second.find(product);
  return of_product == of_account->second.end() ? no_licenses : of_product->second;
}

const Counter* State::counter_of_product(const model::AccountId& account, const std::string& code) const {
  const auto of_account = owned_products_.find(account);
  if (of_account == owned_products_.end()) return nullptr;
  const auto of_code = of_account->second.find(code);
  return of_code == of_account->second.end() ? nullptr : counter(of_code->second);
}

const LiveLicense* State::license_of(const Counter& counter) const {
  const auto of_account = products_.find(counter.identity.account);
  if (of_account == products_.end()) return nullptr;
  for (const auto& [product, licenses] : of_account->second) {
    for (const auto& live : licenses) {
      if (live.license->id == counter.identity.license) return &live;
    }
  }
  return nullptr;
}

const Counter* State::connections_of(const model::AccountId& account) const {
  const auto found = connections_.find(account);
  return found == connections_.end() ? nullptr : counter(found->second);
}

const std::vector<SharedPlace>& State::shared_by_connection_of(const model::Session& session) const {
  if (shared_.empty()) return no_shared_places;
  const auto found = shared_.find(connection_of(session));
  return found == shared_.end() ? no_shared_places : found->second;
}

std::size_t State::sharers(const model::Session& session, model::CounterId counter) const {
  const auto& places = shared_by_connection_of(session);
  const auto found = std::ranges::find(places, counter, &SharedPlace::counter);
  return found == places.end() ? 0 : found->sharers;
}

void State::count_sharer(const model::Session& session, const model::Hold& hold, bool added) {
  if (hold.holder_kind != model::HolderKind::connection) return;
  const auto connection = shared_.try_emplace(connection_of(session)).first;
  auto& places = connection->second;
  auto place = std::ranges::find(places, hold.counter, &SharedPlace::counter);
  if (added) {
    if (place == places.end()) place = places.insert(place, {.counter = hold.counter});
    ++place->sharers;
    return;
  }
  if (--place->sharers == 0) places.erase(place);
  if (places.empty()) shared_.erase(connection);
}

void State::touch(const model::SessionId& id, model::Now now) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  LiveSession& live = found->second;
  live.last_contact = now.monotonic;
  live.session.last_contact = now.wall;
  auto& line = line_of(live.session);
  line.splice(line.end(), line, live.place_in_line);
}

void State::apply(const model::Event& event, model::Instant at) {
  last_token_ = std::max(last_token_, event.token);
  const auto found = counters_.find(event.counter);
  if (found == counters_.end()) return;
  Counter& counter = found->second;
  switch (event.kind) {
    case model::EventKind::granted:
    case model::EventKind::joined:
      // What is used up makes no hold, and a named user's place is a row of its own.
      if (event.hold.value == 0 || event.holder_kind == model::HolderKind::named_user) break;
      add_hold({.token = event.token,
                .counter = event.counter,
                .holder_kind = event.holder_kind,
                .session = event.session,
                .quantity = event.quantity,
                .taken_at = at,
                .used_then = event.used_after,
                .balance_then = event.balance_after,
                .reason = event.reason});
      break;
    case model::EventKind::given_back:
    case model::EventKind::left: remove_hold(event.session, event.counter, event.hold); break;
    case model::EventKind::expired:
    case model::EventKind::reset:
    case model::EventKind::allotted: break;
    case model::EventKind::refused:
    case model::EventKind::adjusted:
    case model::EventKind::session_opened:
    case model::EventKind::session_ended:
    // What these did is in rows of its own.
    case model::EventKind::number_taken:
    case model::EventKind::number_released:
    case model::EventKind::bounds_changed:
    case model::EventKind::locked:
    case model::EventKind::unlocked: return;
  }
  counter.used = event.used_after;
  counter.gross = event.gross_after;
  counter.high_water = std::max(counter.high_water, event.used_after);
}

void State::add_hold(const model::Hold& hold) {
  const auto found = sessions_.find(hold.session);
  if (found == sessions_.end()) return;  // replaying a session that has ended since
  auto& held = found->second.held;
  const auto of_counter = std::ranges::find(held, hold.counter, &Held::counter);
  if (of_counter == held.end()) {
    held.push_back({.holds = {hold}});
    count_sharer(found->second.session, hold, true);
    return;
  }
  // Oldest first, in whatever order they come: after a crash a newer hold may be in the tables and an older one not
  // yet.
  auto& holds = of_counter->holds;
  const auto behind = std::ranges::lower_bound(holds, hold.token, {}, &model::Hold::token);
  if (behind != holds.end() && behind->token == hold.token) return;
  holds.insert(behind, hold);
  count_sharer(found->second.session, hold, true);
}

std::optional<model::Hold> State::remove_hold(const model::SessionId& session, model::CounterId counter,
                                              model::Token token) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return std::nullopt;
  auto& held = found->second.held;
  const auto of_counter = std::ranges::find(held, counter, &Held::counter);
  if (of_counter == held.end()) return std::nullopt;
  const auto newest_first =
      std::ranges::find(of_counter->holds.rbegin(), of_counter->holds.rend(), token, &model::Hold::token);
  if (newest_first == of_counter->holds.rend()) return std::nullopt;
  model::Hold hold = std::move(*newest_first);
  of_counter->holds.erase(std::next(newest_first).base());
  if (of_counter->holds.empty()) held.erase(of_counter);
  count_sharer(found->second.session, hold, false);
  return hold;
}

/// Behind it the session stands in line.
SessionLine::iterator State::place_in_line(const LiveSession& live) {
  auto& line = line_of(live.session);
  // Nearly always the newest, or, when idle ends are undone, the oldest: the walk from the end stops at once.
  const bool oldest = !line.empty() && line.front()->last_contact > live.last_contact;
  auto behind = oldest ? line.begin() : line.end();
  while (behind != line.begin() && (*std::prev(behind))->last_contact > live.last_contact) --behind;
  return behind;
}

void State::insert_session(LiveSession live) {
  const model::SessionId id = live.session.id;
  LiveSession& placed = sessions_.emplace(id, std::move(live)).first->second;
  placed.place_in_line = line_of(placed.session).insert(place_in_line(placed), &placed);
}

LiveSession State::extract_session(const model::SessionId& id) {
  auto node = sessions_.extract(id);
  line_of(node.mapped().session).erase(node.mapped().place_in_line);
  return std::move(node.mapped());
}

void State::set_offline(const model::SessionId& id, bool offline, std::vector<model::Guid> remembered) {
  LiveSession& live = sessions_.at(id);
  line_of(live.session).erase(live.place_in_line);
  live.session.offline = offline;
  live.session.remembered = std::move(remembered);
  live.place_in_line = line_of(live.session).insert(place_in_line(live), &live);
}

void State::set_catalog(model::Catalog catalog, const std::vector<model::CounterIdentity>& identities,
                        std::string hash) {
  const std::unordered_map<model::CounterId, Counter> before = std::move(counters_);
  counters_.clear();
  highest_in_catalog_ = {};
  for (const auto& identity : identities) {
    highest_in_catalog_ = std::max(highest_in_catalog_, identity.id);
    Counter& counter = counters_[identity.id];
    counter.identity = identity;
    const auto kept = before.find(identity.id);
    if (kept == before.end()) continue;
    // The counts stay; what the catalogue says is read from it anew, so that a reload comes to the same.
    counter.used = kept->second.used;
    counter.gross = kept->second.gross;
    counter.high_water = kept->second.high_water;
    counter.client_overages = kept->second.client_overages;
    counter.boundary = kept->second.boundary;
  }
  catalog_ = std::move(catalog);
  catalog_hash_ = std::move(hash);
  take_terms_from_catalog();
}

void State::take_terms_from_catalog() {
  options_.clear();
  connections_.clear();
  products_.clear();
  owned_products_.clear();
  lacks_counters_ = false;
  resets_ = {};
  std::map<std::tuple<model::AccountId, model::LicenseId, std::string>, Counter*> by_place;
  for (auto& [id, counter] : counters_) {
    by_place[{counter.identity.account, counter.identity.license, counter.identity.feature}] = &counter;
  }
  for (const auto& account : catalog_.accounts) {
    for (const auto& license : account.licenses) {
      if (!license.is_installed()) continue;
      std::unordered_map<std::string, model::CounterId> counters;
      for (auto& counted : model::counted_by(license)) {
        const auto found = by_place.find({account.id, license.id, counted.code});
        lacks_counters_ |= found == by_place.end();
        if (found == by_place.end()) continue;
        Counter& counter = *found->second;
        counters.emplace(counted.code, counter.identity.id);
        counter.name = std::move(counted.name);
        counter.rule = counted.rule;
        counter.lease = counted.lease;
        counter.maximum = counted.maximum;
        counter.count_by = counted.count_by;
        counter.enabled = license.enabled.value_or(true);
        counter.valid_from = license.valid_from;
        counter.valid_until = license.valid_until;
        counter.in_catalog = true;
        const bool floating = counted.kind == model::CounterKind::floating;
        if (floating && counted.option) options_[account.id][*counted.option].push_back(counter.identity.id);
        if (counted.code == model::connections_code) connections_[account.id] = counter.identity.id;
      }
      know_license(account.id, license, std::move(counters));
    }
    for (const auto& product : account.products) {
      const auto found = by_place.find({account.id, model::no_license, product.code});
      lacks_counters_ |= found == by_place.end();
      if (found == by_place.end()) continue;
      Counter& counter = *found->second;
      counter.name = product.code;
      counter.maximum = product.quantity;
      counter.in_catalog = true;
      owned_products_[account.id][product.code] = counter.identity.id;
    }
  }
  for (const auto& [id, counter] : counters_) enter_in_calendar(counter);
}

void State::know_license(const model::AccountId& account, const model::License& license,
                         std::unordered_map<std::string, model::CounterId> counters) {
  const auto taken_out = [&](std::string_view code) {
    const auto node = counters.extract(std::string{code});
    return node.empty() ? model::CounterId{} : node.mapped();
  };
  LiveLicense live{.license = &license,
                   .consumption = taken_out(model::consumption_code),
                   .users = taken_out(model::users_code),
                   .features = {}};
  taken_out(model::connections_code);
  live.features = std::move(counters);
  products_[account][license.product].push_back(std::move(live));
}

void State::put_consumption(const model::ConsumptionState& consumption) {
  const auto found = counters_.find(consumption.counter);
  if (found == counters_.end()) return;
  Counter& counter = found->second;
  if (counter.boundary) resets_.remove(counter.identity.id, *counter.boundary);
  counter.boundary = consumption.boundary;
  counter.client_overages = consumption.overages;
  enter_in_calendar(counter);
}

void State::enter_in_calendar(const Counter& counter) {
  const auto& boundary = counter.boundary;
  if (boundary) resets_.add(counter.identity.id, *boundary);
  const auto period = boundary ? std::optional{boundary->period} : std::nullopt;
  resets_.set_unset(counter.identity.id, period != (counter.in_catalog ? counter.rule.period : std::nullopt));
}

}  // namespace tally::engine
