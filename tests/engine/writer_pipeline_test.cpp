// Several groups on their way at once: what each is told, when those before it fail.

#include <catch2/catch.hpp>

#include "writer_fixture.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::memory::MemoryStore;
using tally::model::ErrorCode;
using Mishap = MemoryStore::Mishap;

namespace {

WriterOptions pipelined(std::size_t groups) {
  auto options = Office::quiet();
  options.groups_on_their_way_max = groups;
  return options;
}

/// Takes places, each in a group of its own that is sent behind the one before it; their answers are kept back.
std::vector<std::uint64_t> take_one_behind_the_other(Office& office, int count) {
  office.ledger.keep_answers_back(true);
  std::vector<std::uint64_t> tickets;
  for (int i = 0; i < count; ++i) {
    const auto sent = office.ledger.sent();
    tickets.push_back(office.submit(take()));
    REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  }
  return tickets;
}

std::vector<std::optional<ErrorCode>> codes(Office& office, const std::vector<std::uint64_t>& tickets) {
  std::vector<std::optional<ErrorCode>> all;
  for (const auto ticket : tickets) all.push_back(office.code_of(office.answers.of(ticket)));
  return all;
}

const std::optional<ErrorCode> fine;

}  // namespace

TEST_CASE("the next group is sent while one is on its way, up to a bound, and none is answered too early", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock, pipelined(2)};
  furnish(office);
  const auto answered = office.answers.count();
  auto tickets = take_one_behind_the_other(office, 2);
  const auto sent = office.ledger.sent();
  for (int i = 0; i < 3; ++i) tickets.push_back(office.submit(take()));
  CHECK(office.answers.count() == answered);
  CHECK(office.ledger.sent() == sent);
  office.ledger.keep_answers_back(false);
  CHECK(codes(office, tickets) == std::vector{fine, fine, fine, fine, fine});
  CHECK(grants(store).size() == 5);
}

TEST_CASE("groups behind one that the database refuses for its data are decided again", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock, pipelined(3)};
  store.refuse_data_if([](const tally::storage::Group& group) {
    return std::ranges::any_of(group.answers, [](const auto& a) { return a.key.key == "poison"; });
  });
  furnish(office);
  auto tickets = take_one_behind_the_other(office, 1);
  for (const auto& idempotency : {std::optional{key("poison")}, std::optional<tally::model::IdempotencyKey>{}}) {
    const auto sent = office.ledger.sent();
    tickets.push_back(office.submit(take(), user(), idempotency));
    REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  }
  office.ledger.keep_answers_back(false);
  CHECK(codes(office, tickets) == std::vector{fine, std::optional{ErrorCode::internal_failure}, fine});
  CHECK(office.reports.count<CommandPoisonous>() == 1);
  CHECK(office.reports.count<ReignLost>() == 0);
  REQUIRE(grants(store).size() == 2);
  CHECK(grants(store)[1].used_after == tally::model::Quantity::units(2));
}

TEST_CASE("what could not be committed is busy with all that was sent behind it, and leaves no trace", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock, pipelined(3)};
  furnish(office);
  store.next_mishap(Mishap::none);
  store.next_mishap(Mishap::not_committed);
  const auto tickets = take_one_behind_the_other(office, 3);
  office.ledger.keep_answers_back(false);
  const std::optional busy{ErrorCode::server_busy};
  CHECK(codes(office, tickets) == std::vector{fine, busy, busy});
  CHECK(grants(store).size() == 1);
  CHECK(office.ask(take()));
  CHECK(grants(store).back().used_after == tally::model::Quantity::units(2));
}

TEST_CASE("what failed for a cause that is mended is decided again, with all that was sent behind it", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock, pipelined(3)};
  furnish(office);
  store.next_mishap(Mishap::mended);
  const auto tickets = take_one_behind_the_other(office, 3);
  office.ledger.keep_answers_back(false);
  CHECK(codes(office, tickets) == std::vector{fine, fine, fine});
  CHECK(grants(store).size() == 3);
}

