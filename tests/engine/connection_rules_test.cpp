#include <catch2/catch.hpp>

#include "world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::CountBy;
using tally::model::ErrorCode;
using tally::model::EventKind;

namespace {

tally::model::License with_connections(std::int64_t maximum, std::vector<tally::model::Feature> features = {}) {
  auto limited = license(1, std::move(features));
  limited.max_connections = maximum;
  return limited;
}

std::optional<ErrorCode> log_in(World& world, int session, const std::string& name, const std::string& computer) {
  return world.refusal_of(
      OpenSession{.account = "default", .id = guid(session), .database = {}, .settings = on_computer(computer)},
      user(name));
}

std::int64_t connections(const World& world) {
  return world.state.connections_of("default")->used.millionths() / tally::model::Quantity::millionths_per_unit;
}

EventKind last_but(const World& world, std::size_t back) {
  return world.last_group.events.at(world.last_group.events.size() - 1 - back).kind;
}

}  // namespace

TEST_CASE("a user and computer take one connection, however many sessions they open", "[engine]") {
  World world{catalog({with_connections(2)})};
  CHECK_FALSE(log_in(world, 101, "ivanov", "PC-7"));
  CHECK(last_but(world, 0) == EventKind::granted);
  CHECK_FALSE(log_in(world, 102, "ivanov", "pc-7"));
  CHECK(last_but(world, 0) == EventKind::joined);
  CHECK(connections(world) == 1);
  CHECK_FALSE(log_in(world, 103, "ivanov", "PC-8"));
  CHECK(connections(world) == 2);
  CHECK(log_in(world, 104, "petrov", "PC-7") == ErrorCode::connection_limit);
  CHECK_FALSE(log_in(world, 105, "ivanov", "PC-8"));
  CHECK(connections(world) == 2);
}

TEST_CASE("a refused log-in opens no session and is in the ledger", "[engine]") {
  World world{catalog({with_connections(1)})};
  REQUIRE_FALSE(log_in(world, 101, "ivanov", "PC-7"));
  CHECK(log_in(world, 102, "petrov", "PC-7") == ErrorCode::connection_limit);
  REQUIRE(world.last_group.events.size() == 1);
  CHECK(world.last_group.events[0].kind == EventKind::refused);
  CHECK(world.last_group.events[0].user == "petrov");
  CHECK(world.last_group.events[0].session.is_zero());
  CHECK(world.state.sessions().size() == 1);
}

TEST_CASE("a connection is free when the last of its sessions has left", "[engine]") {
  World world{catalog({with_connections(1)})};
  REQUIRE_FALSE(log_in(world, 101, "ivanov", "PC-7"));
  REQUIRE_FALSE(log_in(world, 102, "ivanov", "PC-7"));
  REQUIRE(world.ask(EndSession{guid(101)}));
  CHECK(last_but(world, 1) == EventKind::left);
  CHECK(connections(world) == 1);
  CHECK(log_in(world, 103, "petrov", "PC-7") == ErrorCode::connection_limit);
  REQUIRE(world.ask(EndSession{guid(102)}));
  CHECK(last_but(world, 1) == EventKind::given_back);
  CHECK(connections(world) == 0);
  CHECK_FALSE(log_in(world, 103, "petrov", "PC-7"));
}

TEST_CASE("the address counts where a client names no computer", "[engine]") {
  World world{catalog({with_connections(1)})};
  world.open(101);
  world.open(102);
  CHECK(connections(world) == 1);
  CHECK(log_in(world, 103, "DOM\\ivanov", "10.0.0.1") == std::nullopt);
  CHECK(connections(world) == 1);
}

TEST_CASE("a connection whose sessions are all due makes room, one with a live session does not", "[engine]") {
  World world{catalog({with_connections(1)})};
  REQUIRE_FALSE(log_in(world, 101, "ivanov", "PC-7"));
  REQUIRE_FALSE(log_in(world, 102, "ivanov", "PC-7"));
  world.advance(idle_timeout - std::chrono::seconds{1});
  REQUIRE(world.ask(KeepAlive{guid(102)}));
  world.advance(std::chrono::seconds{1});
  CHECK(log_in(world, 103, "petrov", "PC-7") == ErrorCode::connection_limit);
  CHECK(world.state.session(guid(101)) == nullptr);
  world.advance(idle_timeout);
  CHECK_FALSE(log_in(world, 103, "petrov", "PC-7"));
  CHECK(world.state.session(guid(102)) == nullptr);
  CHECK(connections(world) == 1);
}

