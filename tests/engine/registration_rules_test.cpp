#include "registration_rules.hpp"

#include "floating_house.hpp"
#include "floating_world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using namespace std::chrono_literals;
using tally::model::ErrorCode;
using tally::model::EventKind;

namespace {

void sweep(World& world) {
  const auto draft = world.draft();
  end_lapsed_places(*draft);
  world.last_group = {};
  REQUIRE(world.commit(*draft));
}

void fill(FloatingWorld& world, int users = 5) {
  for (int number = 1; number <= users; ++number)
    REQUIRE_FALSE(world.refusal_of(enroll("user-" + std::to_string(number))));
}

}  // namespace

TEST_CASE("each name takes one place of the license, and a repeat none", "[engine]") {
  FloatingWorld world;
  fill(world);
  CHECK(world.last_group.events.at(0).kind == EventKind::granted);
  CHECK(world.last_group.events.at(0).holder_kind == tally::model::HolderKind::named_user);
  CHECK(world.last_group.events.at(0).user == "user-5");
  CHECK(world.refusal_of(enroll("anna")) == ErrorCode::license_activated_max_times);
  CHECK(world.kinds() == std::vector{EventKind::refused});
  CHECK(world.license(enroll("user-1")).users == Quantity::units(5));
  CHECK(world.last_group.events.empty());
  CHECK_FALSE(world.refusal_of(leave("user-2")));
  CHECK(world.kinds() == std::vector{EventKind::given_back});
  CHECK_FALSE(world.refusal_of(enroll("anna")));
  CHECK(world.units("@users") == 5);
}

TEST_CASE("the refusal names the product", "[engine]") {
  FloatingWorld world;
  fill(world);
  CHECK(world.ask(enroll("anna")).error().detail == "no free slots for product app");
}

TEST_CASE("who has no place gives it back without a change", "[engine]") {
  FloatingWorld world;
  CHECK_FALSE(world.refusal_of(leave("nobody")));
  CHECK(world.last_group.events.empty());
  CHECK_FALSE(world.refusal_of(leave("nobody", "f2")));
  CHECK(world.refusal_of(leave("nobody", "f9")) == ErrorCode::unsupported_product_feature);
}

TEST_CASE("a place that is not renewed in time goes back, with the features", "[engine]") {
  FloatingWorld world;
  (void)world.ask(enroll("anna"));
  world.advance(90min);
  (void)world.ask(enroll("anna", "f2"));
  world.advance(29min);
  sweep(world);
  CHECK(world.units("@users") == 1);
  world.advance(1min);
  sweep(world);
  CHECK(world.kinds() == std::vector{EventKind::expired, EventKind::expired});
  CHECK(world.last_group.events.at(0).reason == "lapsed");
  CHECK(world.units("@users") == 0);
  CHECK(world.units("f2") == 0);
}

TEST_CASE("a renewal begins the lease anew", "[engine]") {
  FloatingWorld world;
  (void)world.ask(enroll("anna"));
  for (int turn = 0; turn < 5; ++turn) {
    world.advance(119min);
    sweep(world);
    REQUIRE(world.units("@users") == 1);
    (void)world.ask(enroll("anna"));
    CHECK(world.last_group.events.empty());
  }
}

TEST_CASE("a lapsed place never blocks a newcomer, whether it was swept or not", "[engine]") {
  FloatingWorld world;
  fill(world);
  world.advance(1h);
  (void)world.ask(enroll("user-1"));
  world.advance(1h);
  CHECK_FALSE(world.refusal_of(enroll("anna")));
  CHECK(world.kinds() == std::vector{EventKind::expired, EventKind::granted});
  CHECK(world.units("@users") == 5);
  CHECK(world.state.registrations().find(world.counter("@users").identity.id, "user-1") != nullptr);
}

