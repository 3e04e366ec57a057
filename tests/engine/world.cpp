#include "world.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <sstream>

#include "tally/model/names.hpp"

namespace tally::engine::test {

model::Guid guid(int number) {
  model::Guid guid;
  guid.bytes[0] = 0xaa;
  guid.bytes[14] = static_cast<std::uint8_t>(number / 256);
  guid.bytes[15] = static_cast<std::uint8_t>(number % 256);
  return guid;
}

Caller user(const std::string& name) {
  return {.user = name, .administrator = false, .address = "10.0.0.1", .door = model::Door::soap};
}
Caller administrator() {
  return {.user = "admin", .administrator = true, .address = "10.0.0.2", .door = model::Door::admin};
}

model::IdempotencyKey key(const std::string& key, const std::string& digest, const std::string& caller) {
  return {.caller = caller, .operation = "op", .key = key, .digest = digest};
}

model::Feature feature(int option, std::optional<std::int64_t> maximum, model::CountBy count_by) {
  model::Feature feature;
  feature.id = guid(option);
  feature.code = "F" + std::to_string(option);
  feature.name = "Feature " + std::to_string(option);
  if (maximum) feature.maximum = model::Quantity::units(*maximum);
  feature.count_by = count_by;
  return feature;
}

model::License license(std::int64_t id, std::vector<model::Feature> features) {
  model::License license;
  license.id = {id};
  license.product = "P";
  license.features = std::move(features);
  return license;
}

model::Catalog catalog(std::vector<model::License> licenses) {
  return {.accounts = {
              {.id = "default", .name = "Default", .licenses = std::move(licenses), .tenants = {}, .products = {}}}};
}

ImportCatalog import_of(model::Catalog catalog, bool force, std::string hash) {
  return {
      .catalog = std::make_shared<model::Catalog>(std::move(catalog)), .file_hash = std::move(hash), .force = force};
}

namespace {

template<class T>
std::string text(const std::optional<T>& value) {
  return value ? to_string(*value) : "-";
}

void dump_counters(std::ostream& out, const State& state) {
  std::map<model::CounterId, const Counter*> sorted;
  for (const auto& [id, counter] : state.counters()) sorted[id] = &counter;
  for (const auto& [id, c] : sorted) {
    out << "counter " << id.value << ' ' << c->identity.account << '/' << c->identity.license.value << '/'
        << c->identity.feature << ' ' << text(c->identity.option) << " kind " << static_cast<int>(c->identity.kind)
        << " name " << c->name << " max " << text(c->maximum) << " by " << static_cast<int>(c->count_by) << " in "
        << c->in_catalog << " used " << to_string(c->used) << " gross " << to_string(c->gross) << " high "
        << to_string(c->high_water) << " from " << (c->valid_from ? c->valid_from->time_since_epoch().count() : 0)
        << " until " << (c->valid_until ? c->valid_until->time_since_epoch().count() : 0) << " lease "
        << c->lease.value_or(std::chrono::seconds{-1}).count() << " limit " << text(c->limit());
    if (c->boundary)
      out << " back to 0 " << static_cast<int>(c->boundary->period) << " at "
          << c->boundary->at.time_since_epoch().count();
    out << '\n';
    for (const auto& [user, place] : state.registrations().of(id)) {
      const auto& row = place.row;
      out << "  place " << row.token.value << " of " << user << " on " << row.computer << '/' << row.address
          << " since " << row.taken_at.time_since_epoch().count() << " then " << to_string(row.used_then) << ' '
          << text(row.balance_then) << " lent "
          << (row.borrowed_until ? row.borrowed_until->time_since_epoch().count() : 0) << " leased "
          << place.lapses_at.has_value() << '\n';
    }
    if (!c->identity.option) continue;
    out << "  found by";
    for (const auto found : state.counters_for(c->identity.account, *c->identity.option)) out << ' ' << found.value;
    out << '\n';
  }
}

void dump_holds(std::ostream& out, std::vector<Held> held) {
  std::ranges::sort(held, {}, &Held::counter);
  for (const auto& of_counter : held) {
    for (const auto& h : of_counter.holds) {
      out << "  hold " << h.token.value << (h.holder_kind == model::HolderKind::connection ? " shared" : "") << " of "
          << h.counter.value << ' ' << to_string(h.quantity) << " at " << h.taken_at.time_since_epoch().count()
          << " then " << to_string(h.used_then) << ' ' << text(h.balance_then) << '\n';
    }
  }
}

std::string text(const model::NumberRange& range) {
  return std::to_string(range.first) + '-' + std::to_string(range.last);
}

void dump_numbers(std::ostream& out, const State& state) {
  const Numerators& numerators = state.numerators();
  out << "numerators and zones " << numerators.numerators_and_zones("default") << " ranges "
      << numerators.ranges("default") << " highest counter " << state.highest_counter().value << '\n';
  for (int number = first_numerator; number < first_numerator + numerators_drawn; ++number) {
    if (!numerators.has("default", guid(number))) continue;
    out << "numerator " << number << ' ' << text(numerators.bounds("default", guid(number))) << ':';
    for (const auto& [name, id] : numerators.zones_of("default", guid(number))) out << ' ' << name << '=' << id.value;
    out << '\n';
  }
  for (const auto& [id, zone] : numerators.zones()) {
    out << "zone " << id.value << ' ' << zone.row.account << '/' << to_string(zone.row.numerator) << '/'
        << zone.row.name << ' ' << to_string(zone.row.name_id) << " used " << zone.row.used << " gross "
        << zone.row.gross << " high " << zone.row.high_water << ':';
    for (const auto& range : zone.taken.taken_within({INT32_MIN, INT32_MAX}, 10'000)) out << ' ' << text(range);
    out << '\n';
  }
}

void dump_allotments(std::ostream& out, const State& state) {
  for (const auto& [holder, products] : state.allotments().by_holder()) {
    out << "service " << holder.account << '/' << holder.scope << '/' << holder.service << " of "
        << state.allotments().of_account(holder.account) << '\n';
    for (const auto& [product, id] : products) {
      const auto& row = *state.allotments().find(id);
      const Counter* parent = state.counter_of_product(holder.account, product);
      out << "  has " << row.id.value << ' ' << product << ' ' << to_string(row.quantity) << " of " << row.parent.value
          << " known as " << (parent == nullptr ? 0 : parent->identity.id.value) << " by " << row.token.value << " at "
          << row.allotted_at.time_since_epoch().count() << '\n';
    }
  }
}

void dump_locks_and_profiles(std::ostream& out, const State& state) {
  for (const auto& [resource, lock] : state.locks().of("default")) {
    out << "lock " << to_string(resource) << ' ' << static_cast<int>(lock.kind) << ' ' << to_string(lock.section) << ' '
        << to_string(lock.instance) << ' ' << to_string(lock.session) << ' ' << lock.user << ' '
        << lock.locked_at.time_since_epoch().count() << '\n';
  }
  for (const auto& [id, session] : state.sessions()) {
    for (const auto& resource : state.locks().temporary_of(id)) {
      const auto* lock = state.locks().find(session.session.account, resource);
      CHECK((lock != nullptr && lock->session == id));
    }
  }
  out << "profiles " << state.profiles().count("default");
  for (const auto& name : {user().user, administrator().user, std::string{"U0"}, std::string{"U1"}}) {
    const auto* profile = state.profiles().find("default", name);
    if (profile != nullptr) out << ' ' << profile->user << '=' << to_string(profile->id);
  }
  out << '\n';
}

}  // namespace

model::Guid profile_of(const std::string& user) {
  int sum = 0;
  for (const char c : user) sum = (sum * 31 + c) % 10'000;
  return guid(10'000 + std::abs(sum));
}

std::string dump(const State& state) {
  std::ostringstream out;
  out << "token " << state.last_token().value << " hash " << state.catalog_hash() << " accounts "
      << state.catalog().accounts.size() << '\n';
  dump_counters(out, state);
  std::map<model::SessionId, const LiveSession*> sorted;
  std::set<std::string> shared;
  for (const auto& [id, session] : state.sessions()) sorted[id] = &session;
  for (const auto& [id, s] : sorted) {
    out << "session " << to_string(id) << ' ' << s->session.user << ' ' << s->session.account << ' '
        << s->session.computer << ' ' << s->session.login_time.time_since_epoch().count()
        << (s->session.offline ? " offline" : "") << '\n';
    for (const auto& option : s->session.remembered) out << "  remembers " << to_string(option) << '\n';
    for (const auto& place : state.shared_by_connection_of(s->session))
      shared.insert("shared " + std::to_string(place.counter.value) + " by " + std::to_string(place.sharers) + " of " +
                    s->session.user + "/" + model::lower_case(s->session.computer));
    for (const auto& setting : s->session.settings) out << "  setting " << setting.name << '=' << setting.value << '\n';
    dump_holds(out, s->held);
  }
  for (const auto& line : shared) out << line << '\n';
  for (const auto period : {1, 2, 3, 4})
    out << "returning " << period << ": " << state.resets().line(static_cast<model::Period>(period)).size() << '\n';
  out << "unset " << state.resets().unset().size() << " leases " << state.registrations().leases().size() << " loans "
      << state.registrations().loans().size() << '\n';
  dump_numbers(out, state);
  dump_allotments(out, state);
  dump_locks_and_profiles(out, state);
  CHECK(state.longest_silent_first().size() + state.offline_longest_silent_first().size() == sorted.size());
  return out.str();
}

World::World() {
  const auto opened = std::get<storage::Opened>(
      ledger.open({.advertise = "here", .secret = "s", .duration = std::chrono::seconds{10}}, now.wall, {}));
  state = State::load(opened.snapshot, now);
  last = opened.opening;
  epoch = {opened.opening.value};
}

World::World(model::Catalog first) : World() { REQUIRE(ask(import_of(std::move(first)), administrator())); }

model::Settings on_computer(const std::string& name) {
  return {{.name = "ComputerName", .type = "string", .value = name, .read_only = false}};
}

std::unique_ptr<Draft> World::draft() { return std::make_unique<Draft>(state, now, last.next(), epoch); }

bool World::commit(Draft& draft) {
  if (!draft.writes_something()) return true;
  ledger.send(draft.group());
  if (!std::holds_alternative<storage::Committed>(ledger.receive({}))) {
    draft.undo();
    fold.portion_failed();
    return false;
  }
  last_group = draft.group();
  last = last_group.number;
  fold.committed(last_group);
  if (!last_group.forgotten_answers.empty()) state.forget_answers(last_group.forgotten_answers);
  return true;
}

model::Outcome World::ask(Command command, const Caller& caller, std::optional<model::IdempotencyKey> idempotency) {
  const auto group = draft();
  Request request;
  request.command = std::move(command);
  request.caller = caller;
  request.idempotency = std::move(idempotency);
  last_group = {};
  auto outcome = decide(*group, settings, request);
  REQUIRE(commit(*group));
  return outcome;
}

std::optional<model::ErrorCode> World::refusal_of(Command command, const Caller& caller,
                                                  std::optional<model::IdempotencyKey> idempotency) {
  const auto outcome = ask(std::move(command), caller, std::move(idempotency));
  return outcome ? std::nullopt : std::optional{outcome.error().code};
}

void World::open(int session, const Caller& caller, model::Settings sent) {
  REQUIRE(ask(OpenSession{.account = "default",
                          .id = guid(session),
                          .database = {},
                          .settings = std::move(sent),
                          .profile = profile_of(caller.user)},
              caller));
}

void World::advance(std::chrono::microseconds time) {
  now.wall += time;
  now.monotonic += time;
}

std::int64_t World::used(std::int64_t counter) const {
  return state.counter({counter})->used.millionths() / model::Quantity::millionths_per_unit;
}

std::size_t World::holds(int session) const {
  std::size_t count = 0;
  for (const auto& held : state.session(guid(session))->held) count += held.holds.size();
  return count;
}

}  // namespace tally::engine::test