TEST_CASE("nobody connects to a license that has expired", "[engine]") {
  World world{catalog({with_connections(5)})};
  auto expired = with_connections(5);
  expired.valid_until = world.now.wall + std::chrono::hours{1};
  REQUIRE(world.ask(import_of(catalog({expired})), administrator()));
  CHECK_FALSE(log_in(world, 101, "ivanov", "PC-7"));
  world.advance(std::chrono::hours{1});
  CHECK_FALSE(log_in(world, 102, "ivanov", "PC-7"));
  CHECK(log_in(world, 103, "petrov", "PC-7") == ErrorCode::connection_limit);
}

TEST_CASE("a limit that comes later leaves open sessions alone", "[engine]") {
  World world{catalog({license(1, {})})};
  REQUIRE_FALSE(log_in(world, 101, "ivanov", "PC-7"));
  REQUIRE(world.ask(import_of(catalog({with_connections(1)})), administrator()));
  CHECK(connections(world) == 0);
  CHECK_FALSE(log_in(world, 102, "petrov", "PC-7"));
  CHECK(log_in(world, 103, "ivanov", "PC-7") == ErrorCode::connection_limit);
  REQUIRE(world.ask(EndSession{guid(101)}));
  CHECK(connections(world) == 1);
}

TEST_CASE("an option counted by connection is one place for the sessions of a user and computer", "[engine]") {
  World world{catalog({license(1, {feature(1, 1, CountBy::connection)})})};
  world.open(101, user("ivanov"), on_computer("PC-7"));
  world.open(102, user("ivanov"), on_computer("pc-7"));
  world.open(103, user("petrov"), on_computer("PC-7"));
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  CHECK(world.last_group.events.empty());
  REQUIRE(world.ask(TakePlace{guid(102), guid(1)}));
  CHECK(world.used(1) == 1);
  CHECK(world.refusal_of(TakePlace{guid(103), guid(1)}) == ErrorCode::feature_limit);
  REQUIRE(world.ask(GiveBack{guid(101), guid(1)}));
  CHECK(world.used(1) == 1);
  CHECK(world.holds(101) == 0);
  REQUIRE(world.ask(GiveBack{guid(102), guid(1)}));
  CHECK(world.used(1) == 0);
  CHECK(world.state.counter({1})->gross == tally::model::Quantity::units(1));
  CHECK_FALSE(world.refusal_of(TakePlace{guid(103), guid(1)}));
}

TEST_CASE("a changed way of counting does not touch what is held", "[engine]") {
  World world{catalog({license(1, {feature(1, 3, CountBy::connection)})})};
  world.open(101, user("ivanov"), on_computer("PC-7"));
  world.open(102, user("ivanov"), on_computer("PC-7"));
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  REQUIRE(world.ask(TakePlace{guid(102), guid(1)}));
  REQUIRE(world.ask(import_of(catalog({license(1, {feature(1, 3, CountBy::increment)})})), administrator()));
  CHECK(world.used(1) == 1);
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  CHECK(world.used(1) == 2);
  REQUIRE(world.ask(EndSession{guid(101)}));
  CHECK(world.used(1) == 1);
  REQUIRE(world.ask(EndSession{guid(102)}));
  CHECK(world.used(1) == 0);
}

TEST_CASE("a shared place that was removed by force comes back when the last has left", "[engine]") {
  World world{catalog({license(1, {feature(1, 1, CountBy::connection)})})};
  world.open(101, user("ivanov"), on_computer("PC-7"));
  world.open(102, user("ivanov"), on_computer("PC-7"));
  REQUIRE(world.ask(TakePlace{guid(101), guid(1)}));
  REQUIRE(world.ask(TakePlace{guid(102), guid(1)}));
  CHECK(world.refusal_of(import_of(catalog({license(1, {})})), administrator()) == ErrorCode::catalog_conflict);
  REQUIRE(world.ask(import_of(catalog({license(1, {})}), true), administrator()));
  REQUIRE(world.ask(EndSession{guid(101)}));
  CHECK(world.used(1) == 1);
  REQUIRE(world.ask(GiveBack{guid(102), guid(1)}));
  CHECK(world.used(1) == 0);
}
