#include <catch2/catch.hpp>

#include "world.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::model::ErrorCode;
using tally::model::RecordedAnswer;

namespace {

TakePlace take(int session) { return {.session = guid(session), .option = guid(1)}; }

}  // namespace

TEST_CASE("a repeat gets the first answer and changes nothing", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  CHECK_FALSE(world.refusal_of(take(101), user(), key("k")));
  CHECK(world.last_group.answers.size() == 1);
  CHECK_FALSE(world.refusal_of(take(101), user(), key("k")));
  CHECK(world.last_group.events.empty());
  CHECK(world.used(1) == 1);
}

TEST_CASE("a refusal is repeated as well, also when it would be granted by now", "[engine]") {
  World world{catalog({license(1, {feature(1, 1)})})};
  world.open(101);
  (void)world.ask(take(101));
  CHECK(world.refusal_of(take(101), user(), key("k")) == ErrorCode::feature_limit);
  (void)world.ask(GiveBack{guid(101), guid(1)});
  CHECK(world.refusal_of(take(101), user(), key("k")) == ErrorCode::feature_limit);
  CHECK(world.used(1) == 0);
}

TEST_CASE("another command under a used key is a conflict, another caller's or operation's key is not", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  (void)world.ask(take(101), user(), key("k", "d1"));
  CHECK(world.refusal_of(take(101), user(), key("k", "d2")) == ErrorCode::idempotency_conflict);
  CHECK_FALSE(world.refusal_of(take(101), user(), key("k", "d1")));
  CHECK_FALSE(world.refusal_of(take(101), user(), key("k", "d2", "other")));
  auto other_operation = key("k", "d2");
  other_operation.operation = "op2";
  CHECK_FALSE(world.refusal_of(take(101), user(), other_operation));
  CHECK(world.used(1) == 3);
}

TEST_CASE("two commands with one key in one group are carried out once", "[engine]") {
  World world{catalog({license(1, {feature(1, 5)})})};
  world.open(101);
  const auto draft = world.draft();
  Request request;
  request.command = take(101);
  request.idempotency = key("k");
  CHECK(decide(*draft, world.settings, request));
  CHECK(decide(*draft, world.settings, request));
  CHECK(draft->group().events.size() == 1);
  CHECK(draft->group().answers.size() == 1);
}

TEST_CASE("what may pass is not remembered, everything else is", "[engine]") {
  for (const auto code : tally::model::all_error_codes) {
    const bool passes = code == ErrorCode::internal_failure || code == ErrorCode::not_implemented ||
                        code == ErrorCode::server_busy || code == ErrorCode::idempotency_conflict ||
                        code == ErrorCode::outcome_unknown;
    CAPTURE(static_cast<int>(code));
    CHECK(is_worth_remembering(std::unexpected{tally::model::Refusal{code, {}}}) == !passes);
  }
  CHECK(is_worth_remembering(tally::model::Answer{}));
}

TEST_CASE("a caller with too many keys is turned away, others are not", "[engine]") {
  World world{catalog({license(1, {feature(1, {})})})};
  world.open(101);
  const auto draft = world.draft();
  for (std::size_t i = 0; i < answers_per_caller_max; ++i) {
    draft->remember({.key = key(std::to_string(i)), .recorded_at = world.now.wall, .outcome = {}});
  }
  REQUIRE(world.commit(*draft));
  CHECK(world.refusal_of(take(101), user(), key("new")) == ErrorCode::server_busy);
  CHECK_FALSE(world.refusal_of(take(101), user(), key("0")));
  CHECK_FALSE(world.refusal_of(take(101), user(), key("new", "d", "other")));
  CHECK(world.used(1) == 1);
}

TEST_CASE("answers are kept 24 hours and then forgotten in portions, oldest first", "[engine]") {
  AnswerBook book;
  const tally::model::Instant start{};
  for (int i = 0; i < 1'200; ++i) {
    book.record({.key = key(std::to_string(i)), .recorded_at = start + std::chrono::microseconds{i}, .outcome = {}});
  }
  CHECK(book.outdated(start + answers_kept_for - std::chrono::microseconds{1}).empty());
  CHECK(book.outdated(start + answers_kept_for).size() == 1);
  const auto later = start + answers_kept_for + std::chrono::seconds{1};
  for (const std::size_t portion : {500UL, 500UL, 200UL, 0UL}) {
    const auto keys = book.outdated(later);
    REQUIRE(keys.size() == portion);
    if (portion > 0) CHECK(book.find(keys.front()) != nullptr);  // until their removal is durable
    book.forget(keys);
  }
  CHECK(book.find(key("0")) == nullptr);
  CHECK_FALSE(book.is_full_for("c"));
}

TEST_CASE("an inbox row gets its answer in the command's group", "[engine]") {
  World world{catalog({})};
  const auto draft = world.draft();
  Request request;
  request.command = ListSessions{};
  request.inbox = tally::model::InboxId{7};
  const auto outcome = decide(*draft, world.settings, request);
  REQUIRE(draft->group().inbox_answers.size() == 1);
  CHECK(draft->group().inbox_answers[0].id.value == 7);
  CHECK(draft->group().inbox_answers[0].outcome.error().code == ErrorCode::access_denied);
  CHECK(outcome.error().code == ErrorCode::access_denied);
}
