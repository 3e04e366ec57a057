#include "reset_rules.hpp"

#include "floating_house.hpp"
#include "floating_world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::ErrorCode;
using tally::model::EventKind;
using tally::model::Period;

namespace {

struct Warnings final : Observer {
  void report(const Report& report) override {
    if (const auto* anew = std::get_if<BoundariesSetAnew>(&report)) count += anew->count;
  }
  std::uint64_t count = 0;
};

/// What a writer does in each of its groups. Returns how many boundaries were set anew, with a warning.
std::uint64_t keep_house(World& world) {
  Warnings warnings;
  const auto draft = world.draft();
  keep_floating_house(*draft, warnings);
  world.last_group = {};
  REQUIRE(world.commit(*draft));
  return warnings.count;
}

/// Whose license "app" returns to 0 by this period; its catalogue was read at `start`.
class PeriodWorld : public FloatingWorld {
 public:
  PeriodWorld(const char* period, const char* start) : FloatingWorld{{}} {
    auto license = app();
    license.consumption.consumption_period = period;
    set_time(start);
    REQUIRE(ask(import_of(catalog({license}), false, "2"), administrator()));
    keep_house(*this);
  }
};

std::size_t resets_in(const FloatingWorld& world) {
  std::size_t count = 0;
  for (const auto& group : world.store.groups())
    count += static_cast<std::size_t>(std::ranges::count(group.events, EventKind::reset, &tally::model::Event::kind));
  return count;
}

}  // namespace

TEST_CASE("periods end at 00:00 UTC: each day, on Mondays, on the 1st, on 1 January", "[engine]") {
  struct Row {
    Period period;
    const char* after;
    const char* boundary;
  };
  const auto row = GENERATE(Row{Period::daily, "2026-07-01 00:00:00", "2026-07-02 00:00:00"},
                            Row{Period::daily, "2026-07-01 23:59:59", "2026-07-02 00:00:00"},
                            Row{Period::daily, "2028-02-28 12:00:00", "2028-02-29 00:00:00"},
                            Row{Period::daily, "2027-02-28 12:00:00", "2027-03-01 00:00:00"},
                            Row{Period::daily, "2026-12-31 12:00:00", "2027-01-01 00:00:00"},
                            // 29 June 2026 is a Monday.
                            Row{Period::weekly, "2026-06-28 23:59:59", "2026-06-29 00:00:00"},
                            Row{Period::weekly, "2026-06-29 00:00:00", "2026-07-06 00:00:00"},
                            Row{Period::weekly, "2026-12-31 12:00:00", "2027-01-04 00:00:00"},
                            Row{Period::weekly, "2028-02-28 00:00:00", "2028-03-06 00:00:00"},
                            Row{Period::monthly, "2026-01-31 12:00:00", "2026-02-01 00:00:00"},
                            Row{Period::monthly, "2028-02-29 12:00:00", "2028-03-01 00:00:00"},
                            Row{Period::monthly, "2026-12-01 00:00:00", "2027-01-01 00:00:00"},
                            Row{Period::annually, "2026-12-31 23:59:59", "2027-01-01 00:00:00"},
                            Row{Period::annually, "2027-01-01 00:00:00", "2028-01-01 00:00:00"},
                            Row{Period::annually, "2028-02-29 00:00:00", "2029-01-01 00:00:00"});
  CAPTURE(row.after);
  CHECK(next_boundary(row.period, at(row.after)) == at(row.boundary));
}

TEST_CASE("before a boundary nothing returns to 0; with it everything does, and gross stays", "[engine]") {
  PeriodWorld world{"daily", "2026-07-01 12:00:00"};
  (void)world.ask(use(100));
  world.set_time("2026-07-01 23:59:59");
  CHECK(world.refusal_of(use(1)) == ErrorCode::license_not_enough_consumptions);
  world.set_time("2026-07-02 00:00:00");
  CHECK(world.view(use(100)).used == Quantity::units(100));
  CHECK(world.kinds() == std::vector{EventKind::reset, EventKind::granted});
  CHECK(world.last_group.events[0].quantity == Quantity::units(100));
  CHECK(world.last_group.events[0].used_after == Quantity{});
  CHECK(world.last_group.events[0].reason == "daily");
  CHECK(world.own().gross == Quantity::units(200));
  CHECK(world.own().high_water == Quantity::units(100));
  CHECK(world.own().boundary->at == at("2026-07-03 00:00:00"));
}