TEST_CASE("of several groups in doubt each is acknowledged once, committed or not", "[engine]") {
  const auto [mishaps, committed] = GENERATE(table<std::vector<Mishap>, std::size_t>({
      {{Mishap::none, Mishap::none, Mishap::none}, 3},  // all answers are lost
      {{Mishap::none, Mishap::none, Mishap::lost_before_commit}, 2},
      {{Mishap::none, Mishap::lost_after_commit}, 2},
      {{Mishap::lost_after_commit}, 1},
      {{Mishap::lost_before_commit}, 0},
  }));
  MemoryStore store;
  TestClock clock;
  Office office{store, clock, pipelined(3)};
  furnish(office);
  for (const auto mishap : mishaps) store.next_mishap(mishap);
  const auto tickets = take_one_behind_the_other(office, 3);
  CHECK(grants(store).size() == committed);
  clock.advance(std::chrono::hours{2});  // longer than the term: the connection is given up
  REQUIRE(eventually([&] { return office.reports.count<DatabaseLost>() == 1; }));
  office.ledger.keep_answers_back(false);
  CHECK(codes(office, tickets) == std::vector{fine, fine, fine});
  CHECK(grants(store).size() == 3);
  CHECK(grants(store).back().used_after == tally::model::Quantity::units(3));
}

TEST_CASE("a foreign epoch in the place of the first group voids those behind it, too", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock, pipelined(3)};
  furnish(office);
  store.end_term();
  tally::memory::MemoryLedger other{store};
  REQUIRE(std::holds_alternative<tally::storage::Opened>(other.open({}, {}, {})));
  const auto tickets = take_one_behind_the_other(office, 3);
  office.ledger.keep_answers_back(false);
  const std::optional busy{ErrorCode::server_busy};
  CHECK(codes(office, tickets) == std::vector{busy, busy, busy});
  CHECK(grants(store).empty());
  REQUIRE(eventually([&] { return office.reports.count<ReignLost>() == 1; }));
}

TEST_CASE("a recovery that ends behind another writer acknowledges what had got in, and only that", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock, pipelined(3)};
  furnish(office);
  const bool lost = GENERATE(true, false);
  const auto tickets = take_one_behind_the_other(office, 3);
  office.ledger.rule_recovery([lost] {
    return std::optional<tally::storage::RecoverResult>{tally::storage::Deposed{2, lost}};
  });
  clock.advance(std::chrono::hours{2});
  const std::optional rest{lost ? ErrorCode::outcome_unknown : ErrorCode::server_busy};
  CHECK(codes(office, tickets) == std::vector{fine, fine, rest});
}

TEST_CASE("a read waits for the groups before it, and is decided again when they fail", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock, pipelined(2)};
  furnish(office);
  const auto answered = office.answers.count();
  SECTION("they are committed") {
    const auto tickets = take_one_behind_the_other(office, 1);
    const auto read = office.submit(ReadSession{guid(101)});
    const auto repeat = office.submit(KeepAlive{guid(101)});
    CHECK(office.answers.count() == answered);
    office.ledger.keep_answers_back(false);
    CHECK(office.answers.of(read));
    CHECK(office.answers.of(repeat));
  }
  SECTION("they are lost") {
    store.next_mishap(Mishap::lost_before_commit);
    const auto tickets = take_one_behind_the_other(office, 1);
    const auto read = office.submit(ReadSession{guid(101)});
    CHECK(office.answers.count() == answered);
    office.ledger.keep_answers_back(false);
    CHECK(codes(office, tickets) == std::vector{fine});
    CHECK(office.answers.of(read));
  }
}

TEST_CASE("a read behind a group that took very long leaves behind an empty one", "[engine]") {
  MemoryStore store;
  TestClock clock;
  auto options = pipelined(2);
  options.queue_max = 1;
  Office office{store, clock, options};
  furnish(office);
  const auto tickets = take_one_behind_the_other(office, 1);
  const auto sent = office.ledger.sent();
  const auto read = office.submit(ReadSession{guid(101)});
  // Once the queue has room again, the read was decided.
  REQUIRE(eventually([&] {
    const auto answered = office.answers.count();
    (void)office.submit(KeepAlive{guid(102)});
    return office.answers.count() == answered;
  }));
  clock.advance(std::chrono::minutes{31});
  office.ledger.keep_answers_back(false);
  CHECK(codes(office, tickets) == std::vector{fine});
  CHECK(office.answers.of(read));
  CHECK(office.ledger.sent() == sent + 1);
  CHECK(store.groups().back().events.empty());
}

