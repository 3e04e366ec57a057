#include "fold.hpp"

#include <catch2/catch.hpp>

#include "world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;

namespace {

/// The next portion, carried by an otherwise empty group.
tally::storage::FoldPortion fold_once(World& world, std::size_t rows_max) {
  const auto draft = world.draft();
  draft->group().fold = world.fold.next_portion(world.state, draft->group().number, world.last, rows_max);
  const auto portion = *draft->group().fold;
  (void)world.commit(*draft);
  return portion;
}

}  // namespace

TEST_CASE("a fold hands everything out in portions and moves the position with the last", "[engine]") {
  World world{catalog({license(1, {feature(1, 5), feature(2, 5)})})};
  world.open(101);
  for (const int option : {1, 2, 1}) (void)world.ask(TakePlace{guid(101), guid(option)});
  const auto durable = world.last;
  std::size_t rows = 0;
  for (int portions = 0; world.fold.has_work(); ++portions) {
    REQUIRE(portions < 10);
    const auto portion = fold_once(world, 2);
    rows += portion.balances.size() + portion.holds.size();
    CHECK(portion.position.has_value() == !world.fold.is_running());
    if (portion.position) CHECK(*portion.position == durable);
  }
  CHECK(rows == 5);
  CHECK(world.store.snapshot().fold_position == durable);
  CHECK(world.store.snapshot().later_groups.empty());
  CHECK(dump(world.reloaded()) == dump(world.state));
}

TEST_CASE("what is touched while a fold runs waits for the next one", "[engine]") {
  World world{catalog({license(1, {feature(1, 5), feature(2, 5)})})};
  world.open(101);
  (void)world.ask(TakePlace{guid(101), guid(1)});
  (void)world.ask(TakePlace{guid(101), guid(2)});
  const auto durable = world.last;
  (void)fold_once(world, 1);
  (void)world.ask(GiveBack{guid(101), guid(1)});
  while (world.fold.is_running()) (void)fold_once(world, 1);
  CHECK(world.store.snapshot().fold_position == durable);
  CHECK(world.fold.has_work());
  CHECK(dump(world.reloaded()) == dump(world.state));
  (void)fold_once(world, 100);
  CHECK_FALSE(world.fold.has_work());
  CHECK(world.store.snapshot().holds.size() == 1);
}

TEST_CASE("a hold that an earlier writer's unfinished fold stored leaves the tables when it ends", "[engine]") {
  World world{catalog({license(1, {feature(1, 5), feature(2, 5)})})};
  world.open(101);
  for (const int option : {1, 2, 1}) (void)world.ask(TakePlace{guid(101), guid(option)});
  while (world.store.snapshot().holds.empty()) (void)fold_once(world, 1);
  REQUIRE(world.fold.is_running());

  world.state = world.reloaded();
  world.fold = {};
  for (const auto& later : world.store.snapshot().later_groups) world.fold.replayed(later.events);
  REQUIRE(world.ask(EndSession{guid(101)}));
  while (world.fold.has_work()) (void)fold_once(world, 10);
  CHECK(world.store.snapshot().holds.empty());
}

TEST_CASE("a portion that failed is handed out again", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  (void)world.ask(TakePlace{guid(101), guid(1)});
  world.store.next_mishap(tally::memory::MemoryStore::Mishap::not_committed);
  (void)fold_once(world, 100);
  CHECK(world.store.snapshot().holds.empty());
  CHECK(world.fold.has_work());
  const auto portion = fold_once(world, 100);
  CHECK(portion.balances.size() == 1);
  CHECK(portion.holds.size() == 1);
  CHECK_FALSE(world.fold.has_work());
}

TEST_CASE("a place taken and given back between two folds never reaches the tables", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  (void)world.ask(TakePlace{guid(101), guid(1)});
  (void)world.ask(GiveBack{guid(101), guid(1)});
  const auto portion = fold_once(world, 100);
  CHECK(portion.holds.empty());
  CHECK(portion.ended_holds.empty());
  REQUIRE(portion.balances.size() == 1);
  CHECK(portion.balances[0].gross == tally::model::Quantity::units(1));
}

// An unfinished fold may have written a newer hold and not yet an older one; a crash then left them in that order.
TEST_CASE("after a crash in the middle of a fold the newest place is still the one that goes back", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  for (int i = 0; i < 3; ++i) (void)world.ask(TakePlace{guid(101), guid(1)});
  const auto newest = world.last_group.events.front().token;
  auto snapshot = world.store.snapshot();
  snapshot.holds.push_back(world.state.session(guid(101))->held.front().holds.back());
  world.state = State::load(snapshot, world.now);
  (void)world.ask(GiveBack{guid(101), guid(1)});
  CHECK(world.last_group.events.front().hold == newest);
}

TEST_CASE("idle time goes on over an orderly stop and begins anew after a crash", "[engine]") {
  World world{catalog({})};
  world.open(101);
  world.advance(std::chrono::hours{1});
  auto snapshot = world.store.snapshot();
  const auto idle_of = [&] {
    return world.now.monotonic - State::load(snapshot, world.now).session(guid(101))->last_contact;
  };
  CHECK(idle_of() == std::chrono::hours{0});
  snapshot.stopped_at = world.now.wall;
  CHECK(idle_of() == std::chrono::hours{1});
  world.advance(std::chrono::hours{1});
  CHECK(idle_of() == std::chrono::hours{2});
  snapshot.sessions.front().last_contact = world.now.wall + std::chrono::hours{5};  // a clock that was put back
  CHECK(idle_of() == std::chrono::hours{0});
}
