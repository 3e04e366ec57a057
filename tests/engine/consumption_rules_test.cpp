#include "floating_world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::ErrorCode;
using tally::model::EventKind;

namespace {

FloatingWorld with_terms(const std::function<void(tally::model::ConsumptionTerms&)>& change) {
  auto license = app();
  change(license.consumption);
  return FloatingWorld{{license}};
}

}  // namespace

TEST_CASE("units are used up as far as the maximum, and the ledger has a line for each step", "[engine]") {
  FloatingWorld world;
  CHECK(world.view(use(60)).used == Quantity::units(60));
  CHECK(world.last_group.events.at(0).kind == EventKind::granted);
  CHECK(world.last_group.events.at(0).hold.value == 0);
  CHECK(world.last_group.events.at(0).user == "hw-1");
  CHECK(world.last_group.events.at(0).balance_after == Quantity::units(40));
  CHECK(world.refusal_of(use(41)) == ErrorCode::license_not_enough_consumptions);
  CHECK(world.kinds() == std::vector{EventKind::refused});
  CHECK(world.units() == 60);
  CHECK_FALSE(world.refusal_of(use(40)));
  CHECK(world.units() == 100);
  CHECK(world.own().gross == Quantity::units(100));
}

TEST_CASE("units may be given back, but use never falls below 0", "[engine]") {
  FloatingWorld world;
  (void)world.ask(use(5));
  CHECK(world.view(use(-2)).used == Quantity::units(3));
  CHECK(world.kinds() == std::vector{EventKind::given_back});
  CHECK(world.last_group.events.at(0).quantity == Quantity::units(2));
  CHECK(world.refusal_of(use(-4)) == ErrorCode::negative_consumptions_not_allowed);
  CHECK(world.units() == 3);
  CHECK(world.own().gross == Quantity::units(5));
  CHECK(world.own().high_water == Quantity::units(5));
}

TEST_CASE("a license can forbid that units are given back", "[engine]") {
  auto world = with_terms([](auto& terms) { terms.allow_negative_consumptions = false; });
  (void)world.ask(use(5));
  CHECK(world.refusal_of(use(-1)) == ErrorCode::negative_consumptions_not_allowed);
  CHECK(world.units() == 5);
}