TEST_CASE("every period resets at its end and not before", "[engine]") {
  struct Row {
    const char* period;
    const char* start;
    const char* before;
    const char* boundary;
  };
  const auto row = GENERATE(Row{"daily", "2028-02-28 00:00:00", "2028-02-28 23:59:59", "2028-02-29 00:00:00"},
                            Row{"weekly", "2026-12-30 10:00:00", "2027-01-03 23:59:59", "2027-01-04 00:00:00"},
                            Row{"monthly", "2028-02-01 00:00:00", "2028-02-29 23:59:59", "2028-03-01 00:00:00"},
                            Row{"monthly", "2026-12-15 00:00:00", "2026-12-31 23:59:59", "2027-01-01 00:00:00"},
                            Row{"annually", "2027-12-31 00:00:00", "2027-12-31 23:59:59", "2028-01-01 00:00:00"});
  CAPTURE(row.period, row.start);
  PeriodWorld world{row.period, row.start};
  (void)world.ask(use(9));
  world.set_time(row.before);
  CHECK(world.view(use(0)).used == Quantity::units(9));
  world.set_time(row.boundary);
  CHECK(world.view(use(0)).used == Quantity{});
  CHECK(world.view(use(0)).used == Quantity{});
  CHECK(resets_in(world) == 1);
}

TEST_CASE("a read of the license sees a due reset, and it is recorded", "[engine]") {
  PeriodWorld world{"daily", "2026-07-01 12:00:00"};
  (void)world.ask(use(8));
  world.set_time("2026-07-02 00:00:01");
  CHECK(world.license(ReadLicenses{.license = name()}).consumption.used == Quantity{});
  CHECK(world.kinds() == std::vector{EventKind::reset});
}

