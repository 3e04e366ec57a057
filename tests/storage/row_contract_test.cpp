// What every ledger promises of numbers, locks and profiles; in the same two programs as ledger_contract_test.cpp.

#include <algorithm>
#include <catch2/catch.hpp>

#include "store_under_test.hpp"

using namespace tally;
using namespace tally::storage;
using namespace tally::storage::test;
using model::EventKind;

TEST_CASE("steps on numbers and locks come back with what they concern, beside steps that concern neither",
          "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  auto group = hand.next(start());
  group.catalog = some_catalog();
  group.sessions_opened = {session(1)};
  group.events = {event({1}, EventKind::number_taken, 1, 2), event({2}, EventKind::locked, 1, 0),
                  event({3}, EventKind::granted, 1, 1), event({4}, EventKind::bounds_changed, 1, 0)};
  group.events[0].resource = guid(90);
  group.events[0].numbers = {INT32_MIN, INT32_MAX};
  group.events[0].for_user = guid(91);
  group.events[1].resource = guid(92);
  group.events[3].resource = guid(90);
  group.events[3].numbers = {-1, 1};
  group.last_token = {4};
  hand.put(group);
  const Hand next = reopened(*store, hand);
  REQUIRE(next.snapshot.later_groups.size() == 1);
  const auto& read = next.snapshot.later_groups[0].events;
  REQUIRE(read.size() == group.events.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    CHECK(read[i].kind == group.events[i].kind);
    CHECK(read[i].resource == group.events[i].resource);
    CHECK(read[i].numbers == group.events[i].numbers);
    CHECK(read[i].for_user == group.events[i].for_user);
  }
}