TEST_CASE("without a maximum, or with unlimited consumption, everything is granted", "[engine]") {
  auto unlimited = with_terms([](auto& terms) { terms.allow_unlimited_consumptions = true; });
  CHECK_FALSE(unlimited.refusal_of(use(1'000)));
  auto without = with_terms([](auto& terms) { terms.max_consumptions.reset(); });
  CHECK_FALSE(without.refusal_of(use(1'000)));
  CHECK_FALSE(without.last_group.events.at(0).balance_after);
}

TEST_CASE("what was ever granted stays far from where its number ends", "[engine]") {
  auto world = with_terms([](auto& terms) { terms.allow_unlimited_consumptions = true; });
  const std::int64_t most = 1'000'000'000'000;
  for (int turn = 0; turn < 8; ++turn) {
    CHECK_FALSE(world.refusal_of(use(most)));
    CHECK(world.refusal_of(use(1)) == ErrorCode::license_not_enough_consumptions);
    CHECK_FALSE(world.refusal_of(use(-most)));
  }
  CHECK(world.refusal_of(use(most)) == ErrorCode::license_not_enough_consumptions);
}

TEST_CASE("overages of the catalogue let use pass the maximum", "[engine]") {
  auto world = with_terms([](auto& terms) {
    terms.allow_overages = true;
    terms.max_overages = Quantity::units(10);
  });
  CHECK_FALSE(world.refusal_of(use(110)));
  CHECK(world.refusal_of(use(1)) == ErrorCode::license_not_enough_consumptions);
}

TEST_CASE("overages without a cap exist in the catalogue only", "[engine]") {
  auto world = with_terms([](auto& terms) {
    terms.allow_overages = true;
    terms.max_overages.reset();
    terms.max_overages_is_null = true;
  });
  CHECK_FALSE(world.refusal_of(use(1'000)));

  FloatingWorld other;
  CHECK_FALSE(other.refusal_of(with_overages(use(100), true, {})));
  CHECK(other.refusal_of(with_overages(use(1), true, {})) == ErrorCode::license_not_enough_consumptions);
}

TEST_CASE("a request changes the overage settings, for all later calls", "[engine]") {
  FloatingWorld world;
  const auto view = world.view(with_overages(use(0), true, 10));
  CHECK(view.rule.overages == tally::model::Overages{.allowed = true, .maximum = Quantity::units(10)});
  CHECK(world.kinds() == std::vector{EventKind::adjusted});
  CHECK_FALSE(world.refusal_of(use(110)));
  CHECK(world.refusal_of(use(1)) == ErrorCode::license_not_enough_consumptions);
  CHECK(world.reloaded().counter(world.own().identity.id)->overages().maximum == Quantity::units(10));

  // Below use the limit may lie, but then nothing is granted until use is below it.
  CHECK(world.view(with_overages(use(0), false, 0)).rule.overages == tally::model::Overages{});
  CHECK(world.refusal_of(use(1)) == ErrorCode::license_not_enough_consumptions);
  CHECK_FALSE(world.refusal_of(use(-11)));
  CHECK_FALSE(world.refusal_of(use(1)));
}

TEST_CASE("settings and units of one request are one step: refused, it changes neither", "[engine]") {
  FloatingWorld world;
  CHECK(world.refusal_of(with_overages(use(200), true, 10)) == ErrorCode::license_not_enough_consumptions);
  CHECK(world.own().overages() == tally::model::Overages{});
  CHECK_FALSE(world.refusal_of(with_overages(use(105), true, 10)));
  CHECK(world.units() == 105);
}

TEST_CASE("a repeat of the same settings changes nothing", "[engine]") {
  FloatingWorld world;
  (void)world.ask(with_overages(use(0), true, 10));
  (void)world.ask(with_overages(use(0), true, 10));
  CHECK(world.last_group.events.empty());
}

TEST_CASE("a license can keep its overage settings from requests", "[engine]") {
  auto world = with_terms([](auto& terms) { terms.client_overage_settings = false; });
  const auto view = world.view(with_overages(use(1), true, 10));
  CHECK(view.rule.overages == tally::model::Overages{});
  CHECK(world.refusal_of(use(100)) == ErrorCode::license_not_enough_consumptions);
}

TEST_CASE("settings made by requests stay until that member of the catalogue changes", "[engine]") {
  FloatingWorld world;
  (void)world.ask(with_overages(use(0), true, 10));
  auto renamed = app();
  renamed.name = "Another name";
  REQUIRE(world.ask(import_of(catalog({renamed}), false, "2"), administrator()));
  CHECK(world.own().overages().maximum == Quantity::units(10));
  auto changed = app();
  changed.consumption.allow_overages = true;
  changed.consumption.max_overages = Quantity::units(3);
  REQUIRE(world.ask(import_of(catalog({changed}), false, "3"), administrator()));
  CHECK(world.own().overages().maximum == Quantity::units(3));
}

TEST_CASE("a feature's units are counted apart", "[engine]") {
  FloatingWorld world;
  CHECK(world.view(use(50, "f1")).used == Quantity::units(50));
  CHECK(world.refusal_of(use(1, "f1")) == ErrorCode::feature_not_enough_consumptions);
  CHECK(world.units() == 0);
  CHECK(world.refusal_of(use(1, "f2")) == ErrorCode::feature_not_consumption);
  CHECK(world.refusal_of(use(1, "nope")) == ErrorCode::unsupported_product_feature);
}

TEST_CASE("licenses are found by product, number and key; without a number the one added last is used", "[engine]") {
  FloatingWorld world{{app(1001), app(1002)}};
  CHECK(world.view(use(1)).license.value == 1002);
  auto by_number = use(1);
  by_number.license = name(1001);
  CHECK(world.view(by_number).license.value == 1001);
  auto by_key = use(1);
  by_key.license.key = "KEY-1001";
  CHECK(world.view(by_key).license.value == 1001);
  by_key.license.key = "KEY-0";
  CHECK(world.refusal_of(by_key) == ErrorCode::license_not_found);
  by_number.license = name(7);
  CHECK(world.refusal_of(by_number) == ErrorCode::license_not_found);
  by_number.license = name({}, "nope");
  CHECK(world.refusal_of(by_number) == ErrorCode::unknown_product);
}

TEST_CASE("of an expired license nothing is consumed, but units come back; a valid one is preferred", "[engine]") {
  auto expiring = app(1002);
  expiring.valid_until = at("2026-07-01 01:00:00");
  FloatingWorld world{{app(1001), expiring}};
  CHECK(world.view(use(5)).license.value == 1002);
  world.set_time("2026-07-01 01:00:00");
  CHECK(world.view(use(1)).license.value == 1001);
  auto expired = use(1);
  expired.license = name(1002);
  CHECK(world.refusal_of(expired) == ErrorCode::license_expired);
  expired.quantity = Quantity::units(-5);
  CHECK_FALSE(world.refusal_of(expired));
  auto coming = app(1003);
  coming.valid_from = at("2027-01-01 00:00:00");
  FloatingWorld early{{coming}};
  CHECK(early.refusal_of(use(1)) == ErrorCode::license_not_active);
}

TEST_CASE("a disabled license grants nothing at any door, and a trial ends as one", "[engine]") {
  auto disabled = app();
  disabled.enabled = false;
  disabled.features.push_back(feature(1, 5));
  FloatingWorld world{{disabled}};
  CHECK(world.refusal_of(use(1)) == ErrorCode::license_not_enabled);
  world.open(101);
  CHECK(world.refusal_of(TakePlace{guid(101), guid(1)}) == ErrorCode::unknown_feature);
  auto trial = app();
  trial.trial = true;
  trial.valid_until = at("2026-06-30 00:00:00");
  FloatingWorld over{{trial}};
  CHECK(over.refusal_of(use(1)) == ErrorCode::trial_expired);
}

TEST_CASE("a license that is not of type consumption has no units", "[engine]") {
  auto other = app();
  other.type = "subscription";
  other.consumption = {};
  FloatingWorld world{{other}};
  CHECK(world.refusal_of(use(1)) == ErrorCode::license_not_consumption);
  CHECK_FALSE(world.refusal_of(use(1, "f1")));
}

TEST_CASE("a call of 0 units changes nothing and shows the counts", "[engine]") {
  FloatingWorld world;
  (void)world.ask(use(7));
  CHECK(world.view(use(0)).used == Quantity::units(7));
  CHECK(world.last_group.events.empty());
}

TEST_CASE("a repeat under an idempotency key counts once", "[engine]") {
  FloatingWorld world;
  for (int time = 0; time < 3; ++time) {
    const auto outcome = world.ask(use(5), user(), key("k"));
    REQUIRE(outcome);
    CHECK(std::get<tally::model::ConsumptionView>(*outcome).used == Quantity::units(5));
  }
  CHECK(world.units() == 5);
}

TEST_CASE("parts of a unit add up exactly", "[engine]") {
  FloatingWorld world;
  auto tenth = use(0);
  tenth.quantity = Quantity::from_millionths(100'000);
  for (int time = 0; time < 3; ++time) (void)world.ask(tenth);
  tenth.quantity = Quantity::from_millionths(-300'000);
  (void)world.ask(tenth);
  CHECK(world.own().used == Quantity{});
}