TEST_CASE("a read between a group that took very long and one that is lost is answered once", "[engine]") {
  MemoryStore store;
  TestClock clock;
  auto options = pipelined(2);
  options.group_max = 1;
  Office office{store, clock, options};
  furnish(office);
  store.next_mishap(Mishap::none);
  store.next_mishap(Mishap::lost_before_commit);
  auto tickets = take_one_behind_the_other(office, 1);
  const auto sent = office.ledger.sent();
  tickets.push_back(office.submit(ReadSession{guid(101)}));
  tickets.push_back(office.submit(take()));
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  clock.advance(std::chrono::minutes{31});
  office.ledger.keep_answers_back(false);
  CHECK(codes(office, tickets) == std::vector{fine, fine, fine});
  CHECK(office.reports.count<DatabaseBack>() == 1);
  CHECK(grants(store).size() == 2);
}

TEST_CASE("a repeat of a command that is on its way waits for it and gets its answer", "[engine]") {
  const auto mishap = GENERATE(Mishap::none, Mishap::lost_before_commit, Mishap::lost_after_commit, Mishap::mended);
  MemoryStore store;
  TestClock clock;
  Office office{store, clock, pipelined(2)};
  furnish(office);
  store.next_mishap(mishap);
  const auto sent = office.ledger.sent();
  office.ledger.keep_answers_back(true);
  const auto first = office.submit(take(), user(), key("k"));
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  const auto repeat = office.submit(take(), user(), key("k"));
  office.ledger.keep_answers_back(false);
  CHECK(office.answers.of(first));
  CHECK(office.answers.of(repeat));
  CHECK(grants(store).size() == 1);
}

TEST_CASE("through many mishaps every acknowledged command is in the ledger exactly once", "[engine]") {
  const auto groups = GENERATE(1U, 2U, 4U);
  const bool folds = GENERATE(false, true);
  auto options = pipelined(groups);
  options.group_max = 3;
  if (folds) {
    options.fold_when_idle = std::chrono::milliseconds{0};
    options.fold_under_load = std::chrono::milliseconds{0};
    options.fold_portion_max = 2;
  }
  MemoryStore store;
  TestClock clock;
  Office office{store, clock, options};
  furnish(office);
  std::vector<std::uint64_t> taken;
  std::vector<std::uint64_t> given_back;
  for (int i = 0; i < 300; ++i) {
    if (i % 7 == 0) store.next_mishap(Mishap::lost_before_commit);
    if (i % 11 == 0) store.next_mishap(Mishap::lost_after_commit);
    if (i % 13 == 0) store.next_mishap(Mishap::refused_for_data);
    if (i % 17 == 0) store.next_mishap(Mishap::mended);
    taken.push_back(office.submit(take(i % 2 == 0 ? 101 : 102)));
    if (i % 3 == 0) given_back.push_back(office.submit(GiveBack{.session = guid(101), .option = guid(1)}));
  }
  std::size_t acknowledged = 0;
  for (const auto ticket : taken) acknowledged += office.answers.of(ticket).has_value() ? 1U : 0U;
  for (const auto ticket : given_back) (void)office.answers.of(ticket);
  CHECK(grants(store).size() == acknowledged);
  CHECK(acknowledged > 0);
  std::size_t returned = 0;
  for (const auto& group : store.groups()) {
    returned += static_cast<std::size_t>(
        std::ranges::count(group.events, tally::model::EventKind::given_back, &tally::model::Event::kind));
  }
  office.writer.stop(patience);
  CHECK(
      dump(State::load(store.snapshot(), clock.now())).find("used " + std::to_string(acknowledged - returned) + " ") !=
      std::string::npos);
}
