#include "numbers_world.hpp"
#include "tally/model/number_id.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::ErrorCode;
using tally::model::EventKind;
using tally::model::NumberStatus;
using Which = TakeFreeNumber::Which;

TEST_CASE("the first free number and the last one are those at the ends, and gaps are filled", "[engine]") {
  NumbersWorld world;
  for (int number = 1; number <= 3; ++number) CHECK(world.issued(take_free(1)).number == number);
  CHECK(world.issued(take_free(1, Which::highest)).number == INT32_MAX);
  CHECK(world.issued(take_free(1, Which::highest)).number == INT32_MAX - 1);
  CHECK(world.ask(release(1, 2, 2)));
  CHECK(world.issued(take_free(1)).number == 2);
  CHECK(world.issued(take_free(1)).number == 4);
  CHECK(world.live_zone()->taken.range_count() == 2);
}

TEST_CASE("a range is taken whole or not at all", "[engine]") {
  NumbersWorld world;
  CHECK(world.ask(take(1, 5, 10)));
  CHECK(world.refusal_of(take(1, 1, 5)) == ErrorCode::number_taken);
  CHECK(world.refusal_of(take(1, 7, 7)) == ErrorCode::number_taken);
  CHECK(world.status(1) == NumberStatus::free);
  CHECK(world.ask(take(1, 1, 4)));
  CHECK(world.live_zone()->taken.range_count() == 1);
  CHECK(world.refusal_of(take(1, 12, 11)) == ErrorCode::invalid_number);
}

TEST_CASE("zones of one numerator are told apart by their names, and share its bounds", "[engine]") {
  NumbersWorld world;
  CHECK(world.issued(take_free(1, Which::lowest, "A")).number == 1);
  CHECK(world.issued(take_free(1, Which::lowest, "a ")).number == 1);
  CHECK(world.issued(take_free(1, Which::lowest, "")).number == 1);
  CHECK(world.ask(left_bound(1, 100, true)));
  CHECK(world.issued(take_free(1, Which::lowest, "A")).number == 100);
  CHECK(world.issued(take_free(1, Which::lowest, "new")).number == 100);
}

TEST_CASE("what is released is free again, and releasing what is free changes nothing", "[engine]") {
  NumbersWorld world;
  CHECK(world.ask(release(1, 1, 100)));  // not even the zone is known
  CHECK(world.live_zone() == nullptr);
  CHECK(world.ask(take(1, 1, 10)));
  CHECK(world.ask(release(1, 4, 20)));
  CHECK(world.status(4) == NumberStatus::free);
  CHECK(world.status(3) == NumberStatus::in_use);
  CHECK(world.ask(release(1, 4, 20)));
  CHECK(world.last_group.events.empty());
  CHECK(world.refusal_of(release(1, 4, 3)) == ErrorCode::invalid_number);
}

TEST_CASE("numbers outside the bounds are not given out", "[engine]") {
  NumbersWorld world;
  CHECK(world.refusal_of(take(1, 0, 0)) == ErrorCode::number_out_of_bounds);
  CHECK(world.ask(left_bound(1, -5)));
  CHECK(world.ask(right_bound(1, 2)));
  CHECK(world.refusal_of(take(1, 2, 3)) == ErrorCode::number_out_of_bounds);
  CHECK(world.refusal_of(take(1, -6, -5)) == ErrorCode::number_out_of_bounds);
  CHECK(world.issued(take_free(1)).number == -5);
  CHECK(world.issued(take_free(1, Which::highest)).number == 2);
  CHECK(world.ask(take(1, -4, 1)));
  CHECK(world.refusal_of(take_free(1)) == ErrorCode::no_free_number);
  CHECK(world.refusal_of(take_free(1, Which::highest)) == ErrorCode::no_free_number);
  CHECK(world.status(3) == NumberStatus::not_existing);
  CHECK(world.status(2) == NumberStatus::in_use);
}

TEST_CASE("a bound does not leave taken numbers outside unless it is forced", "[engine]") {
  NumbersWorld world;
  CHECK(world.ask(take(1, 50, 60)));
  CHECK(world.refusal_of(left_bound(1, 51)) == ErrorCode::bounds_in_use);
  CHECK(world.refusal_of(right_bound(1, 59)) == ErrorCode::bounds_in_use);
  CHECK(world.ask(left_bound(1, 50)));
  CHECK(world.ask(right_bound(1, 60)));
  CHECK(world.ask(right_bound(1, 55, true)));
  CHECK(world.status(58) == NumberStatus::in_use);
  CHECK(world.ask(right_bound(1, 56)));  // wider than now, though some are still outside
  CHECK(world.ask(release(1, 57, 58)));
  CHECK(world.status(58) == NumberStatus::not_existing);
  CHECK(world.status(59) == NumberStatus::in_use);
}