TEST_CASE("numerators, zones and the ranges of taken numbers are what the last group made of them", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  const model::Numerator numerator{.account = "default", .id = guid(90), .bounds = {INT32_MIN, INT32_MAX}};
  const model::Zone zone{.id = {7},
                         .account = "default",
                         .numerator = guid(90),
                         .name = "Входящие",
                         .name_id = guid(91),
                         .used = 5,
                         .gross = 1'000'000'000'000,
                         .high_water = 4'294'967'296};
  auto group = hand.next(start());
  group.numbers.numerators[{"default", guid(90)}] = {.account = "default", .id = guid(90), .bounds = {1, 10}};
  group.numbers.zones[{7}] = {
      .id = {7}, .account = "default", .numerator = guid(90), .name = "Входящие", .name_id = guid(91)};
  group.numbers.taken_ranges = {{{{7}, 1}, 3}, {{{7}, 5}, 5}, {{{7}, -9}, std::nullopt}};
  hand.put(group);
  auto later = hand.next(start());
  later.numbers.numerators[{"default", guid(90)}] = numerator;
  later.numbers.zones[{7}] = zone;
  later.numbers.taken_ranges = {{{{7}, 1}, 4}, {{{7}, 5}, std::nullopt}, {{{7}, INT32_MAX}, INT32_MAX}};
  hand.put(later);

  const Hand next = reopened(*store, hand);
  CHECK(next.snapshot.numerators == std::vector{numerator});
  CHECK(next.snapshot.zones == std::vector{zone});
  auto ranges = next.snapshot.taken_ranges;
  std::ranges::sort(ranges, {}, [](const auto& range) { return range.numbers.first; });
  CHECK(ranges == std::vector<model::TakenRange>{{{7}, {1, 4}}, {{7}, {INT32_MAX, INT32_MAX}}});
}

TEST_CASE("locks and profiles are what the last group made of them", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  const auto lock = [](int resource, int session) {
    return model::Lock{.account = "default",
                       .resource = guid(resource),
                       .kind = model::ResourceKind::row,
                       .section = guid(81),
                       .instance = {},
                       .session = session == 0 ? model::SessionId{} : guid(session),
                       .user = "ДОМ\\Иванов",
                       .locked_at = start()};
  };
  const auto first = lock(70, 1);
  const auto checked_out = lock(71, 0);
  const model::Profile profile{.account = "default", .user = "ДОМ\\Иванов", .id = guid(60)};
  auto group = hand.next(start());
  group.locks = {
      {{"default", guid(70)}, first}, {{"default", guid(71)}, lock(71, 1)}, {{"default", guid(72)}, lock(72, 2)}};
  group.new_profiles = {profile};
  hand.put(group);
  auto later = hand.next(start());
  later.locks = {{{"default", guid(71)}, checked_out}, {{"default", guid(72)}, std::nullopt}};
  hand.put(later);

  const Hand next = reopened(*store, hand);
  auto locks = next.snapshot.locks;
  std::ranges::sort(locks, {}, &model::Lock::resource);
  CHECK(locks == std::vector{first, checked_out});
  CHECK(next.snapshot.profiles == std::vector{profile});
}

TEST_CASE("settings and boundaries of consumption are what the last group made of them", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  const model::ConsumptionState whole{
      .counter = {1},
      .boundary = model::Boundary{.period = model::Period::annually, .at = start()},
      .overages = model::Overages{.allowed = true, .maximum = model::Quantity::from_millionths(1'500'000)}};
  const model::ConsumptionState bare{.counter = {2}, .boundary = {}, .overages = {}};
  auto group = hand.next(start());
  group.consumption = {{{1}, {.counter = {1}, .boundary = {}, .overages = {}}}, {{2}, whole}};
  group.consumption.at({2}).counter = {2};
  hand.put(group);
  auto later = hand.next(start());
  later.consumption = {{{1}, whole}, {{2}, bare}};
  hand.put(later);

  const Hand next = reopened(*store, hand);
  auto rows = next.snapshot.consumption;
  std::ranges::sort(rows, {}, &model::ConsumptionState::counter);
  CHECK(rows == std::vector{whole, bare});
}

TEST_CASE("places of named users are what the last group made of them, and their steps come back", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  const auto place = [](const std::string& user) {
    return model::Registration{.counter = {1},
                               .user = user,
                               .token = {7},
                               .computer = "ПК",
                               .address = "10.0.0.1",
                               .taken_at = start(),
                               .used_then = model::Quantity::units(3),
                               .balance_then = {},
                               .borrowed_until = {},
                               .expires_at = {}};
  };
  auto lent = place("anna");
  lent.borrowed_until = start() + std::chrono::hours{5};
  lent.expires_at = lent.borrowed_until;
  lent.balance_then = model::Quantity::units(2);
  const auto kept = place("борис");
  auto group = hand.next(start());
  group.catalog = some_catalog();
  group.registrations = {{{{1}, "anna"}, place("anna")}, {{{1}, "борис"}, kept}, {{{1}, "vera"}, place("vera")}};
  group.events = {event({1}, EventKind::expired, 1, 1), event({2}, EventKind::reset, 1, 1),
                  event({3}, EventKind::adjusted, 1, 1)};
  group.events[0].holder_kind = model::HolderKind::named_user;
  group.last_token = {3};
  hand.put(group);
  auto later = hand.next(start());
  later.registrations = {{{{1}, "anna"}, lent}, {{{1}, "vera"}, std::nullopt}};
  hand.put(later);

  const Hand next = reopened(*store, hand);
  auto rows = next.snapshot.registrations;
  std::ranges::sort(rows, {}, &model::Registration::user);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0] == lent);
  CHECK(rows[1].user == kept.user);
  CHECK_FALSE(rows[1].expires_at);
  REQUIRE(next.snapshot.later_groups.size() == 1);
  CHECK(next.snapshot.later_groups[0].events[0].holder_kind == model::HolderKind::named_user);
  for (std::size_t i = 0; i < 3; ++i) CHECK(next.snapshot.later_groups[0].events[i].kind == group.events[i].kind);
}

TEST_CASE("what tenants' services have is what the last group made of it, and its steps come back", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  const auto allotted_at = start();
  const auto allotment = [allotted_at](std::int64_t id, const std::string& service, std::int64_t millionths) {
    return model::Allotment{.id = {id},
                            .holder = {.account = "d", .scope = "Арендатор", .service = service},
                            .product = "UNATT",
                            .parent = {1},
                            .token = {1},
                            .allotted_at = allotted_at,
                            .quantity = model::Quantity::from_millionths(millionths)};
  };
  auto group = hand.next(start());
  group.catalog = some_catalog();
  group.allotments = {{{8}, allotment(8, "a", 1)}, {{9}, allotment(9, "b", 2'500'000)}};
  group.events = {event({1}, EventKind::allotted, 1, 1)};
  group.events[0].holder_kind = model::HolderKind::tenant_service;
  group.last_token = {1};
  hand.put(group);
  auto later = hand.next(start());
  later.allotments = {{{8}, allotment(8, "a", 0)}};
  hand.put(later);

  const Hand next = reopened(*store, hand);
  auto rows = next.snapshot.allotments;
  std::ranges::sort(rows, {}, &model::Allotment::id);
  CHECK(rows == std::vector{allotment(8, "a", 0), allotment(9, "b", 2'500'000)});
  REQUIRE(next.snapshot.later_groups.size() == 1);
  CHECK(next.snapshot.later_groups[0].events[0].kind == EventKind::allotted);
  CHECK(next.snapshot.later_groups[0].events[0].holder_kind == model::HolderKind::tenant_service);
}
