// Each case breaks something on purpose and ends by proving that service returned, or that nobody was told an untruth.

#include <catch2/catch.hpp>

#include "writer_fixture.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::memory::MemoryStore;
using tally::model::ErrorCode;
using Mishap = MemoryStore::Mishap;

namespace {

/// Three requests that are decided as one group.
std::vector<std::uint64_t> ask_three_together(Office& office, const std::function<void()>& before_they_go,
                                              const Caller& second = user()) {
  const auto sent = office.ledger.sent();
  office.ledger.keep_answers_back(true);
  const auto first = office.submit(KeepAlive{guid(101)});
  (void)office.answers.of(first);
  const auto blocker = office.submit(take(102));
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  std::vector tickets{office.submit(take()), office.submit(take(), second), office.submit(take())};
  before_they_go();
  office.ledger.keep_answers_back(false);
  (void)office.answers.of(blocker);
  return tickets;
}

}  // namespace

TEST_CASE("a group whose connection was lost is recovered and acknowledged once, committed or not", "[engine]") {
  const auto mishap = GENERATE(Mishap::lost_before_commit, Mishap::lost_after_commit);
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  store.next_mishap(mishap);
  CHECK(office.ask(take(), user(), key("k")));
  CHECK(grants(store).size() == 1);
  CHECK(office.reports.count<DatabaseLost>() == 1);
  CHECK(office.reports.count<DatabaseBack>() == 1);
  CHECK(office.ask(take(), user(), key("k")));
  CHECK(office.ask(take()));
  CHECK(grants(store).size() == 2);
}

TEST_CASE("nobody poisons a group: only the culprit is refused", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  store.refuse_data_if([](const tally::storage::Group& group) {
    return std::ranges::any_of(group.answers, [](const auto& a) { return a.key.key == "poison"; });
  });
  furnish(office);
  const auto sent = office.ledger.sent();
  office.ledger.keep_answers_back(true);
  (void)office.submit(take());
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  const auto good = office.submit(take());
  const auto bad = office.submit(take(), user(), key("poison"));
  const auto also_good = office.submit(take());
  office.ledger.keep_answers_back(false);
  CHECK(office.answers.of(good));
  CHECK(office.code_of(office.answers.of(bad)) == ErrorCode::internal_failure);
  CHECK(office.answers.of(also_good));
  CHECK(office.reports.count<CommandPoisonous>() == 1);
  CHECK(grants(store).size() == 3);
  CHECK(office.ask(take()));
}

TEST_CASE("what could not be committed is busy and leaves no trace", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  store.next_mishap(Mishap::not_committed);
  CHECK(office.code_of(office.ask(take(), user(), key("k"))) == ErrorCode::server_busy);
  CHECK(grants(store).empty());
  CHECK(eventually([&] { return office.reports.count<GroupNotCommitted>() == 1; }));
  CHECK(office.ask(take(), user(), key("k", "another digest")));
  REQUIRE(grants(store).size() == 1);
  CHECK(grants(store).front().used_after == tally::model::Quantity::units(1));
}

TEST_CASE("a deposed writer says busy, loses nothing, and serves again when the other has gone", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  CHECK(office.ask(take()));
  store.end_term();
  tally::memory::MemoryLedger other{store};
  REQUIRE(std::holds_alternative<tally::storage::Opened>(
      other.open({.advertise = "there", .secret = {}, .duration = {}}, {}, {})));
  CHECK(office.code_of(office.ask(take())) == ErrorCode::server_busy);
  REQUIRE(eventually([&] { return office.reports.count<ReopenFailed>() > 0; }));
  CHECK(office.code_of(office.ask(take())) == ErrorCode::server_busy);
  store.end_term();
  REQUIRE(eventually([&] { return office.writer.state() == WriterState::writing; }));
  CHECK(office.ask(take()));
  CHECK(grants(store).size() == 2);
  CHECK(office.reports.count<ReignLost>() == 1);
}

TEST_CASE("a deposed writer that finds the ledger unusable says so once, is busy, and can be stopped", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  std::atomic<bool> damaged = false;
  office.ledger.rule_opening([&]() -> std::optional<tally::storage::OpenResult> {
    if (!damaged) return std::nullopt;
    return tally::storage::Unusable{"damaged"};
  });
  furnish(office);
  store.end_term();
  tally::memory::MemoryLedger other{store};
  (void)other.open({}, {}, {});
  damaged = true;
  CHECK(office.code_of(office.ask(take())) == ErrorCode::server_busy);
  REQUIRE(eventually([&] { return office.writer.state() == WriterState::unusable; }));
  CHECK(eventually([&] { return office.reports.count<LedgerUnusable>() == 1; }));
  CHECK(office.code_of(office.ask(take())) == ErrorCode::server_busy);
  CHECK(grants(store).empty());
  office.writer.stop(patience);
  CHECK(office.writer.state() == WriterState::stopped);
  CHECK(office.reports.count<LedgerUnusable>() == 1);
}

