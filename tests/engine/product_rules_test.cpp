#include <catch2/catch.hpp>

#include "world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::CountBy;
using tally::model::ErrorCode;
using tally::model::PlaceView;
using tally::model::Quantity;

namespace {

TakeProductPlace take(int session, const std::string& product, const std::string& reason = {}) {
  return {.session = guid(session), .product = product, .reason = reason};
}

/// A feature that programs call by an id of their own.
tally::model::Feature client(std::optional<std::int64_t> maximum, CountBy count_by = CountBy::increment) {
  auto product = feature(1, maximum, count_by);
  product.code = "4d-client";
  product.name = "4D Client";
  product.product_id = 808464441;
  return product;
}

PlaceView taken(World& world, int session, const std::string& product, const std::string& reason = {}) {
  const auto outcome = world.ask(take(session, product, reason));
  REQUIRE(outcome);
  return std::get<PlaceView>(*outcome);
}

}  // namespace

TEST_CASE("a product's place is taken by its id, its name or its feature's code, with counts as they are then",
          "[engine]") {
  World world{catalog({license(1, {client(4)})})};
  world.open(101);
  const auto first = taken(world, 101, "808464441", "CLIENT");
  CHECK(first.product_id == 808464441);
  CHECK(first.product_name == "4D Client");
  CHECK(first.hold.used_then == Quantity::units(1));
  CHECK(first.hold.balance_then == Quantity::units(3));
  CHECK(first.hold.reason == "CLIENT");
  CHECK(world.last_group.events.back().reason == "CLIENT");
  CHECK(taken(world, 101, "4D Client").hold.used_then == Quantity::units(2));
  CHECK(taken(world, 101, "4d-client").hold.token > first.hold.token);
  CHECK(world.used(1) == 3);
  CHECK(dump(world.reloaded()) == dump(world.state));
}

TEST_CASE("a product without an id of its own goes by its counter's number", "[engine]") {
  World world{catalog({license(1, {feature(1, 2)})})};
  world.open(101);
  CHECK(taken(world, 101, "1").product_id == 1);
}

TEST_CASE("no place of a product beyond the limit, nor of one that is unknown or has expired", "[engine]") {
  auto expired = license(2, {feature(2, 5)});
  expired.valid_until = tally::model::Instant{};
  World world{catalog({license(1, {client(1)}), expired})};
  world.open(101);
  const auto first = taken(world, 101, "4D Client");
  CHECK(world.refusal_of(take(101, "4D Client")) == ErrorCode::feature_limit);
  CHECK(world.last_group.events.back().reason == "limit");
  CHECK(world.refusal_of(take(101, "nothing")) == ErrorCode::unknown_feature);
  CHECK(world.refusal_of(take(101, "2")) == ErrorCode::unknown_feature);
  CHECK(world.refusal_of(take(999, "4D Client")) == ErrorCode::invalid_session);
  CHECK(world.used(1) == 1);
}

TEST_CASE("of several licenses for a product the valid one added last is used", "[engine]") {
  World world{catalog({license(1, {client(1)}), license(2, {client(2)})})};
  world.open(101);
  CHECK(taken(world, 101, "4D Client").hold.counter.value == 2);
}

TEST_CASE("a place goes back by its token, and what is not held goes back without an effect", "[engine]") {
  World world{catalog({license(1, {client(4)})})};
  world.open(101);
  world.open(102);
  const auto first = taken(world, 101, "4D Client");
  taken(world, 101, "4D Client");
  CHECK_FALSE(world.refusal_of(GiveBackToken{guid(102), first.hold.token}));
  CHECK(world.used(1) == 2);
  for (int i = 0; i < 2; ++i) {
    CHECK_FALSE(world.refusal_of(GiveBackToken{guid(101), first.hold.token}));
    CHECK(world.used(1) == 1);
  }
  CHECK(world.refusal_of(GiveBackToken{guid(999), first.hold.token}) == ErrorCode::invalid_session);
}

TEST_CASE("a product that counts sessions gives a repeat the place that is there", "[engine]") {
  World world{catalog({license(1, {client(4, CountBy::session)})})};
  world.open(101);
  const auto first = taken(world, 101, "4D Client");
  CHECK(taken(world, 101, "4D Client").hold.token == first.hold.token);
  CHECK(world.used(1) == 1);
}