TEST_CASE("bounds that cross are refused, and the same bound again is no step", "[engine]") {
  NumbersWorld world;
  CHECK(world.ask(right_bound(1, 10)));
  CHECK(world.refusal_of(left_bound(1, 11)) == ErrorCode::invalid_bounds);
  CHECK(world.refusal_of(left_bound(1, 11, true)) == ErrorCode::invalid_bounds);
  CHECK(world.ask(left_bound(1, 10)));
  CHECK(world.ask(left_bound(1, 10)));
  CHECK(world.last_group.events.empty());
}

TEST_CASE("the bounds may be all that a number can be", "[engine]") {
  NumbersWorld world;
  CHECK(world.ask(left_bound(1, INT32_MIN)));
  CHECK(world.issued(take_free(1)).number == INT32_MIN);
  CHECK(world.ask(take(1, INT32_MIN + 1, INT32_MAX)));
  CHECK(world.live_zone()->taken.range_count() == 1);
  CHECK(world.last_group.events.back().balance_after == tally::model::Quantity{});
  CHECK(world.refusal_of(take_free(1)) == ErrorCode::no_free_number);
}

TEST_CASE("a number has the same id whenever it is taken, and the id leads back to it", "[engine]") {
  NumbersWorld world;
  const auto first = world.issued(take(1, 17, 17));
  CHECK(world.issued(ReadNumberById{.session = guid(1), .zone = zone(), .number_id = first.id}).number == 17);
  CHECK(world.issued(ReadNumberId{.session = guid(1), .numerator = numerator, .zone_id = zone_id("A"), .number = 17}) ==
        first);
  CHECK(world.ask(ReleaseNumberById{.session = guid(1), .numerator = numerator, .number_id = first.id}));
  CHECK(world.status(17) == NumberStatus::free);
  CHECK(world.ask(ReleaseNumberById{.session = guid(1), .numerator = numerator, .number_id = first.id}));
  CHECK(world.refusal_of(ReadNumberById{.session = guid(1), .zone = zone(), .number_id = first.id}) ==
        ErrorCode::invalid_number);
  CHECK(world.issued(take(1, 17, 17)) == first);
}

TEST_CASE("an id that is none of the zone's is an invalid number", "[engine]") {
  NumbersWorld world;
  const auto id = world.issued(take(1, 17, 17)).id;
  CHECK(world.ask(take(1, 17, 17, "other")));
  const auto foreign = GENERATE(guid(5), tally::model::Guid{}, tally::model::number_id({{999}, 17}),
                                tally::model::number_id({{1}, 17}));  // the option's counter
  CHECK(world.refusal_of(ReadNumberById{.session = guid(1), .zone = zone(), .number_id = foreign}) ==
        ErrorCode::invalid_number);
  CHECK(world.refusal_of(ReleaseNumberById{.session = guid(1), .numerator = numerator, .number_id = foreign}) ==
        ErrorCode::invalid_number);
  CHECK(world.refusal_of(ReadNumberById{.session = guid(1), .zone = zone("other"), .number_id = id}) ==
        ErrorCode::invalid_number);
  CHECK(world.refusal_of(ReleaseNumberById{.session = guid(1), .numerator = guid(901), .number_id = id}) ==
        ErrorCode::invalid_number);
  CHECK(world.refusal_of(ReadNumberId{.session = guid(1), .numerator = numerator, .zone_id = guid(3), .number = 17}) ==
        ErrorCode::invalid_number);
}

TEST_CASE("a number's id never means a number of another account", "[engine]") {
  NumbersWorld world;
  auto two = catalog({license(1, {feature(1, 3)})});
  two.accounts.push_back({.id = "other", .name = "Other", .licenses = {}, .tenants = {}, .products = {}});
  REQUIRE(world.ask(import_of(std::move(two)), administrator()));
  REQUIRE(world.ask(OpenSession{.account = "other", .id = guid(2), .database = {}, .settings = {}, .profile = {}}));
  const auto mine = world.issued(take_free(1));
  CHECK(world.refusal_of(ReleaseNumberById{.session = guid(2), .numerator = numerator, .number_id = mine.id}) ==
        ErrorCode::invalid_number);
  const auto theirs = world.issued(take_free(2));
  CHECK(theirs.number == 1);
  CHECK(theirs.id != mine.id);
}