TEST_CASE("counters that nobody touches return to 0 in portions, once", "[engine]") {
  auto license = app();
  license.features.clear();
  for (int number = 0; number < 1'200; ++number) {
    tally::model::Feature feature{.code = "c" + std::to_string(number), .kind = tally::model::CounterKind::consumption};
    feature.consumption.reset_consumption = true;
    feature.consumption.consumption_period = "daily";
    license.features.push_back(feature);
  }
  FloatingWorld world{{license}};
  while (time_to_floating_duty(world.state, world.now).count() <= 0) keep_house(world);
  for (int number = 0; number < 1'200; number += 2) (void)world.ask(use(1, "c" + std::to_string(number)));
  world.set_time("2026-07-02 00:00:00");
  std::size_t groups = 0;
  for (; time_to_floating_duty(world.state, world.now).count() <= 0; ++groups) {
    keep_house(world);
    CHECK(world.last_group.consumption.size() <= boundaries_per_group);
  }
  CHECK(groups == 3);
  CHECK(resets_in(world) == 600);  // what was 0 anyway needs no line
  for (int number = 0; number < 1'200; number += 2) CHECK(world.units("c" + std::to_string(number)) == 0);
  CHECK(world.state.resets().line(Period::daily).begin()->first == at("2026-07-03 00:00:00"));
}

TEST_CASE("after days of downtime a counter returns to 0 once", "[engine]") {
  PeriodWorld world{"daily", "2026-07-01 12:00:00"};
  (void)world.ask(use(30));
  world.set_time("2026-07-09 06:00:00");
  world.state = world.reloaded();
  (void)world.ask(use(4));
  CHECK(world.units() == 4);
  keep_house(world);
  CHECK(world.units() == 4);
  CHECK(resets_in(world) == 1);
  CHECK(world.own().boundary->at == at("2026-07-10 00:00:00"));
}

TEST_CASE("a clock that steps back within an hour over a boundary resets nothing twice", "[engine]") {
  PeriodWorld world{"daily", "2026-07-01 23:50:00"};
  (void)world.ask(use(30));
  world.set_time("2026-07-02 00:00:05");
  (void)world.ask(use(7));
  CHECK(resets_in(world) == 1);
  world.set_time("2026-07-01 23:30:00");
  CHECK(keep_house(world) == 0);
  CHECK(world.view(use(0)).used == Quantity::units(7));
  world.set_time("2026-07-02 00:10:00");
  CHECK(keep_house(world) == 0);
  CHECK(world.view(use(0)).used == Quantity::units(7));
  CHECK(resets_in(world) == 1);
}

TEST_CASE("over the boundary of any period a clock may step back and forth: there is one reset", "[engine]") {
  struct Row {
    const char* period;
    const char* before;
    const char* after;
  };
  const auto row = GENERATE(Row{"daily", "2028-02-28 23:59:50", "2028-02-29 00:00:10"},
                            Row{"daily", "2026-12-31 23:59:50", "2027-01-01 00:00:10"},
                            Row{"weekly", "2027-01-03 23:59:50", "2027-01-04 00:00:10"},
                            Row{"monthly", "2028-02-29 23:59:50", "2028-03-01 00:00:10"},
                            Row{"monthly", "2027-02-28 23:59:50", "2027-03-01 00:00:10"},
                            Row{"annually", "2027-12-31 23:59:50", "2028-01-01 00:00:10"});
  CAPTURE(row.period, row.before);
  PeriodWorld world{row.period, row.before};
  (void)world.ask(use(30));
  for (int step = 0; step < 3; ++step) {
    world.set_time(row.after);
    CHECK(keep_house(world) == 0);
    CHECK(world.view(use(1)).used == Quantity::units(2 * step + 1));
    world.set_time(row.before);
    CHECK(keep_house(world) == 0);
    CHECK(world.view(use(1)).used == Quantity::units(2 * step + 2));
  }
  CHECK(resets_in(world) == 1);
  CHECK(world.own().gross == Quantity::units(36));
}

TEST_CASE("two hosts whose clocks are seconds apart reset once, whichever of them goes ahead", "[engine]") {
  const bool taker_is_ahead = GENERATE(false, true);
  const char* first = taker_is_ahead ? "2026-07-01 23:59:57" : "2026-07-02 00:00:03";
  const char* second = taker_is_ahead ? "2026-07-02 00:00:03" : "2026-07-01 23:59:57";
  PeriodWorld world{"daily", "2026-07-01 12:00:00"};
  (void)world.ask(use(30));
  world.set_time(first);
  const auto one_more = [&] { return world.view(use(1)).used; };
  CHECK(one_more() == (taker_is_ahead ? Quantity::units(31) : Quantity::units(1)));
  const auto take_over = [&](const char* clock) {
    world.set_time(clock);
    world.state = world.reloaded();
    CHECK(keep_house(world) == 0);
  };
  take_over(second);
  CHECK(one_more() == (taker_is_ahead ? Quantity::units(1) : Quantity::units(2)));
  take_over(first);
  CHECK(one_more() == (taker_is_ahead ? Quantity::units(2) : Quantity::units(3)));
  world.set_time("2026-07-02 00:00:10");
  CHECK(one_more() == (taker_is_ahead ? Quantity::units(3) : Quantity::units(4)));
  CHECK(resets_in(world) == 1);
}

TEST_CASE("exactly a period and an hour ahead is credible; more is not", "[engine]") {
  PeriodWorld world{"daily", "2026-07-02 00:00:00"};
  CHECK(world.own().boundary->at == at("2026-07-03 00:00:00"));
  world.set_time("2026-07-01 23:00:00");
  CHECK(keep_house(world) == 0);
  CHECK(world.own().boundary->at == at("2026-07-03 00:00:00"));
  world.set_time("2026-07-01 22:59:59");
  CHECK(keep_house(world) == 1);
  CHECK(world.own().boundary->at == at("2026-07-02 00:00:00"));
  CHECK(keep_house(world) == 0);
}

TEST_CASE("after a clock that ran far ahead the boundary is set anew without a reset, with a warning", "[engine]") {
  PeriodWorld world{"monthly", "2026-07-01 12:00:00"};
  (void)world.ask(use(30));
  world.set_time("2031-05-05 00:00:00");
  (void)world.ask(use(4));  // it believes the clock: that is a reset
  CHECK(resets_in(world) == 1);
  world.set_time("2026-07-01 12:05:00");
  CHECK(keep_house(world) == 1);
  CHECK(resets_in(world) == 1);
  CHECK(world.units() == 4);
  CHECK(world.own().boundary->at == at("2026-08-01 00:00:00"));
  CHECK(world.reloaded().counter(world.own().identity.id)->boundary == world.own().boundary);
}

TEST_CASE("a clock that ran behind is caught up with one reset", "[engine]") {
  PeriodWorld world{"daily", "2020-01-01 00:00:00"};
  (void)world.ask(use(30));
  world.set_time("2026-07-01 12:00:00");
  CHECK(keep_house(world) == 0);
  CHECK(world.units() == 0);
  CHECK(resets_in(world) == 1);
  CHECK(world.own().boundary->at == at("2026-07-02 00:00:00"));
}

TEST_CASE("another period begins without a reset, and no period ends them", "[engine]") {
  PeriodWorld world{"daily", "2026-07-01 12:00:00"};
  (void)world.ask(use(30));
  auto monthly = app();
  monthly.consumption.consumption_period = "monthly";
  REQUIRE(world.ask(import_of(catalog({monthly}), false, "3"), administrator()));
  keep_house(world);
  CHECK(world.own().boundary->at == at("2026-08-01 00:00:00"));
  CHECK(world.units() == 30);
  auto never = app();
  never.consumption.reset_consumption = false;
  REQUIRE(world.ask(import_of(catalog({never}), false, "4"), administrator()));
  keep_house(world);
  CHECK_FALSE(world.own().boundary);
  world.set_time("2027-07-01 12:00:00");
  CHECK(world.view(use(0)).used == Quantity::units(30));
}

TEST_CASE("an undone reset is as if it had not been", "[engine]") {
  PeriodWorld world{"daily", "2026-07-01 12:00:00"};
  (void)world.ask(use(30));
  world.set_time("2026-07-02 00:00:00");
  const auto before = dump(world.state);
  const auto draft = world.draft();
  Request request;
  request.command = use(3);
  REQUIRE(decide(*draft, world.settings, request));
  draft->undo();
  CHECK(dump(world.state) == before);
  CHECK(world.view(use(3)).used == Quantity::units(3));
  CHECK(resets_in(world) == 1);
}

TEST_CASE("the writer knows how long it may sleep", "[engine]") {
  PeriodWorld world{"daily", "2026-07-01 12:00:00"};
  CHECK(time_to_floating_duty(world.state, world.now) == std::chrono::hours{1});
  world.set_time("2026-07-01 23:59:00");
  CHECK(time_to_floating_duty(world.state, world.now) == std::chrono::minutes{1});
  world.set_time("2026-07-02 00:00:00");
  CHECK(time_to_floating_duty(world.state, world.now).count() == 0);
}

TEST_CASE("what an earlier version did not count gets its counters", "[engine]") {
  FloatingWorld world;
  auto snapshot = world.store.snapshot();
  std::erase_if(snapshot.counters, [](const auto& identity) { return identity.feature.starts_with('@'); });
  world.state = State::load(snapshot, world.now);
  CHECK(world.state.lacks_counters());
  CHECK(world.refusal_of(use(1)) == ErrorCode::license_not_consumption);
  keep_house(world);
  CHECK_FALSE(world.state.lacks_counters());
  CHECK_FALSE(world.refusal_of(use(1)));
  CHECK_FALSE(world.refusal_of(enroll("anna")));
}
