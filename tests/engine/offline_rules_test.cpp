#include <catch2/catch.hpp>

#include "world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::CountBy;
using tally::model::ErrorCode;
using tally::model::EventKind;

namespace {

void suspend(World& world, int session) { REQUIRE(world.ask(SuspendSession{guid(session)})); }

}  // namespace

TEST_CASE("going offline gives places and connection back, coming online takes all of them again", "[engine]") {
  auto limited = license(1, {feature(1, 5), feature(2, 5, CountBy::session)});
  limited.max_connections = 1;
  World world{catalog({limited})};  // counter 1 is that of the connections
  world.open(101);
  for (const int option : {1, 2, 1}) REQUIRE(world.ask(TakePlace{guid(101), guid(option)}));
  suspend(world, 101);
  CHECK(world.last_group.events.size() == 4);
  CHECK(world.last_group.events.front().reason == "offline");
  CHECK(world.used(2) == 0);
  CHECK(world.used(3) == 0);
  CHECK(world.state.connections_of("default")->used == tally::model::Quantity{});
  suspend(world, 101);
  CHECK(world.last_group.number.value == 0);  // nothing to commit

  REQUIRE(world.ask(ResumeSession{guid(101)}));
  CHECK(world.used(2) == 2);
  CHECK(world.used(3) == 1);
  CHECK(world.state.connections_of("default")->used == tally::model::Quantity::units(1));
  CHECK(world.state.session(guid(101))->session.remembered.empty());
  REQUIRE(world.ask(ResumeSession{guid(101)}));
  CHECK(world.used(2) == 2);
}

TEST_CASE("an offline session may only give back, stay alive, log out and come online", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  suspend(world, 101);
  CHECK(world.refusal_of(TakePlace{guid(101), guid(1)}) == ErrorCode::session_offline);
  CHECK(world.refusal_of(ReadSession{guid(101)}) == ErrorCode::session_offline);
  CHECK(world.refusal_of(ChangeSettings{guid(101), {}}) == ErrorCode::session_offline);
  CHECK_FALSE(world.refusal_of(KeepAlive{guid(101)}));
  CHECK_FALSE(world.refusal_of(GiveBack{guid(101), guid(1)}));
  CHECK_FALSE(world.refusal_of(EndSession{guid(101)}));
  CHECK(world.refusal_of(SuspendSession{guid(101)}) == ErrorCode::invalid_session);
  CHECK(world.refusal_of(ResumeSession{guid(101)}) == ErrorCode::invalid_session);
}

TEST_CASE("what an offline session gives back it does not take again", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  suspend(world, 101);
  REQUIRE(world.ask(GiveBack{guid(101), guid(1)}));
  CHECK(world.refusal_of(GiveBack{guid(101), guid(9)}) == ErrorCode::unknown_feature);
  REQUIRE(world.ask(ResumeSession{guid(101)}));
  CHECK(world.used(1) == 1);
}

TEST_CASE("a session that can't have everything again stays offline and holds nothing", "[engine]") {
  World world{catalog({license(1, {feature(1, 5), feature(2, 1)})})};
  world.open(101);
  world.open(102);
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  REQUIRE(world.ask(TakePlace{guid(101), guid(2)}));
  suspend(world, 101);
  REQUIRE(world.ask(TakePlace{guid(102), guid(2)}));
  CHECK(world.refusal_of(ResumeSession{guid(101)}) == ErrorCode::feature_limit);
  CHECK(world.last_group.events.back().kind == EventKind::refused);
  CHECK(world.state.session(guid(101))->session.offline);
  CHECK(world.holds(101) == 0);
  REQUIRE(world.ask(EndSession{guid(102)}));
  REQUIRE(world.ask(ResumeSession{guid(101)}));
  CHECK(world.holds(101) == 2);
}

TEST_CASE("a connection that another has taken keeps the session offline", "[engine]") {
  auto limited = license(1, {feature(1, 5)});
  limited.max_connections = 1;
  World world{catalog({limited})};
  world.open(101, user("ivanov"), on_computer("PC-7"));
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  suspend(world, 101);
  world.open(102, user("petrov"), on_computer("PC-7"));
  CHECK(world.refusal_of(ResumeSession{guid(101)}) == ErrorCode::connection_limit);
  world.advance(idle_timeout);
  REQUIRE(world.ask(ResumeSession{guid(101)}));
  CHECK(world.state.session(guid(102)) == nullptr);
}

TEST_CASE("an option that no license knows any more keeps the session offline until it is given back", "[engine]") {
  World world{catalog({license(1, {feature(1, 5), feature(2, 5)})})};
  world.open(101);
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  suspend(world, 101);
  REQUIRE(world.ask(import_of(catalog({license(1, {feature(2, 5)})})), administrator()));
  CHECK(world.refusal_of(ResumeSession{guid(101)}) == ErrorCode::unknown_feature);
  CHECK_FALSE(world.refusal_of(GiveBack{guid(101), guid(1)}));
  CHECK_FALSE(world.refusal_of(ResumeSession{guid(101)}));
}

TEST_CASE("offline sessions end only by a time-out of their own", "[engine]") {
  World world{catalog({license(1, {feature(1, 1)})})};
  world.open(101);
  suspend(world, 101);
  world.advance(idle_timeout * 10);
  CHECK(end_idle_sessions(*world.draft(), world.settings) == 0);
  world.settings.offline_timeout = idle_timeout * 10;
  const auto draft = world.draft();
  CHECK(end_idle_sessions(*draft, world.settings) == 1);
  REQUIRE(world.commit(*draft));
  CHECK(world.state.sessions().empty());
}

TEST_CASE("offline sessions and what they remember survive a restart", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  suspend(world, 101);
  world.state = world.reloaded();
  CHECK(world.state.session(guid(101))->session.offline);
  REQUIRE(world.ask(ResumeSession{guid(101)}));
  CHECK(world.used(1) == 1);
}
