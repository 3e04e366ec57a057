// What the views for people and checks say of what was committed.

#include <catch2/catch.hpp>

#include "postgres_under_test.hpp"
#include "tally/postgres/reports.hpp"

using namespace tally;
using namespace tally::storage;
using namespace tally::storage::test;
using model::EventKind;

TEST_CASE("the views agree with what was committed", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  auto group = hand.next(start());
  group.catalog = some_catalog();
  group.sessions_opened = {session(1)};
  group.events = {event({1}, EventKind::session_opened, 1, 0), event({2}, EventKind::granted, 1, 1)};
  group.last_token = {2};
  hand.put(group);
  auto fold = hand.next(start());
  fold.fold = FoldPortion{.balances = {{.counter = {1},
                                        .used = model::Quantity::units(1),
                                        .gross = model::Quantity::from_millionths(1'500'000),
                                        .high_water = model::Quantity::units(1),
                                        .group = fold.number}},
                          .holds = {{.token = {2},
                                     .counter = {1},
                                     .session = guid(1),
                                     .quantity = model::Quantity::units(1),
                                     .taken_at = group.at,
                                     .used_then = model::Quantity::units(1),
                                     .balance_then = {},
                                     .reason = {}}},
                          .ended_holds = {},
                          .position = group.number};
  hand.put(fold);
  const auto row = [&](const std::string& sql) { return query(store.url, sql); };
  CHECK(row("SELECT concat_ws('|', id, account, license_id, product, feature, kind, maximum, used, gross, high_water) "
            "FROM tally.counters WHERE id = 1") == "1|default|1|Продукт|F1|floating|5|1|1.5|1");
  CHECK(row("SELECT coalesce(maximum::text, 'unlimited') || used FROM tally.counters WHERE id = 2") == "unlimited0");
  CHECK(row("SELECT concat_ws('|', token, counter_id, holder_kind, holder, session_id, quantity) FROM tally.holds") ==
        "2|1|session|" + to_string(guid(1)) + "|" + to_string(guid(1)) + "|1");
  CHECK(row("SELECT concat_ws('|', token, group_number, kind, counter_id, user_name, door, quantity, used_after, "
            "balance_after) "
            "FROM tally.events WHERE token = 2") ==
        "2|" + std::to_string(group.number.value) + "|granted|1|Иванов|soap|1|1|4.5");
  CHECK(postgres::open_sessions(store.url)->rows.size() == 1);
  CHECK(postgres::usage(store.url, "Продукт")->rows.size() == 1);
  CHECK(postgres::usage(store.url, "other")->rows.empty());
  CHECK(postgres::history(store.url, {})->rows.size() == 2);

  auto numbers = hand.next(start());
  numbers.numbers.numerators[{"default", guid(90)}] = {.account = "default", .id = guid(90), .bounds = {1, INT32_MAX}};
  numbers.numbers.zones[{7}] = {.id = {7},
                                .account = "default",
                                .numerator = guid(90),
                                .name = "Зона",
                                .name_id = guid(91),
                                .used = 3,
                                .gross = 5,
                                .high_water = 4};
  numbers.numbers.taken_ranges[{{7}, 2}] = 4;
  numbers.events = {event({3}, EventKind::number_taken, 1, 7)};
  numbers.events[0].resource = guid(90);
  numbers.events[0].numbers = {2, 4};
  numbers.last_token = {3};
  hand.put(numbers);
  const auto zone = to_string(guid(90)) + "/Зона";
  CHECK(row("SELECT concat_ws('|', id, account, license_id, product, feature, kind, maximum, used, gross, high_water) "
            "FROM tally.counters WHERE id = 7") == "7|default|numerator|" + zone + "|numerator|2147483647|3|5|4");
  CHECK(row("SELECT concat_ws('|', counter_id, account, numerator, zone, first, last, count) FROM tally.numbers") ==
        "7|default|" + to_string(guid(90)) + "|Зона|2|4|3");
  CHECK(row("SELECT concat_ws('|', kind, counter_id, resource, first_number, last_number) FROM tally.events "
            "WHERE token = 3") == "number_taken|7|" + to_string(guid(90)) + "|2|4");
  const auto told = postgres::history(store.url, {});
  const auto column = std::ranges::find(told->columns, "feature") - told->columns.begin();
  CHECK(told->rows.back().at(static_cast<std::size_t>(column)) == zone);
  const auto stored = postgres::stored_catalog(store.url);
  REQUIRE(stored);
  CHECK(*stored == group.catalog->catalog);
}

TEST_CASE("the view of holds shows a shared place once, under its oldest hold", "[storage]") {
  PostgresUnderTest store;
  Hand hand{store, start()};
  auto group = hand.next(start());
  group.catalog = some_catalog();
  group.sessions_opened = {session(1), session(2), session(3)};
  for (auto& each : group.sessions_opened) each.user = "ivanov";
  group.sessions_opened[0].computer = "PC-7";
  group.sessions_opened[1].computer = "pc-7";
  group.sessions_opened[2].computer = "PC-8";
  hand.put(group);
  auto fold = hand.next(start());
  fold.fold.emplace();
  for (int number = 1; number <= 3; ++number) {
    fold.fold->holds.push_back({.token = {10 + number},
                                .counter = {1},
                                .holder_kind = model::HolderKind::connection,
                                .session = guid(number),
                                .quantity = model::Quantity::units(1),
                                .taken_at = group.at,
                                .used_then = model::Quantity::units(1),
                                .balance_then = {},
                                .reason = {}});
  }
  hand.put(fold);
  CHECK(query(store.url,
              "SELECT string_agg(concat_ws('|', token, holder_kind, holder, quantity), ' ' ORDER BY token) "
              "FROM tally.holds") == "11|connection|ivanov @ PC-7|1 13|connection|ivanov @ PC-8|1");
}
