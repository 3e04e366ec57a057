// What every ledger promises, shown for the one in memory and, by another program, for PostgreSQL's.

#include <algorithm>
#include <catch2/catch.hpp>

#include "store_under_test.hpp"

using namespace tally;
using namespace tally::storage;
using namespace tally::storage::test;
using model::EventKind;
using model::Quantity;

namespace {

bool same(const model::Session& a, const model::Session& b) {
  return a.id == b.id && a.account == b.account && a.user == b.user && a.database == b.database &&
         a.computer == b.computer && a.address == b.address && a.login_time == b.login_time &&
         a.last_contact == b.last_contact && a.offline == b.offline && a.remembered == b.remembered &&
         a.settings == b.settings;
}

model::ConsumptionView some_consumption() {
  return {.license = {1},
          .counter = {2},
          .product = "Продукт",
          .feature = "F1",
          .maximum = Quantity::units(5),
          .used = Quantity::from_millionths(500'000),
          .rule = {.unlimited = false,
                   .may_decrease = false,
                   .clients_set_overages = true,
                   .overages = {.allowed = true, .maximum = {}},
                   .period = model::Period::weekly}};
}

model::LicenseView some_license() {
  return {.license = some_catalog().catalog.accounts.at(0).licenses.at(0),
          .consumption = {.used = Quantity::units(3),
                          .overages = {.allowed = true, .maximum = Quantity::units(4)},
                          .borrowed_until = {}},
          .users = Quantity::units(2),
          .features = {{.used = Quantity::units(1),
                        .overages = {},
                        .borrowed_until = model::Instant{std::chrono::seconds{1'900'000'000}}},
                       {}},
          .borrowed_until = model::Instant{std::chrono::seconds{1'800'000'000}}};
}

}  // namespace

TEST_CASE("a new store opens empty", "[storage]") {
  const auto store = make_store();
  const Hand hand{*store, start()};
  CHECK(hand.epoch.value == hand.last.value);
  CHECK(hand.snapshot.sessions.empty());
  CHECK(hand.snapshot.later_groups.empty());
  CHECK(hand.snapshot.catalog == model::Catalog{});
  CHECK(hand.snapshot.last_token.value == 0);
  CHECK_FALSE(hand.snapshot.stopped_at);
}

TEST_CASE("events come back as they were written, in their groups", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  auto group = hand.next(start());
  group.catalog = some_catalog();
  group.sessions_opened = {session(1)};
  group.events = {event({1}, EventKind::session_opened, 1, 0), event({2}, EventKind::granted, 1, 1),
                  event({3}, EventKind::refused, 1, 2)};
  group.events[0].session = {};
  group.events[2].balance_after.reset();
  group.events[2].reason = "причина";
  group.last_token = {3};
  hand.put(group);
  hand.put(hand.next(start()));  // empty
  auto second = hand.next(start());
  second.events = {event({4}, EventKind::given_back, 1, 1)};
  second.events[0].hold = {2};
  second.last_token = {4};
  hand.put(second);

  const Hand next = reopened(*store, hand);
  CHECK(next.snapshot.last_token.value == 4);
  REQUIRE(next.snapshot.later_groups.size() == 2);
  CHECK(next.snapshot.later_groups[0].group == group.number);
  CHECK(next.snapshot.later_groups[0].at == group.at);
  REQUIRE(next.snapshot.later_groups[0].events.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& read = next.snapshot.later_groups[0].events[i];
    const auto& written = group.events[i];
    CHECK(read.token == written.token);
    CHECK(read.kind == written.kind);
    CHECK(read.door == written.door);
    CHECK(read.counter == written.counter);
    CHECK(read.session == written.session);
    CHECK(read.user == written.user);
    CHECK(read.holder_kind == written.holder_kind);
    CHECK(read.hold == written.hold);
    CHECK(read.quantity == written.quantity);
    CHECK(read.used_after == written.used_after);
    CHECK(read.gross_after == written.gross_after);
    CHECK(read.balance_after == written.balance_after);
    CHECK(read.reason == written.reason);
  }
  CHECK(next.snapshot.later_groups[1].events[0].hold.value == 2);
}

TEST_CASE("sessions, their settings, contacts and ends come back", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  auto changed = session(2);
  auto group = hand.next(start());
  group.sessions_opened = {session(1), changed, session(3)};
  const auto first = group.sessions_opened[0];
  changed = group.sessions_opened[1];
  hand.put(group);
  auto later = hand.next(start());
  changed.settings = {{.name = "A", .type = "int", .value = "1", .read_only = false}};
  changed.last_contact += std::chrono::minutes{1};
  later.settings_changed = {{.session = guid(2), .settings = changed.settings}};
  later.last_contacts = {{.session = guid(2), .at = changed.last_contact}};
  later.sessions_ended = {{.session = guid(3), .ended_at = start(), .reason = "idle"}};
  hand.put(later);

  Hand next = reopened(*store, hand);
  auto& sessions = next.snapshot.sessions;
  REQUIRE(sessions.size() == 2);
  std::ranges::sort(sessions, {}, &model::Session::id);
  CHECK(same(sessions[0], first));
  CHECK(same(sessions[1], changed));
}

TEST_CASE("holds of connections and offline sessions come back", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  auto group = hand.next(start());
  group.catalog = some_catalog();
  auto away = session(1);
  group.sessions_opened = {away};
  away = group.sessions_opened[0];
  group.events = {event({1}, EventKind::session_opened, 1, 0), event({2}, EventKind::granted, 1, 1),
                  event({3}, EventKind::joined, 1, 1), event({4}, EventKind::left, 1, 1)};
  group.events[1].holder_kind = model::HolderKind::connection;
  group.events[2].holder_kind = model::HolderKind::connection;
  group.last_token = {4};
  away.offline = true;
  away.remembered = {guid(7), guid(8), guid(7)};
  group.offline_changed = {{.session = away.id, .offline = true, .remembered = away.remembered}};
  hand.put(group);

  Hand next = reopened(*store, hand);
  REQUIRE(next.snapshot.sessions.size() == 1);
  CHECK(same(next.snapshot.sessions[0], away));
  REQUIRE(next.snapshot.later_groups.size() == 1);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(next.snapshot.later_groups[0].events[i].kind == group.events[i].kind);
    CHECK(next.snapshot.later_groups[0].events[i].holder_kind == group.events[i].holder_kind);
  }

  auto back = next.next(start());
  back.offline_changed = {{.session = away.id, .offline = false, .remembered = {}}};
  next.put(back);
  const Hand last = reopened(*store, next);
  CHECK_FALSE(last.snapshot.sessions[0].offline);
  CHECK(last.snapshot.sessions[0].remembered.empty());
}

TEST_CASE("a session opened, changed and ended in one group is not open", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  auto group = hand.next(start());
  group.sessions_opened = {session(1)};
  group.settings_changed = {{.session = guid(1), .settings = {}}};
  group.sessions_ended = {{.session = guid(1), .ended_at = start(), .reason = "logout"}};
  hand.put(group);
  CHECK(reopened(*store, hand).snapshot.sessions.empty());
}

TEST_CASE("the catalogue and its counters come back, also after a change", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  auto group = hand.next(start());
  group.catalog = some_catalog();
  hand.put(group);
  auto later = hand.next(start());
  auto change = some_catalog();
  change.catalog.accounts[0].licenses[0].features.erase(change.catalog.accounts[0].licenses[0].features.begin());
  change.file_hash = "other";
  later.catalog = change;
  hand.put(later);

  Hand next = reopened(*store, hand);
  CHECK(next.snapshot.catalog == change.catalog);
  CHECK(next.snapshot.catalog_hash == "other");
  std::ranges::sort(next.snapshot.counters, {}, &model::CounterIdentity::id);
  CHECK(next.snapshot.counters == change.counters);
}

TEST_CASE("answers come back whole and are forgotten by their keys", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  model::SessionView view{.session = session(1),
                          .server_time = start(),
                          .features = {{.id = guid(9), .name = "Опция", .maximum = Quantity::from_millionths(1)}},
                          .expires = start()};
  const std::vector<model::Outcome> outcomes{
      model::Answer{},
      view,
      model::SessionList{{session(2)}},
      model::CatalogReport{1, 2, 3},
      std::unexpected{model::Refusal{model::ErrorCode::feature_limit, "подробно"}},
      model::IssuedNumber{.number = -17, .id = guid(3)},
      model::FailedItems{{guid(4), guid(5)}},
      some_consumption(),
      model::LicenseList{{some_license()}}};
  auto group = hand.next(start());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    group.answers.push_back({.key = {.caller = "Иванов", .operation = "op", .key = std::to_string(i), .digest = "d"},
                             .recorded_at = group.at + std::chrono::microseconds{i},
                             .outcome = outcomes[i]});
  }
  hand.put(group);
  auto later = hand.next(start());
  later.forgotten_answers = {group.answers[0].key};
  hand.put(later);

  const Hand next = reopened(*store, hand);
  REQUIRE(next.snapshot.answers.size() == outcomes.size() - 1);
  for (std::size_t i = 1; i < outcomes.size(); ++i) {
    const auto& answer = next.snapshot.answers[i - 1];
    CHECK(answer.key.key == std::to_string(i));
    CHECK(answer.key.caller == "Иванов");
    CHECK(answer.recorded_at == group.answers[i].recorded_at);
    REQUIRE(answer.outcome.has_value() == outcomes[i].has_value());
  }
  const auto& read_view = std::get<model::SessionView>(*next.snapshot.answers[0].outcome);
  CHECK(same(read_view.session, view.session));
  CHECK(read_view.features == view.features);
  CHECK(read_view.expires == view.expires);
  CHECK(same(std::get<model::SessionList>(*next.snapshot.answers[1].outcome).sessions.at(0),
             std::get<model::SessionList>(*outcomes[2]).sessions[0]));
  CHECK(std::get<model::CatalogReport>(*next.snapshot.answers[2].outcome) == model::CatalogReport{1, 2, 3});
  CHECK(next.snapshot.answers[3].outcome.error().code == model::ErrorCode::feature_limit);
  CHECK(next.snapshot.answers[3].outcome.error().detail == "подробно");
  CHECK(std::get<model::IssuedNumber>(*next.snapshot.answers[4].outcome) ==
        std::get<model::IssuedNumber>(*outcomes[5]));
  CHECK(std::get<model::FailedItems>(*next.snapshot.answers[5].outcome) == std::get<model::FailedItems>(*outcomes[6]));
  CHECK(std::get<model::ConsumptionView>(*next.snapshot.answers[6].outcome) == some_consumption());
  CHECK(std::get<model::LicenseList>(*next.snapshot.answers[7].outcome).licenses == std::vector{some_license()});
}

TEST_CASE("fold portions are in the tables, and the position moves only upward", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  auto group = hand.next(start());
  group.catalog = some_catalog();
  group.sessions_opened = {session(1)};
  group.events = {event({1}, EventKind::granted, 1, 1), event({2}, EventKind::granted, 1, 1)};
  group.last_token = {2};
  hand.put(group);
  auto portion = hand.next(start());
  const model::Hold hold{.token = {1},
                         .counter = {1},
                         .holder_kind = model::HolderKind::session,
                         .session = guid(1),
                         .quantity = Quantity::units(1),
                         .taken_at = group.at,
                         .used_then = Quantity::units(1),
                         .balance_then = std::nullopt,
                         .reason = "почему"};
  portion.fold = FoldPortion{.balances = {{.counter = {1},
                                           .used = Quantity::units(2),
                                           .gross = Quantity::units(3),
                                           .high_water = Quantity::units(4),
                                           .group = portion.number}},
                             .holds = {hold},
                             .ended_holds = {},
                             .position = {}};
  hand.put(portion);
  {
    Hand next = reopened(*store, hand);
    CHECK(next.snapshot.fold_position.value == 0);
    CHECK(next.snapshot.later_groups.size() == 1);
    REQUIRE(next.snapshot.balances.size() == 1);
    CHECK(next.snapshot.balances[0].high_water == Quantity::units(4));
    CHECK(next.snapshot.balances[0].group == portion.number);
    REQUIRE(next.snapshot.holds.size() == 1);
    const auto& read = next.snapshot.holds[0];
    CHECK(read.token == hold.token);
    CHECK(read.session == hold.session);
    CHECK(read.taken_at == hold.taken_at);
    CHECK(read.balance_then == hold.balance_then);
    CHECK(read.reason == hold.reason);
    hand = std::move(next);
  }
  auto last = hand.next(start());
  last.fold = FoldPortion{.balances = {}, .holds = {}, .ended_holds = {{1}}, .position = group.number};
  hand.put(last);
  auto backward = hand.next(start());
  backward.fold = FoldPortion{.balances = {}, .holds = {}, .ended_holds = {}, .position = model::GroupNumber{1}};
  hand.put(backward);
  const Hand next = reopened(*store, hand);
  CHECK(next.snapshot.fold_position == group.number);
  CHECK(next.snapshot.later_groups.empty());
  CHECK(next.snapshot.holds.empty());
  CHECK(next.snapshot.last_token.value == 2);
}

TEST_CASE("an orderly stop ends the term, and the next writer knows when", "[storage]") {
  const auto store = make_store();
  auto first = std::make_unique<Hand>(*store, start());
  auto group = first->next(start());
  group.orderly_stop = true;
  first->put(group);
  Hand second{*store, start()};  // although the first still lives
  CHECK(second.snapshot.stopped_at == group.at);
  second.ledger.reset();
  store->let_term_end();
  const Hand third{*store, start()};
  CHECK_FALSE(third.snapshot.stopped_at);
}

TEST_CASE("a group without its predecessor is fenced off, rare rows and all", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  auto group = hand.next(start());
  group.number = group.number.next();
  group.sessions_opened = {session(1)};
  CHECK(std::holds_alternative<Deposed>(hand.commit(group)));
  CHECK(reopened(*store, hand).snapshot.sessions.empty());
}

TEST_CASE("a number is taken once", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  const auto group = hand.next(start());
  hand.put(group);
  CHECK(std::holds_alternative<Deposed>(hand.commit(group)));
}

TEST_CASE("a foreign epoch deposes, and nothing of the old one comes behind it", "[storage]") {
  const auto store = make_store();
  Hand old{*store, start()};
  auto stop = old.next(start());
  stop.orderly_stop = true;
  old.put(stop);
  Hand other{*store, start()};
  auto group = old.next(start());
  group.sessions_opened = {session(1)};
  CHECK(std::holds_alternative<Deposed>(old.commit(group)));
  group.number = other.last.next();  // behind the foreign opening group
  CHECK(std::holds_alternative<Deposed>(old.commit(group)));
  other.put(other.next(start()));
  CHECK(reopened(*store, other).snapshot.sessions.empty());
}

TEST_CASE("recovery finds a doubtful group that was committed, and goes on in a new epoch", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  const auto group = hand.next(start());
  hand.put(group);
  hand.ledger->abandon();
  const auto result = hand.ledger->recover({group.number, group.epoch}, term, start());
  REQUIRE(std::holds_alternative<Recovered>(result));
  const auto& recovered = std::get<Recovered>(result);
  CHECK(recovered.groups_committed == 1);
  CHECK(recovered.opening == group.number.next());
  hand.last = recovered.opening;
  hand.epoch = {recovered.opening.value};
  hand.put(hand.next(start()));
}

TEST_CASE("recovery makes sure that a doubtful group never will be committed", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  auto group = hand.next(start());
  group.sessions_opened = {session(1)};
  hand.ledger->abandon();
  const auto result = hand.ledger->recover({group.number, group.epoch}, term, start());
  REQUIRE(std::holds_alternative<Recovered>(result));
  CHECK(std::get<Recovered>(result).groups_committed == 0);
  CHECK(std::get<Recovered>(result).opening == group.number);
  CHECK(std::holds_alternative<Deposed>(hand.commit(group)));
  hand.last = group.number;
  hand.epoch = {group.number.value};
  hand.put(hand.next(start()));
}

TEST_CASE("recovery behind another writer tells whether the group had got in", "[storage]") {
  const auto store = make_store();
  const bool got_in = GENERATE(true, false);
  Hand old{*store, start()};
  auto group = old.next(start());
  if (got_in) old.put(group);
  old.ledger->abandon();
  store->let_term_end();
  const Hand other{*store, start()};
  const auto result = old.ledger->recover({group.number, group.epoch}, term, start());
  REQUIRE(std::holds_alternative<Deposed>(result));
  CHECK(std::get<Deposed>(result).groups_committed == (got_in ? 1 : 0));
  CHECK_FALSE(std::get<Deposed>(result).fate_is_lost);
}

TEST_CASE("several groups are sent one behind the other, and received in their order", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  const auto groups = hand.chain(3);
  for (const auto& group : groups) hand.ledger->send(group);
  for (std::size_t i = 0; i < groups.size(); ++i) CHECK(std::holds_alternative<Committed>(hand.receive()));
  CHECK(reopened(*store, hand).snapshot.sessions.size() == 3);
}

TEST_CASE("behind a group that fails nothing is committed", "[storage]") {
  const auto store = make_store();
  Hand hand{*store, start()};
  const auto groups = hand.chain(3);
  hand.ledger->send(groups[0]);
  hand.ledger->send(groups[2]);  // its predecessor is missing
  auto last = groups[2];
  last.number = last.number.next();
  last.sessions_opened = {session(4)};
  hand.ledger->send(last);
  CHECK(std::holds_alternative<Committed>(hand.receive()));
  CHECK(std::holds_alternative<Deposed>(hand.receive()));
  CHECK(std::holds_alternative<Deposed>(hand.receive()));
  hand.last = groups[0].number;
  hand.put(hand.next(start()));  // the writer itself is not deposed
  CHECK(reopened(*store, hand).snapshot.sessions.size() == 1);
}

TEST_CASE("recovery tells how many of several groups in doubt were committed, and voids the others", "[storage]") {
  const auto store = make_store();
  const std::size_t committed = GENERATE(0U, 1U, 3U);
  Hand hand{*store, start()};
  const auto groups = hand.chain(3);
  for (std::size_t i = 0; i < committed; ++i) {
    hand.ledger->send(groups[i]);
    REQUIRE(std::holds_alternative<Committed>(hand.receive()));
  }
  hand.ledger->abandon();
  const auto result = hand.ledger->recover({groups[0].number, groups[0].epoch}, term, start());
  REQUIRE(std::holds_alternative<Recovered>(result));
  const auto& recovered = std::get<Recovered>(result);
  CHECK(recovered.groups_committed == committed);
  CHECK(recovered.opening.value == groups[0].number.value + static_cast<std::int64_t>(committed));
  hand.ledger->send(groups[2]);
  CHECK(std::holds_alternative<Deposed>(hand.receive()));
  hand.last = recovered.opening;
  hand.epoch = {recovered.opening.value};
  hand.put(hand.next(start()));
  CHECK(reopened(*store, hand).snapshot.sessions.size() == committed);
}
