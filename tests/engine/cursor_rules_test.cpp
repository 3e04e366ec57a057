#include "cursor_rules.hpp"

#include "numbers_world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::ErrorCode;
using tally::model::NumberList;
using tally::model::NumberPage;
using tally::model::NumberStatus;
using tally::model::StatusRun;

namespace {

ListNumbers list(std::int32_t first, std::int32_t last, int cursor = 500) {
  return {.session = guid(1), .zone = zone(), .numbers = {first, last}, .cursor = guid(cursor)};
}
ReadCursorPage page(std::uint32_t number, int cursor = 500) {
  return {.session = guid(1), .cursor = guid(cursor), .page = number};
}

}  // namespace

TEST_CASE("a list that fits one page opens no cursor", "[engine]") {
  NumbersWorld world;
  REQUIRE(world.ask(take(1, 3, 4)));
  REQUIRE(world.ask(right_bound(1, 6)));
  const auto found = world.read<NumberList>(list(-1, 8));
  CHECK(found.cursor.is_zero());
  CHECK(found.pages == 1);
  CHECK(found.rows == 10);
  CHECK(found.first_page.runs == std::vector<StatusRun>{{{-1, 0}, NumberStatus::not_existing},
                                                        {{1, 2}, NumberStatus::free},
                                                        {{3, 4}, NumberStatus::in_use},
                                                        {{5, 6}, NumberStatus::free},
                                                        {{7, 8}, NumberStatus::not_existing}});
  CHECK(world.refusal_of(page(1)) == ErrorCode::invalid_cursor);
  CHECK(world.read<NumberList>(list(1, 1'000)).cursor.is_zero());
}

TEST_CASE("pages count from 1, and show the numbers as they are when they are read", "[engine]") {
  NumbersWorld world;
  const auto found = world.read<NumberList>(list(1, 2'001));
  CHECK(found.cursor == guid(500));
  CHECK(found.pages == 3);
  CHECK(found.first_page.runs == std::vector<StatusRun>{{{1, 1'000}, NumberStatus::free}});
  REQUIRE(world.ask(take(1, 999, 2'001)));
  CHECK(world.read<NumberPage>(page(1)).runs ==
        std::vector<StatusRun>{{{1, 998}, NumberStatus::free}, {{999, 1'000}, NumberStatus::in_use}});
  CHECK(world.read<NumberPage>(page(3)).runs == std::vector<StatusRun>{{{2'001, 2'001}, NumberStatus::in_use}});
  CHECK(world.refusal_of(page(0)) == ErrorCode::invalid_parameter);
  CHECK(world.refusal_of(page(4)) == ErrorCode::invalid_parameter);
  CHECK(world.read<tally::model::PageCount>(ReadPageCount{guid(1), guid(500)}).pages == 3);
}

TEST_CASE("a list of all numbers there are is refused, one number less is not", "[engine]") {
  NumbersWorld world;
  CHECK(world.refusal_of(list(INT32_MIN, INT32_MAX)) == ErrorCode::resource_limit);
  const auto found = world.read<NumberList>(list(INT32_MIN + 1, INT32_MAX));
  CHECK(found.rows == UINT32_MAX);
  CHECK(found.pages == 4'294'968);
  CHECK(world.read<NumberPage>(page(4'294'968)).runs.back().numbers.last == INT32_MAX);
  CHECK(world.refusal_of(list(2, 1)) == ErrorCode::invalid_number);
}

TEST_CASE("a closed cursor is unknown, and closing what is not open changes nothing", "[engine]") {
  NumbersWorld world;
  (void)world.read<NumberList>(list(1, 5'000));
  CHECK(world.ask(CloseCursor{guid(1), guid(500)}));
  CHECK(world.refusal_of(page(1)) == ErrorCode::invalid_cursor);
  CHECK(world.refusal_of(ReadPageCount{guid(1), guid(500)}) == ErrorCode::invalid_cursor);
  CHECK(world.ask(CloseCursor{guid(1), guid(500)}));
  CHECK(world.ask(CloseCursor{guid(1), {}}));
}

TEST_CASE("a cursor is its session's alone, and does not outlive a restart", "[engine]") {
  NumbersWorld world;
  world.open(2);
  (void)world.read<NumberList>(list(1, 5'000));
  CHECK(world.refusal_of(ReadCursorPage{guid(2), guid(500), 1}) == ErrorCode::invalid_cursor);
  world.state = world.reloaded();
  CHECK(world.refusal_of(page(1)) == ErrorCode::invalid_cursor);
}

TEST_CASE("a session has at most a hundred cursors open", "[engine]") {
  NumbersWorld world;
  for (int cursor = 0; cursor < static_cast<int>(cursors_max); ++cursor)
    (void)world.read<NumberList>(list(1, 5'000, 500 + cursor));
  CHECK(world.refusal_of(list(1, 5'000, 5'000)) == ErrorCode::resource_limit);
  CHECK(world.ask(list(1, 10, 5'000)));  // needs none
  CHECK(world.ask(CloseCursor{guid(1), guid(500)}));
  CHECK(world.ask(list(1, 5'000, 5'000)));
}

TEST_CASE("a cursor that was opened or closed in a group that failed is as it was before", "[engine]") {
  NumbersWorld world;
  (void)world.read<NumberList>(list(1, 5'000, 500));
  const auto draft = world.draft();
  Request request;
  request.command = list(1, 5'000, 501);
  REQUIRE(decide(*draft, world.settings, request));
  request.command = CloseCursor{guid(1), guid(500)};
  REQUIRE(decide(*draft, world.settings, request));
  draft->undo();
  CHECK(world.refusal_of(page(1, 501)) == ErrorCode::invalid_cursor);
  CHECK(world.ask(page(1, 500)));
}
