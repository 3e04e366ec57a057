#include <catch2/catch.hpp>

#include "world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::CountBy;
using tally::model::ErrorCode;
using tally::model::EventKind;

namespace {

TakePlace take(int session, int option) { return {.session = guid(session), .option = guid(option)}; }
GiveBack give(int session, int option) { return {.session = guid(session), .option = guid(option)}; }

}  // namespace

TEST_CASE("no grant passes the limit, and a place given back can be taken again", "[engine]") {
  World world{catalog({license(1, {feature(1, 2)})})};
  world.open(101);
  world.open(102);
  CHECK_FALSE(world.refusal_of(take(101, 1)));
  CHECK_FALSE(world.refusal_of(take(102, 1)));
  CHECK(world.refusal_of(take(101, 1)) == ErrorCode::feature_limit);
  CHECK(world.used(1) == 2);
  CHECK_FALSE(world.refusal_of(give(102, 1)));
  CHECK(world.used(1) == 1);
  CHECK_FALSE(world.refusal_of(take(101, 1)));
  CHECK(world.holds(101) == 2);
  CHECK(world.state.counter({1})->gross == tally::model::Quantity::units(3));
  CHECK(world.state.counter({1})->high_water == tally::model::Quantity::units(2));
}

TEST_CASE("a refusal for the limit is an event that changes no count", "[engine]") {
  World world{catalog({license(1, {feature(1, 0)})})};
  world.open(101);
  CHECK(world.refusal_of(take(101, 1)) == ErrorCode::feature_limit);
  REQUIRE(world.last_group.events.size() == 1);
  const auto& event = world.last_group.events.front();
  CHECK(event.kind == EventKind::refused);
  CHECK(event.reason == "limit");
  CHECK(event.user == "DOM\\ivanov");
  CHECK(event.counter.value == 1);
  CHECK(event.quantity == tally::model::Quantity::units(1));
  CHECK(event.used_after == tally::model::Quantity{});
  CHECK(event.balance_after == tally::model::Quantity{});
  CHECK(event.hold.value == 0);
  CHECK(world.used(1) == 0);
}

TEST_CASE("refusals that concern no known counter are no events", "[engine]") {
  World world{catalog({license(1, {feature(1, 1)})})};
  world.open(101);
  CHECK(world.refusal_of(take(101, 99)) == ErrorCode::unknown_feature);
  CHECK(world.last_group.events.empty());
  CHECK(world.refusal_of(take(999, 1)) == ErrorCode::invalid_session);
  CHECK(world.last_group.events.empty());
}

TEST_CASE("giving back what is not held succeeds and changes nothing, but its words must be known", "[engine]") {
  World world{catalog({license(1, {feature(1, 1)})})};
  world.open(101);
  const auto before = dump(world.state);
  CHECK_FALSE(world.refusal_of(give(101, 1)));
  CHECK(world.last_group.events.empty());
  CHECK(world.refusal_of(give(101, 99)) == ErrorCode::unknown_feature);
  CHECK(world.refusal_of(give(999, 1)) == ErrorCode::invalid_session);
  CHECK(dump(world.state) == before);
}

TEST_CASE("giving back ends the newest place", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  for (int i = 0; i < 3; ++i) (void)world.ask(take(101, 1));
  const auto newest = world.last_group.events.front().token;
  (void)world.ask(give(101, 1));
  REQUIRE(world.last_group.events.size() == 1);
  CHECK(world.last_group.events.front().kind == EventKind::given_back);
  CHECK(world.last_group.events.front().hold == newest);
}

TEST_CASE("a session takes one place of what is counted by session, however often it asks", "[engine]") {
  World world{catalog({license(1, {feature(1, 1, CountBy::session)})})};
  world.open(101);
  world.open(102);
  for (int i = 0; i < 3; ++i) CHECK_FALSE(world.refusal_of(take(101, 1)));
  CHECK(world.used(1) == 1);
  CHECK(world.last_group.events.empty());
  CHECK(world.refusal_of(take(102, 1)) == ErrorCode::feature_limit);
  CHECK_FALSE(world.refusal_of(give(101, 1)));
  CHECK(world.used(1) == 0);
  CHECK_FALSE(world.refusal_of(take(102, 1)));
}

TEST_CASE("without a limit everything is counted and granted", "[engine]") {
  World world{catalog({license(1, {feature(1, {})})})};
  world.open(101);
  for (int i = 0; i < 100; ++i) REQUIRE_FALSE(world.refusal_of(take(101, 1)));
  CHECK(world.used(1) == 100);
  CHECK_FALSE(world.last_group.events.front().balance_after);
}