TEST_CASE("reading makes no zone", "[engine]") {
  NumbersWorld world;
  CHECK(world.status(1) == NumberStatus::free);
  CHECK(world.status(0) == NumberStatus::not_existing);
  CHECK(world.state.numerators().numerators_and_zones("default") == 0);
  CHECK(world.last_group.events.empty());
}

TEST_CASE("each step on numbers is an event with the counts after it", "[engine]") {
  NumbersWorld world;
  REQUIRE(world.ask(right_bound(1, 100)));
  const auto bounds = world.last_group.events.at(0);
  CHECK(bounds.kind == EventKind::bounds_changed);
  CHECK(bounds.resource == numerator);
  CHECK(bounds.numbers == tally::model::NumberRange{1, 100});
  REQUIRE(world.ask(take(1, 3, 12)));
  const auto taken = world.last_group.events.at(0);
  CHECK(taken.kind == EventKind::number_taken);
  CHECK(taken.counter == world.live_zone()->row.id);
  CHECK(taken.resource == numerator);
  CHECK(taken.numbers == tally::model::NumberRange{3, 12});
  CHECK(taken.for_user == guid(77));
  CHECK(taken.user == "DOM\\ivanov");
  CHECK(to_string(taken.quantity) == "10");
  CHECK(to_string(*taken.balance_after) == "90");
  REQUIRE(world.ask(release(1, 1, 5)));
  const auto released = world.last_group.events.at(0);
  CHECK(released.kind == EventKind::number_released);
  CHECK(to_string(released.quantity) == "3");
  CHECK(to_string(released.used_after) == "7");
  CHECK(to_string(released.gross_after) == "10");
  CHECK(world.live_zone()->row.high_water == 10);
}

TEST_CASE("a zone's number is a counter's and never another's", "[engine]") {
  NumbersWorld world;
  REQUIRE(world.ask(take_free(1)));
  const auto zone = world.live_zone()->row.id;
  CHECK(world.state.counter(zone) == nullptr);
  REQUIRE(world.ask(import_of(catalog({license(1, {feature(1, 3), feature(2, 3)})})), administrator()));
  CHECK(world.state.counter(zone) == nullptr);
  CHECK(world.state.counter({zone.value + 1}) != nullptr);
  REQUIRE(world.ask(take_free(1, Which::lowest, "another")));
  CHECK(world.live_zone("another")->row.id.value == zone.value + 2);
}

TEST_CASE("a group writes a row for each range that changed, however many steps changed it", "[engine]") {
  NumbersWorld world;
  const auto draft = world.draft();
  Request request;
  request.caller = user();
  for (int count = 0; count < 100; ++count) {
    request.command = take_free(1);
    REQUIRE(decide(*draft, world.settings, request));
  }
  CHECK(draft->group().numbers.taken_ranges.size() == 1);
  CHECK(draft->group().numbers.zones.size() == 1);
  CHECK(draft->group().events.size() == 100);
  REQUIRE(world.commit(*draft));
  CHECK(dump(world.reloaded()) == dump(world.state));
}

