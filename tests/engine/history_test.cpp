// What must hold whatever happens: undo restores, replay repeats, limits stand. Seeds are fixed, so a failure repeats.

#include <catch2/catch.hpp>

#include <set>
#include <tuple>

#include "floating_house.hpp"
#include "random_history.hpp"
#include "tally/model/names.hpp"

using namespace tally::engine;
using namespace tally::engine::test;

namespace {

struct Silence final : Observer {
  void report(const Report&) override {}
};

void decide_some(RandomHistory& history, World& world, Draft& draft) {
  for (int count = 1 + history.below(6); count > 0; --count) (void)decide(draft, world.settings, history.next());
  if (history.once_in(3)) (void)end_idle_sessions(draft, world.settings);
  Silence silence;
  if (history.once_in(3)) keep_floating_house(draft, silence);
}

void check_counts(const State& state) {
  std::unordered_map<tally::model::CounterId, tally::model::Quantity> held;
  std::set<std::tuple<tally::model::CounterId, std::string, std::string>> shared;
  for (const auto& [id, session] : state.sessions()) {
    if (session.session.offline) REQUIRE(session.held.empty());
    const std::string computer = tally::model::lower_case(session.session.computer);
    for (const auto& of_counter : session.held) {
      REQUIRE_FALSE(of_counter.holds.empty());
      for (const auto& hold : of_counter.holds) {
        const bool counts = hold.holder_kind == tally::model::HolderKind::session ||
                            shared.insert({of_counter.counter(), session.session.user, computer}).second;
        if (counts) held[of_counter.counter()] += hold.quantity;
      }
    }
  }
  for (const auto& [id, users] : state.registrations().all()) {
    REQUIRE_FALSE(users.empty());
    held[id] += tally::model::Quantity::units(static_cast<std::int64_t>(users.size()));
  }
  for (const auto& [id, allotment] : state.allotments().all()) held[allotment.parent] += allotment.quantity;
  for (const auto& [id, counter] : state.counters()) {
    if (counter.identity.kind != tally::model::CounterKind::consumption) REQUIRE(counter.used == held[id]);
    REQUIRE(counter.used >= tally::model::Quantity{});
  }
}

tally::model::Catalog some_start() {
  using tally::model::CountBy;
  auto first =
      license(1, {feature(1, 3), feature(2, 2, CountBy::session), feature(3, {}), feature(4, 2, CountBy::connection)});
  first.max_connections = 3;
  first.floating_users = 2;
  first.type = "consumption";
  first.consumption = {.max_consumptions = tally::model::Quantity::units(9),
                       .reset_consumption = true,
                       .consumption_period = "daily",
                       .client_overage_settings = true};
  auto start = catalog({first});
  start.accounts[0].products = {
      {.code = "ROBOT", .quantity = tally::model::Quantity::units(5), .type = "STANDARD"},
      {.code = "AGENT", .quantity = tally::model::Quantity::units(2), .type = "CONSUMPTION_INTERVAL"}};
  return start;
}

void check_grants(const World& world) {
  for (const auto& event : world.last_group.events) {
    const bool granted = event.kind == tally::model::EventKind::granted;
    if (granted && event.balance_after) REQUIRE(*event.balance_after >= tally::model::Quantity{});
    if (event.kind == tally::model::EventKind::allotted) REQUIRE(event.quantity >= tally::model::Quantity{});
  }
}

}  // namespace

TEST_CASE("undoing a group restores the state exactly", "[engine]") {
  const auto seed = GENERATE(range(1U, 13U));
  CAPTURE(seed);
  RandomHistory history{seed};
  World world{some_start()};
  for (int step = 0; step < 150; ++step) {
    world.advance(std::chrono::minutes{history.below(60)});
    const auto before = dump(world.state);
    const auto draft = world.draft();
    decide_some(history, world, *draft);
    if (history.once_in(2)) {
      draft->undo();
      REQUIRE(dump(world.state) == before);
      REQUIRE_FALSE(draft->writes_something());
    } else {
      REQUIRE(world.commit(*draft));
      check_grants(world);
    }
    check_counts(world.state);
  }
}

TEST_CASE("an undone answer is not remembered", "[engine]") {
  World world{catalog({license(1, {feature(1, 3)})})};
  world.open(101);
  const auto draft = world.draft();
  Request request;
  request.command = TakePlace{guid(101), guid(1)};
  request.idempotency = key("k");
  CHECK(decide(*draft, world.settings, request));
  draft->undo();
  CHECK(world.state.answers().find(*request.idempotency) == nullptr);
  CHECK_FALSE(world.refusal_of(request.command, user(), key("k", "another digest")));
}

TEST_CASE("what is replayed from the store is what was in memory, wherever a fold stood", "[engine]") {
  const auto seed = GENERATE(range(1U, 25U));
  CAPTURE(seed);
  RandomHistory history{seed};
  World world{some_start()};
  for (int step = 0; step < 120; ++step) {
    world.advance(std::chrono::minutes{history.below(60)});
    const auto draft = world.draft();
    decide_some(history, world, *draft);
    if (world.fold.has_work() && history.once_in(2)) {
      draft->group().fold = world.fold.next_portion(world.state, draft->group().number, world.last,
                                                    static_cast<std::size_t>(1 + history.below(3)));
    }
    if (history.once_in(10)) world.store.next_mishap(tally::memory::MemoryStore::Mishap::not_committed);
    (void)world.commit(*draft);
    const State reloaded = world.reloaded();
    REQUIRE(dump(reloaded) == dump(world.state));
    for (int number = 0; number < 40; ++number) {
      const auto name = key(std::to_string(number));
      REQUIRE((reloaded.answers().find(name) != nullptr) == (world.state.answers().find(name) != nullptr));
    }
    if (!history.once_in(20)) continue;
    // A new writer begins: its fold takes over what was replayed.
    world.fold = {};
    for (const auto& later : world.store.snapshot().later_groups) world.fold.replayed(later.events);
    world.state = world.reloaded();
  }
}

TEST_CASE("events alone rebuild the counters and the holds", "[engine]") {
  const auto seed = GENERATE(range(31U, 37U));
  CAPTURE(seed);
  RandomHistory history{seed};
  World world{some_start()};
  for (int step = 0; step < 100; ++step) {
    world.advance(std::chrono::minutes{history.below(60)});
    const auto draft = world.draft();
    decide_some(history, world, *draft);
    if (world.fold.has_work())
      draft->group().fold = world.fold.next_portion(world.state, draft->group().number, world.last, 5);
    REQUIRE(world.commit(*draft));
  }
  auto snapshot = world.store.snapshot();
  snapshot.balances.clear();
  snapshot.holds.clear();
  snapshot.later_groups.clear();
  for (const auto& group : world.store.groups()) {
    snapshot.later_groups.push_back({.group = group.number, .at = group.at, .events = group.events});
  }
  CHECK(dump(State::load(snapshot, world.now)) == dump(world.state));
}