TEST_CASE("before a take is refused, idle holders are ended until one place is free, and no more", "[engine]") {
  World world{catalog({license(1, {feature(1, 3), feature(2, 3)})})};
  for (const int session : {101, 102, 103}) {
    world.open(session);
    REQUIRE_FALSE(world.refusal_of(take(session, 1)));
    world.advance(std::chrono::minutes{1});
  }
  world.open(104);  // idle too, but holds nothing of it
  world.advance(idle_timeout);
  world.open(105);
  CHECK_FALSE(world.refusal_of(take(105, 1)));
  CHECK(world.state.session(guid(101)) == nullptr);
  CHECK(world.state.session(guid(102)) != nullptr);
  CHECK(world.state.session(guid(104)) != nullptr);
  CHECK(world.used(1) == 3);
  REQUIRE(world.last_group.events.size() == 3);
  CHECK(world.last_group.events[0].kind == EventKind::given_back);
  CHECK(world.last_group.events[0].reason == "idle");
  CHECK(world.last_group.events[1].kind == EventKind::session_ended);
  CHECK(world.last_group.events[2].kind == EventKind::granted);
}

TEST_CASE("a holder that was heard of in time is not ended for another", "[engine]") {
  World world{catalog({license(1, {feature(1, 1)})})};
  world.open(101);
  (void)world.ask(take(101, 1));
  world.advance(idle_timeout - std::chrono::microseconds{1});
  world.open(102);
  CHECK(world.refusal_of(take(102, 1)) == ErrorCode::feature_limit);
  world.advance(std::chrono::microseconds{1});
  CHECK_FALSE(world.refusal_of(take(102, 1)));
}

TEST_CASE("an expired license grants nothing and leaves the features, but takes back", "[engine]") {
  auto expiring = license(1, {feature(1, 5)});
  World probe;
  expiring.valid_until = probe.now.wall + std::chrono::hours{1};
  World world{catalog({expiring})};
  world.open(101);
  REQUIRE_FALSE(world.refusal_of(take(101, 1)));
  const auto features = [&] {
    return std::get<tally::model::SessionView>(*world.ask(ReadSession{guid(101)})).features.size();
  };
  CHECK(features() == 1);
  world.advance(std::chrono::hours{1});
  CHECK(features() == 0);
  CHECK(world.refusal_of(take(101, 1)) == ErrorCode::unknown_feature);
  CHECK_FALSE(world.refusal_of(give(101, 1)));
  CHECK(world.used(1) == 0);
}

TEST_CASE("a license that is not valid yet grants nothing", "[engine]") {
  auto coming = license(1, {feature(1, 5)});
  World probe;
  coming.valid_from = probe.now.wall + std::chrono::hours{1};
  World world{catalog({coming})};
  world.open(101);
  CHECK(world.refusal_of(take(101, 1)) == ErrorCode::unknown_feature);
  world.advance(std::chrono::hours{1});
  CHECK_FALSE(world.refusal_of(take(101, 1)));
}

TEST_CASE("of several licenses with one option the valid one added last is used, and the newest place goes back",
          "[engine]") {
  auto second = license(2, {feature(1, 1)});
  World probe;
  second.valid_until = probe.now.wall + std::chrono::hours{1};
  World world{catalog({license(1, {feature(1, 1)}), second})};
  world.open(101);
  REQUIRE_FALSE(world.refusal_of(take(101, 1)));
  CHECK(world.last_group.events.front().counter.value == 2);
  CHECK(world.refusal_of(take(101, 1)) == ErrorCode::feature_limit);  // the valid one added last, not any that has room
  world.advance(std::chrono::hours{1});
  REQUIRE_FALSE(world.refusal_of(take(101, 1)));
  CHECK(world.last_group.events.front().counter.value == 1);

  (void)world.ask(give(101, 1));
  CHECK(world.last_group.events.front().counter.value == 1);
  (void)world.ask(give(101, 1));
  CHECK(world.last_group.events.front().counter.value == 2);
  CHECK(world.holds(101) == 0);
}

TEST_CASE("a repeat by a session looks first at what it holds, on whichever license", "[engine]") {
  auto second = license(2, {feature(1, 1, CountBy::session)});
  World probe;
  second.valid_until = probe.now.wall + std::chrono::hours{1};
  World world{catalog({license(1, {feature(1, 1, CountBy::session)}), second})};
  world.open(101);
  REQUIRE_FALSE(world.refusal_of(take(101, 1)));
  world.advance(std::chrono::hours{2});
  CHECK_FALSE(world.refusal_of(take(101, 1)));
  CHECK(world.holds(101) == 1);
}

TEST_CASE("a change of how an option counts does not touch what is held", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  for (int i = 0; i < 2; ++i) (void)world.ask(take(101, 1));
  REQUIRE(world.ask(import_of(catalog({license(1, {feature(1, 5, CountBy::session)})})), administrator()));
  CHECK(world.holds(101) == 2);
  CHECK_FALSE(world.refusal_of(take(101, 1)));
  CHECK(world.holds(101) == 2);
}