TEST_CASE("a feature of somebody whose place of the license lapsed blocks nobody, swept or not", "[engine]") {
  FloatingWorld world;
  fill(world, 3);
  world.advance(90min);
  for (const auto* user : {"user-1", "user-2", "user-3"}) REQUIRE_FALSE(world.refusal_of(enroll(user, "f2")));
  REQUIRE_FALSE(world.refusal_of(enroll("anna")));
  CHECK(world.refusal_of(enroll("anna", "f2")) == ErrorCode::license_activated_max_times);
  world.advance(30min);  // the features would last half an hour more, the license's places don't
  CHECK_FALSE(world.refusal_of(enroll("anna", "f2")));
  CHECK(world.kinds() == std::vector{EventKind::expired, EventKind::expired, EventKind::granted});
  CHECK(world.units("f2") == 3);
  CHECK(world.units("@users") == 3);
}

TEST_CASE("who comes back after their own place lapsed takes a new one", "[engine]") {
  FloatingWorld world;
  (void)world.ask(enroll("anna"));
  world.advance(3h);
  (void)world.ask(enroll("anna"));
  CHECK(world.kinds() == std::vector{EventKind::expired, EventKind::granted});
}

TEST_CASE("a floating feature is for those who have a place of its license", "[engine]") {
  FloatingWorld world;
  CHECK(world.refusal_of(enroll("anna", "f2")) == ErrorCode::license_not_registered);
  CHECK(world.refusal_of(enroll("anna", "f9")) == ErrorCode::unsupported_product_feature);
  fill(world, 4);
  for (const auto* user : {"user-1", "user-2", "user-3"}) CHECK_FALSE(world.refusal_of(enroll(user, "f2")));
  CHECK(world.refusal_of(enroll("user-4", "f2")) == ErrorCode::license_activated_max_times);
  CHECK_FALSE(world.refusal_of(leave("user-1", "f2")));
  CHECK_FALSE(world.refusal_of(enroll("user-4", "f2")));
  CHECK_FALSE(world.refusal_of(leave("user-4")));
  CHECK(world.units("f2") == 2);
}

TEST_CASE("a feature of units is only shown", "[engine]") {
  FloatingWorld world;
  (void)world.ask(use(3, "f1"));
  CHECK(world.license(enroll("anna", "f1")).features.at(0).used == Quantity::units(3));
  CHECK(world.last_group.events.empty());
}

TEST_CASE("a place that sessions and named users take of one option is one count", "[engine]") {
  FloatingWorld world{{license(1, {feature(1, 2)})}};
  auto floating = enroll("anna", "F1");
  floating.license = name({}, "P");
  world.open(101);
  CHECK_FALSE(world.refusal_of(TakePlace{guid(101), guid(1)}));
  CHECK(world.license(floating).features.at(0).used == Quantity::units(2));
  CHECK(world.refusal_of(TakePlace{guid(101), guid(1)}) == ErrorCode::feature_limit);
  CHECK(world.used(1) == 2);
  auto seat = floating;
  seat.feature.clear();
  CHECK(world.refusal_of(seat) == ErrorCode::license_not_floating);
}

TEST_CASE("neither side's dead block the other side's living", "[engine]") {
  auto one_place = license(1, {feature(1, 1)});
  one_place.floating_timeout_s = 600;
  FloatingWorld world{{one_place}};
  auto floating = enroll("anna", "F1");
  floating.license = name({}, "P");
  world.open(101);
  (void)world.ask(TakePlace{guid(101), guid(1)});
  world.advance(idle_timeout);
  CHECK_FALSE(world.refusal_of(floating));
  world.open(102);
  CHECK(world.refusal_of(TakePlace{guid(102), guid(1)}) == ErrorCode::feature_limit);
  world.advance(10min);
  CHECK_FALSE(world.refusal_of(TakePlace{guid(102), guid(1)}));
}

TEST_CASE("a borrowed place lasts until its date and no longer", "[engine]") {
  FloatingWorld world;
  const auto until = world.now.wall + 48h;
  (void)world.ask(enroll("anna"));
  CHECK(world.license(lend("anna", until)).borrowed_until == until);
  world.advance(47h);
  sweep(world);
  CHECK(world.units("@users") == 1);
  CHECK(world.license(enroll("anna")).borrowed_until == until);
  world.advance(1h);
  fill(world);
  CHECK(world.units("@users") == 5);
  CHECK(world.state.registrations().of(world.counter("@users").identity.id).contains("anna") == false);
}

