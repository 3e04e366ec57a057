#include <catch2/catch.hpp>

#include "world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::CatalogReport;
using tally::model::ErrorCode;

namespace {

CatalogReport imported(World& world, tally::model::Catalog next, bool force = false) {
  const auto outcome = world.ask(import_of(std::move(next), force), administrator());
  REQUIRE(outcome);
  return std::get<CatalogReport>(*outcome);
}

}  // namespace

TEST_CASE("only administrators import", "[engine]") {
  World world;
  CHECK(world.refusal_of(import_of(catalog({}))) == ErrorCode::access_denied);
  CHECK(world.state.catalog().accounts.empty());
}

TEST_CASE("an import reports what it did, and counters keep their numbers", "[engine]") {
  World world;
  CHECK(imported(world, catalog({license(1, {feature(1, 5), feature(2, 5)})})) == CatalogReport{2, 0, 0});
  CHECK(imported(world, catalog({license(1, {feature(2, 6), feature(1, 5), feature(3, 1)})})) ==
        CatalogReport{1, 1, 0});
  CHECK(world.state.counter({2})->identity.feature == "F2");
  CHECK(world.state.counter({3})->identity.feature == "F3");
  CHECK(imported(world, catalog({license(1, {feature(3, 1)})})) == CatalogReport{0, 0, 2});
  CHECK(imported(world, catalog({license(1, {feature(4, 1), feature(1, 5), feature(3, 1)})})) ==
        CatalogReport{2, 0, 0});
  CHECK(world.state.counter({1})->in_catalog);
  CHECK(world.state.counter({4})->identity.feature == "F4");
  CHECK(dump(world.reloaded()) == dump(world.state));
}

TEST_CASE("what is held is removed only by force, and can be given back then, also after a reload", "[engine]") {
  World world{catalog({license(1, {feature(1, 5), feature(2, 5)})})};
  world.open(101);
  for (int i = 0; i < 2; ++i) (void)world.ask(TakePlace{guid(101), guid(1)});
  const auto without = catalog({license(1, {feature(2, 5)})});
  const auto before = dump(world.state);
  const auto refused = world.ask(import_of(without), administrator());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::catalog_conflict);
  CHECK(refused.error().detail.find("\"F1\"") != std::string::npos);
  CHECK(dump(world.state) == before);

  CHECK(imported(world, without, true) == CatalogReport{0, 0, 1});
  CHECK(world.used(1) == 2);
  CHECK(world.refusal_of(TakePlace{guid(101), guid(1)}) == ErrorCode::unknown_feature);
  CHECK_FALSE(world.refusal_of(GiveBack{guid(101), guid(1)}));
  CHECK(world.used(1) == 1);
  CHECK(dump(world.reloaded()) == dump(world.state));
  world.state = world.reloaded();
  CHECK_FALSE(world.refusal_of(GiveBack{guid(101), guid(1)}));
  CHECK(world.used(1) == 0);
  CHECK(world.refusal_of(GiveBack{guid(101), guid(1)}) == ErrorCode::unknown_feature);
}

TEST_CASE("a maximum is lowered below use only by force, and then nothing is granted until use is below", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  for (int i = 0; i < 3; ++i) (void)world.ask(TakePlace{guid(101), guid(1)});
  CHECK(world.refusal_of(import_of(catalog({license(1, {feature(1, 2)})})), administrator()) ==
        ErrorCode::catalog_conflict);
  imported(world, catalog({license(1, {feature(1, 2)})}), true);
  CHECK(world.used(1) == 3);
  // What lies below use already may stay there without force.
  imported(world, catalog({license(1, {feature(1, 2), feature(2, 1)})}));
  for (const bool granted : {false, false, true}) {
    CHECK((world.refusal_of(TakePlace{guid(101), guid(1)}) == ErrorCode::feature_limit) == !granted);
    (void)world.ask(GiveBack{guid(101), guid(1)});
  }
}

TEST_CASE("a counter's kind never changes, not even by force", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  auto other = feature(1, {});
  other.kind = tally::model::CounterKind::consumption;
  CHECK(world.refusal_of(import_of(catalog({license(1, {other})}), true), administrator()) ==
        ErrorCode::catalog_conflict);
  imported(world, catalog({}));
  CHECK(world.refusal_of(import_of(catalog({license(1, {other})}), true), administrator()) ==
        ErrorCode::catalog_conflict);
}

TEST_CASE("an account with open sessions is removed only by force", "[engine]") {
  World world{catalog({})};
  world.open(101);
  CHECK(world.refusal_of(import_of({}), administrator()) == ErrorCode::catalog_conflict);
  imported(world, {}, true);
  CHECK(std::get<tally::model::SessionView>(*world.ask(ReadSession{guid(101)})).features.empty());
  CHECK_FALSE(world.refusal_of(EndSession{guid(101)}));
}

TEST_CASE("a start imports its file once, and does not undo with it what was imported by hand since", "[engine]") {
  World world{catalog({})};
  auto at_start = import_of(catalog({}));
  at_start.unless_imported = true;
  at_start.file_hash = "the start's";
  CHECK_FALSE(world.refusal_of(at_start, administrator()));
  auto by_hand = import_of(catalog({license(1, {feature(1, 5)})}));
  by_hand.file_hash = "another";
  CHECK_FALSE(world.refusal_of(by_hand, administrator()));
  auto again = at_start;
  CHECK_FALSE(world.refusal_of(again, administrator()));
  CHECK_FALSE(world.last_group.catalog);
  CHECK(world.state.counter({1})->in_catalog);
  again.file_hash = "the changed start's";
  CHECK_FALSE(world.refusal_of(again, administrator()));
  CHECK_FALSE(world.state.counter({1})->in_catalog);
}

TEST_CASE("an option's new guid finds the old counter", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  auto renamed = feature(1, 5);
  renamed.id = guid(77);
  CHECK(imported(world, catalog({license(1, {renamed})})) == CatalogReport{0, 1, 0});
  CHECK(world.state.counters_for("default", guid(77)).size() == 1);
  CHECK(world.state.counters_for("default", guid(1)).empty());
}

TEST_CASE("the ledger has a line for each limit that an import changes, and for no other", "[engine]") {
  World world{catalog({license(1, {feature(1, 5), feature(2, 7), feature(3, {})})})};
  world.open(101);
  CHECK_FALSE(world.refusal_of(TakePlace{guid(101), guid(1)}));
  imported(world, catalog({license(1, {feature(1, 9), feature(2, 7), feature(3, 2), feature(4, 1)})}));
  const auto& events = world.last_group.events;
  REQUIRE(events.size() == 2);
  for (const auto& event : events) CHECK(event.kind == tally::model::EventKind::adjusted);
  const auto& first = events[events[0].counter.value == 1 ? 0 : 1];
  CHECK(first.counter.value == 1);
  CHECK(first.used_after == tally::model::Quantity::units(1));
  CHECK(first.balance_after == tally::model::Quantity::units(8));
  CHECK(first.reason == "catalog");
  CHECK(world.used(1) == 1);
  CHECK(dump(world.reloaded()) == dump(world.state));
}