TEST_CASE("a release that would end very many ranges at once is to be done in portions", "[engine]") {
  NumbersWorld world;
  {
    const auto draft = world.draft();
    Request request;
    request.caller = user();
    for (int number = 1; number <= 20'004; number += 2) {
      request.command = take(1, number, number);
      REQUIRE(decide(*draft, world.settings, request));
    }
    REQUIRE(world.commit(*draft));
  }
  CHECK(world.refusal_of(release(1, 1, 30'000)) == ErrorCode::resource_limit);
  CHECK(world.ask(release(1, 1, 10'000)));
  CHECK(world.ask(release(1, 1, 30'000)));
  CHECK(world.live_zone()->row.used == 0);
}

TEST_CASE("zone names have at most 256 characters and no control characters", "[engine]") {
  NumbersWorld world;
  std::string longest;
  for (int count = 0; count < 256; ++count) longest += "Ж";
  CHECK(world.ask(take_free(1, Which::lowest, longest)));
  for (const auto& name : {longest + "x", std::string{"a\nb"}, std::string{"\x7f"}, std::string{"\xc2\x85"}}) {
    CHECK(world.refusal_of(take_free(1, Which::lowest, name)) == ErrorCode::invalid_parameter);
    CHECK(world.refusal_of(take(1, 1, 1, name)) == ErrorCode::invalid_parameter);
    CHECK(world.refusal_of(release(1, 1, 1, name)) == ErrorCode::invalid_parameter);
    CHECK(world.refusal_of(ReadNumberStatus{.session = guid(1), .zone = zone(name), .number = 1}) ==
          ErrorCode::invalid_parameter);
  }
}

TEST_CASE("an account has a bounded number of numerators and zones", "[engine]") {
  NumbersWorld world;
  {
    const auto draft = world.draft();
    Request request;
    request.caller = user();
    // The first makes the numerator, too.
    for (std::size_t count = 2; count <= numerators_and_zones_max; ++count) {
      auto command = take_free(1, Which::lowest, std::to_string(count));
      command.zone_id = guid(static_cast<int>(count));
      request.command = std::move(command);
      REQUIRE(decide(*draft, world.settings, request));
    }
    REQUIRE(world.commit(*draft));
  }
  CHECK(world.refusal_of(take_free(1, Which::lowest, "one more")) == ErrorCode::resource_limit);
  CHECK(world.refusal_of(
            ChangeBound{.session = guid(1), .numerator = guid(901), .side = {}, .bound = 5, .force = false}) ==
        ErrorCode::resource_limit);
  CHECK(world.ask(take_free(1, Which::lowest, "2")));
}

TEST_CASE("numbers are for sessions that are open", "[engine]") {
  NumbersWorld world;
  const auto zone = test::zone();
  for (const Command& command : std::initializer_list<Command>{
           take(9, 1, 1), take_free(9), release(9, 1, 1), ReleaseNumberById{guid(9), numerator, guid(1)},
           left_bound(9, 5), ReadNumberById{guid(9), zone, guid(1)}, ReadNumberId{guid(9), numerator, guid(1), 1},
           ReadNumberStatus{guid(9), zone, 1}, ListNumbers{guid(9), zone, {1, 2}, guid(3)},
           ReadCursorPage{guid(9), guid(3), 1}, ReadPageCount{guid(9), guid(3)}, CloseCursor{guid(9), guid(3)}}) {
    CAPTURE(command.index());
    CHECK(world.refusal_of(command) == ErrorCode::invalid_session);
  }
}

TEST_CASE("an offline session can neither take nor read numbers, locks, cursors or profiles", "[engine]") {
  NumbersWorld world;
  auto snapshot = world.store.snapshot();
  snapshot.sessions.front().offline = true;
  world.state = State::load(snapshot, world.now);
  const auto zone = test::zone();
  for (const Command& command : std::initializer_list<Command>{
           take(1, 1, 1), take_free(1), release(1, 1, 1), ReleaseNumberById{guid(1), numerator, guid(1)},
           left_bound(1, 5), ReadNumberById{guid(1), zone, guid(1)}, ReadNumberId{guid(1), numerator, guid(1), 1},
           ReadNumberStatus{guid(1), zone, 1}, ListNumbers{guid(1), zone, {1, 2}, guid(3)},
           ReadCursorPage{guid(1), guid(3), 1}, ReadPageCount{guid(1), guid(3)}, CloseCursor{guid(1), guid(3)},
           SetLock{guid(1), guid(2), {}, {}, {}, false}, ClearLock{guid(1), guid(2), false},
           ClearLocks{guid(1), {}, false}, ReadLock{guid(1), guid(2)}, ListLocks{guid(1), false, {}},
           ReadProfile{guid(1), {}}, ReadProfileById{guid(1), guid(1)}}) {
    CAPTURE(command.index());
    CHECK(world.refusal_of(command) == ErrorCode::session_offline);
  }
}

TEST_CASE("a number is taken once under one idempotency key", "[engine]") {
  NumbersWorld world;
  const auto first = std::get<tally::model::IssuedNumber>(*world.ask(take_free(1), user(), key("k")));
  CHECK(std::get<tally::model::IssuedNumber>(*world.ask(take_free(1), user(), key("k"))) == first);
  CHECK(world.issued(take_free(1)).number == first.number + 1);
}