TEST_CASE("a borrowed place can be taken without registering before, and given back before its date", "[engine]") {
  FloatingWorld world;
  CHECK_FALSE(world.refusal_of(lend("anna", world.now.wall + 24h)));
  CHECK(world.units("@users") == 1);
  CHECK_FALSE(world.refusal_of(leave("anna")));
  CHECK(world.units("@users") == 0);
}

TEST_CASE("a loan needs a date that is ahead, but not too far", "[engine]") {
  FloatingWorld world;
  const auto now = world.now.wall;
  CHECK(world.refusal_of(lend("anna", now)) == ErrorCode::borrow_until_not_valid);
  CHECK(world.refusal_of(lend("anna", now + loan_max + 1s)) == ErrorCode::borrow_until_not_valid);
  auto without = lend("anna", now);
  without.borrowed_until.reset();
  CHECK(world.refusal_of(without) == ErrorCode::borrow_until_not_valid);
  CHECK(world.units("@users") == 0);
}

TEST_CASE("a license can limit its loans, lend for a time of its own, or not at all", "[engine]") {
  auto limited = app();
  limited.max_borrow_time_h = 12;
  FloatingWorld world{{limited}};
  auto without = lend("anna", world.now.wall);
  without.borrowed_until.reset();
  CHECK(world.license(without).borrowed_until == world.now.wall + 12h);
  CHECK(world.refusal_of(lend("boris", world.now.wall + 12h + 1s)) == ErrorCode::borrow_until_not_valid);
  auto kept = app();
  kept.can_borrow = false;
  FloatingWorld other{{kept}};
  CHECK(other.refusal_of(lend("anna", other.now.wall + 1h)) == ErrorCode::borrow_not_allowed);
  CHECK_FALSE(other.refusal_of(enroll("anna")));
}

TEST_CASE("all places of a product, a feature or an account go back at once, borrowed ones too", "[engine]") {
  auto other = app(1002);
  other.product = "other";
  FloatingWorld world{{app(), other}};
  (void)world.ask(lend("user-1", world.now.wall + 24h));
  (void)world.ask(enroll("user-2"));
  (void)world.ask(enroll("user-1", "f2"));
  auto elsewhere = enroll("user-1");
  elsewhere.license = name({}, "other");
  (void)world.ask(elsewhere);
  const auto everywhere = [&] { return world.units("@users") + world.units("f2"); };
  CHECK_FALSE(world.refusal_of(UnregisterAll{.account = "default", .product = "app", .feature = "f2"}));
  CHECK(everywhere() == 2);
  CHECK_FALSE(world.refusal_of(UnregisterAll{.account = "default", .product = "app", .feature = {}}));
  CHECK(everywhere() == 0);
  CHECK(world.counter("@users", 1002).used == Quantity::units(1));
  CHECK(world.refusal_of(UnregisterAll{.account = "default", .product = "nope", .feature = {}}) ==
        ErrorCode::unknown_product);
  CHECK_FALSE(world.refusal_of(UnregisterAll{.account = "default", .product = {}, .feature = {}}));
  CHECK(world.counter("@users", 1002).used == Quantity{});
}

TEST_CASE("everybody's places of a feature are those of a feature that there is, not of the license itself",
          "[engine]") {
  FloatingWorld world;
  (void)world.ask(enroll("anna"));
  (void)world.ask(enroll("anna", "f2"));
  for (const std::string feature : {"@users", "nonsense"}) {
    CHECK(world.refusal_of(UnregisterAll{.account = "default", .product = "app", .feature = feature}) ==
          ErrorCode::unsupported_product_feature);
    CHECK_FALSE(world.refusal_of(UnregisterAll{.account = "default", .product = {}, .feature = feature}));
  }
  CHECK(world.units("@users") == 1);
  CHECK(world.units("f2") == 1);
}