// A request whose group was lost waits to be decided again; deposed in between, its caller was never answered.
TEST_CASE("a request that waits to be decided again is answered when the reign ends first", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  tally::memory::MemoryLedger other{store};
  std::atomic<std::size_t> steal_at = 0;
  office.ledger.on_send = [&](std::size_t number) {
    if (number != steal_at) return;
    store.end_term();
    (void)other.open({}, {}, {});
  };
  furnish(office);
  const auto tickets = ask_three_together(office, [&] {
    store.next_mishap(Mishap::refused_for_data);    // the three together
    store.next_mishap(Mishap::lost_before_commit);  // the first alone: it waits to be decided again
    steal_at = office.ledger.sent() + 3;            // the second alone meets another writer
  });
  for (const auto ticket : tickets) CHECK(office.code_of(office.answers.of(ticket)) == ErrorCode::server_busy);
  CHECK(grants(store).size() == 1);
  store.end_term();
}

TEST_CASE("a group that the other writer let through is acknowledged, one whose fate is lost is unknown", "[engine]") {
  const auto [fate, code] = GENERATE(table<tally::storage::Deposed, std::optional<ErrorCode>>({
      {{.groups_committed = 1, .fate_is_lost = false}, std::nullopt},
      {{.groups_committed = 0, .fate_is_lost = false}, ErrorCode::server_busy},
      {{.groups_committed = 0, .fate_is_lost = true}, ErrorCode::outcome_unknown},
  }));
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  office.ledger.rule_recovery([fate = fate] { return std::optional<tally::storage::RecoverResult>{fate}; });
  store.next_mishap(Mishap::lost_before_commit);
  CHECK(office.code_of(office.ask(take())) == code);
}

TEST_CASE("while the store is unreachable it is busy at once, who is in doubt waits, and service returns by itself",
          "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  store.set_reachable(false);
  const auto patient = office.submit(take());
  const auto impatient = office.submit(take(), user(), {}, std::chrono::minutes{1});
  REQUIRE(eventually([&] { return office.writer.state() == WriterState::recovering; }));
  CHECK(office.code_of(office.ask(take())) == ErrorCode::server_busy);
  clock.advance(std::chrono::minutes{2});
  const auto told = office.code_of(office.answers.of(impatient));
  CHECK((told == ErrorCode::outcome_unknown ||
         told == ErrorCode::server_busy));  // in flight with the other, or behind it
  store.set_reachable(true);
  CHECK(office.answers.of(patient));
  CHECK(office.ask(take()));
  CHECK(grants(store).size() == 2);  // the impatient one's was not committed, and nobody waited for it any more
}

TEST_CASE("idle time stands still while nothing can be committed", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  SECTION("because the store is unreachable") {
    store.set_reachable(false);
    const auto ticket = office.submit(take());
    REQUIRE(eventually([&] { return office.writer.state() == WriterState::recovering; }));
    clock.advance(std::chrono::minutes{400});
    store.set_reachable(true);
    CHECK(office.answers.of(ticket));
  }
  SECTION("because it refuses to write") {
    store.next_mishap(Mishap::not_committed);
    CHECK_FALSE(office.ask(take()));
    clock.advance(std::chrono::minutes{400});
  }
  const auto list = office.ask(ListSessions{}, administrator());
  REQUIRE(list);
  CHECK(std::get<tally::model::SessionList>(*list).sessions.size() == 2);
  clock.advance(idle_timeout);
  CHECK(office.ask(ListSessions{}, administrator()));
  CHECK(eventually([&] { return store.snapshot().sessions.empty(); }));
}

TEST_CASE("a stop gives up on a store that stays away, and says so to who is in doubt", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  store.set_reachable(false);
  const auto ticket = office.submit(take());
  REQUIRE(eventually([&] { return office.writer.state() == WriterState::recovering; }));
  office.writer.stop(std::chrono::milliseconds{0});
  CHECK(office.code_of(office.answers.of(ticket)) == ErrorCode::outcome_unknown);
  CHECK(office.writer.state() == WriterState::stopped);
}

TEST_CASE("an orderly stop is one although its group was in doubt", "[engine]") {
  const auto mishap = GENERATE(Mishap::lost_before_commit, Mishap::lost_after_commit);
  MemoryStore store;
  TestClock clock;
  {
    Office office{store, clock};
    furnish(office);
    store.next_mishap(mishap);
  }
  CHECK(store.snapshot().stopped_at);
}

TEST_CASE("a stop does not hang on a store that refuses to write", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  CHECK(office.ask(take()));
  for (int i = 0; i < 20; ++i) store.next_mishap(Mishap::not_committed);
  office.writer.stop(patience);
  CHECK(office.writer.state() == WriterState::stopped);
  CHECK_FALSE(store.snapshot().stopped_at);
}

TEST_CASE("a failure of ours on the writer's thread ends no process: the ledger is read anew", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  CHECK(office.ask(take()));
  store.end_term();  // as PostgreSQL does when the writer's connection is gone
  office.ledger.throw_at_next_send();
  CHECK(office.code_of(office.ask(take())) == ErrorCode::outcome_unknown);
  REQUIRE(eventually(
      [&] { return office.reports.count<ReignOpened>() == 2 && office.writer.state() == WriterState::writing; }));
  CHECK(office.ask(take()));
  CHECK(grants(store).size() == 2);
}

TEST_CASE("a group that gets no answer for a whole term is given up and recovered", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  const auto sent = office.ledger.sent();
  office.ledger.keep_answers_back(true);
  const auto ticket = office.submit(take());
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  clock.advance(std::chrono::hours{2});
  CHECK(office.answers.of(ticket));
  CHECK(grants(store).size() == 1);
  office.ledger.keep_answers_back(false);
  CHECK(office.ask(take()));
}