TEST_CASE("what a user has comes before the license added last", "[engine]") {
  FloatingWorld world{{app(1001), app(1002)}};
  auto first = enroll("anna");
  first.license = name(1001);
  (void)world.ask(first);
  CHECK(world.license(enroll("anna")).license.id.value == 1001);
  CHECK(world.license(enroll("boris")).license.id.value == 1002);
  CHECK(world.license(enroll("anna", "f2")).license.id.value == 1001);
  (void)world.ask(leave("anna"));
  CHECK(world.units("@users") == 0);
  CHECK(world.units("f2") == 0);
}

TEST_CASE("an expired license renews nothing, but takes back", "[engine]") {
  auto expiring = app();
  expiring.valid_until = at("2026-07-01 01:00:00");
  FloatingWorld world{{expiring}};
  (void)world.ask(enroll("anna"));
  world.advance(1h);
  CHECK(world.refusal_of(enroll("anna")) == ErrorCode::license_expired);
  CHECK_FALSE(world.refusal_of(leave("anna")));
  CHECK(world.units("@users") == 0);
}

TEST_CASE("places outlive a restart; after a crash leases begin anew", "[engine]") {
  FloatingWorld world;
  (void)world.ask(enroll("anna"));
  (void)world.ask(lend("boris", world.now.wall + 24h));
  world.advance(119min);
  world.state = world.reloaded();
  sweep(world);
  CHECK(world.units("@users") == 2);
  world.advance(119min);
  sweep(world);
  CHECK(world.units("@users") == 2);
  world.advance(1min);
  sweep(world);
  CHECK(world.units("@users") == 1);
}

TEST_CASE("after an orderly stop a lease goes on where it stood, the stop's length included", "[engine]") {
  FloatingWorld world;
  (void)world.ask(enroll("anna"));
  world.advance(100min);
  {
    const auto draft = world.draft();
    write_leases(*draft);
    draft->group().orderly_stop = true;
    REQUIRE(world.commit(*draft));
  }
  world.advance(19min);
  world.state = world.reloaded();
  sweep(world);
  CHECK(world.units("@users") == 1);
  world.advance(1min);
  sweep(world);
  CHECK(world.units("@users") == 0);
}

TEST_CASE("who renews all the time does not write all the time", "[engine]") {
  FloatingWorld world;
  (void)world.ask(enroll("anna"));
  world.advance(59s);
  (void)world.ask(enroll("anna"));
  CHECK(world.last_group.registrations.empty());
  world.advance(1s);
  (void)world.ask(enroll("anna"));
  CHECK(world.last_group.registrations.size() == 1);
  world.advance(119min);
  sweep(world);
  CHECK(world.units("@users") == 1);
}

TEST_CASE("a lease that the catalogue changes begins anew, and places of what it removes end", "[engine]") {
  FloatingWorld world;
  (void)world.ask(enroll("anna"));
  auto shorter = app();
  shorter.floating_timeout_s = 600;
  REQUIRE(world.ask(import_of(catalog({shorter}), false, "2"), administrator()));
  world.advance(9min);
  sweep(world);
  CHECK(world.units("@users") == 1);
  CHECK(world.refusal_of(import_of(catalog({}), false, "3"), administrator()) == ErrorCode::catalog_conflict);
  REQUIRE(world.ask(import_of(catalog({}), true, "3"), administrator()));
  CHECK(world.kinds() == std::vector{EventKind::given_back});
  CHECK(world.state.registrations().all().empty());
  CHECK(world.units("@users") == 0);
}

TEST_CASE("lapsed places are swept in portions", "[engine]") {
  auto many = app();
  many.floating_users = 2'000;
  FloatingWorld world{{many}};
  fill(world, 1'100);
  world.advance(2h);
  std::size_t groups = 0;
  for (; time_to_floating_duty(world.state, world.now).count() <= 0; ++groups) {
    sweep(world);
    CHECK(world.last_group.events.size() <= lapses_per_group);
  }
  CHECK(groups == 3);
  CHECK(world.units("@users") == 0);
}
