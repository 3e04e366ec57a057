#include "tally/engine/writer.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "writer_fixture.hpp"

using namespace tally::engine;
using namespace tally::engine::test;
using tally::memory::MemoryStore;
using tally::model::ErrorCode;

TEST_CASE("no answer leaves before its group is durable", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  const auto answered = office.answers.count();
  office.ledger.keep_answers_back(true);
  const auto sent = office.ledger.sent();
  const auto ticket = office.submit(take());
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  CHECK(office.answers.count() == answered);
  office.ledger.keep_answers_back(false);
  CHECK(office.answers.of(ticket));
}

TEST_CASE("what arrives during a commit forms the next group, and a read waits for what it saw", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  const auto sent = office.ledger.sent();
  const auto answered = office.answers.count();
  office.ledger.keep_answers_back(true);
  (void)office.submit(take());
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  for (int i = 0; i < 3; ++i) (void)office.submit(take(102));
  const auto read = office.submit(ReadSession{guid(101)});
  CHECK(office.answers.count() == answered);
  office.ledger.keep_answers_back(false);
  CHECK(office.answers.of(read));
  CHECK(office.ledger.sent() == sent + 2);
  CHECK(store.groups().back().events.size() == 3);
}

TEST_CASE("a group takes no more requests than it may", "[engine]") {
  MemoryStore store;
  TestClock clock;
  auto options = Office::quiet();
  options.group_max = 2;
  Office office{store, clock, options};
  furnish(office);
  const auto sent = office.ledger.sent();
  office.ledger.keep_answers_back(true);
  (void)office.submit(take());
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  std::uint64_t last = 0;
  for (int i = 0; i < 4; ++i) last = office.submit(take());
  office.ledger.keep_answers_back(false);
  CHECK(office.answers.of(last));
  CHECK(office.ledger.sent() == sent + 3);
}

TEST_CASE("beyond the queue's bound it is busy at once", "[engine]") {
  MemoryStore store;
  TestClock clock;
  auto options = Office::quiet();
  options.queue_max = 2;
  Office office{store, clock, options};
  furnish(office);
  const auto sent = office.ledger.sent();
  office.ledger.keep_answers_back(true);
  (void)office.submit(take());
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  const auto waits = office.submit(take());
  (void)office.submit(take());
  const auto beyond = office.submit(take());
  CHECK(office.code_of(office.answers.of(beyond)) == ErrorCode::server_busy);
  office.ledger.keep_answers_back(false);
  CHECK(office.answers.of(waits));
}

TEST_CASE("of a rush few are let in and are answered within two more groups, and the others hear busy at once",
          "[engine]") {
  MemoryStore store;
  TestClock clock;
  auto options = Office::quiet();
  const auto groups_that_wait = options.queue_max / options.group_max;
  CHECK(groups_that_wait == 2);
  options.group_max = 4;
  options.queue_max = groups_that_wait * options.group_max;
  Office office{store, clock, options};
  furnish(office);
  const auto sent = office.ledger.sent();
  office.ledger.keep_answers_back(true);
  std::vector tickets{office.submit(take())};
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  const auto answered = office.answers.count();
  for (int i = 0; i < 200; ++i) tickets.push_back(office.submit(take()));
  const auto in_flight = office.ledger.sent() - sent;
  const auto busy = office.answers.count() - answered;  // while nobody else is answered
  CHECK(busy >= 200 - options.queue_max - in_flight * options.group_max);
  office.ledger.keep_answers_back(false);
  std::size_t granted = 0;
  for (const auto ticket : tickets) {
    const auto outcome = office.answers.of(ticket);
    granted += outcome ? 1U : 0U;
    if (!outcome) CHECK(office.code_of(outcome) == ErrorCode::server_busy);
  }
  CHECK(granted == tickets.size() - busy);
  CHECK(office.ledger.sent() <= sent + in_flight + groups_that_wait);
  CHECK(office.ask(take()));
}

TEST_CASE("whose time is over hears busy from the queue and outcome unknown in flight, once", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  const auto sent = office.ledger.sent();
  office.ledger.keep_answers_back(true);
  const auto in_flight = office.submit(take(), user(), {}, std::chrono::seconds{1});
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  const auto queued = office.submit(take(), user(), {}, std::chrono::seconds{1});
  clock.advance(std::chrono::seconds{2});
  CHECK(office.code_of(office.answers.of(in_flight)) == ErrorCode::outcome_unknown);
  CHECK(office.code_of(office.answers.of(queued)) == ErrorCode::server_busy);
  office.ledger.keep_answers_back(false);
  REQUIRE(eventually([&] { return office.writer.state() == WriterState::writing; }));
  CHECK(office.ask(take()));
  CHECK(grants(store).size() == 2);  // the one in flight, although nobody waited, and the last
}

TEST_CASE("while a group is overdue new requests hear busy at once, and afterwards they are served", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  office.ledger.keep_answers_back(true);
  const auto sent = office.ledger.sent();
  const auto in_flight = office.submit(take());
  REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
  clock.advance(std::chrono::seconds{2});
  REQUIRE(eventually([&] { return office.writer.state() == WriterState::recovering; }));
  CHECK(office.code_of(office.ask(KeepAlive{guid(101)})) == ErrorCode::server_busy);
  office.ledger.keep_answers_back(false);
  CHECK(office.answers.of(in_flight));
  REQUIRE(eventually([&] { return office.writer.state() == WriterState::writing; }));
  CHECK(office.ask(KeepAlive{guid(101)}));
}

TEST_CASE("a read leaves without a group while memory is fresh, and behind an empty one when it is not", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  const auto sent = office.ledger.sent();
  CHECK(office.ask(ReadSession{guid(101)}));
  CHECK(office.ask(KeepAlive{guid(101)}));
  CHECK(office.ledger.sent() == sent);
  clock.advance(std::chrono::minutes{31});
  CHECK(office.ask(ReadSession{guid(101)}));
  CHECK(office.ledger.sent() == sent + 1);
  CHECK(store.groups().back().events.empty());
  CHECK(store.groups().back().renews_term);
  CHECK(office.ask(ReadSession{guid(101)}));
  CHECK(office.ledger.sent() == sent + 1);
}

TEST_CASE("a writer that was deposed while it was paused answers no read from its memory", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  store.end_term();
  tally::memory::MemoryLedger other{store};
  REQUIRE(std::holds_alternative<tally::storage::Opened>(other.open({}, {}, {})));
  clock.advance(std::chrono::minutes{31});
  CHECK(office.code_of(office.ask(ReadSession{guid(101)})) == ErrorCode::server_busy);
}

TEST_CASE("the term is renewed by whatever group comes after a quarter of it", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office);
  CHECK(office.ask(take()));
  CHECK_FALSE(store.groups().back().renews_term);
  clock.advance(std::chrono::minutes{16});
  CHECK(office.ask(take()));
  CHECK(store.groups().back().renews_term);
}

TEST_CASE("a second writer is refused while the first one's term lives", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office first{store, clock};
  furnish(first);
  Office second{store, clock};
  const auto started = second.writer.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().kind == StartFailure::Kind::another_writer);
  CHECK(second.writer.state() == WriterState::stopped);
  CHECK(second.code_of(second.ask(KeepAlive{guid(101)})) == ErrorCode::server_busy);
  CHECK(first.ask(take()));
}

TEST_CASE("a stand-by knows who writes, decides nothing, and takes over when that one's term has ended", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office first{store, clock};
  furnish(first);
  WriterOptions options = Office::quiet();
  options.stand_by = true;
  Office second{store, clock, options};
  REQUIRE(second.writer.start());
  CHECK(second.writer.state() == WriterState::standing_by);
  REQUIRE(second.writer.other());
  CHECK(second.writer.other()->advertise == options.term.advertise);
  CHECK(second.writer.other()->secret == options.term.secret);
  CHECK(second.code_of(second.ask(KeepAlive{guid(101)})) == ErrorCode::server_busy);
  REQUIRE(first.ask(take()));

  store.end_term();
  REQUIRE(eventually([&] { return second.writer.state() == WriterState::writing; }));
  CHECK_FALSE(second.writer.other());
  CHECK(second.ask(take()));
  CHECK(grants(store).size() == 2);
}

TEST_CASE("a stand-by ends at once when it is stopped", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office first{store, clock};
  furnish(first);
  WriterOptions options = Office::quiet();
  options.stand_by = true;
  Office second{store, clock, options};
  REQUIRE(second.writer.start());
  second.writer.stop(patience);
  CHECK(second.writer.state() == WriterState::stopped);
}

TEST_CASE("an unreachable store is told at the start", "[engine]") {
  MemoryStore store;
  TestClock clock;
  store.set_reachable(false);
  Office office{store, clock};
  const auto started = office.writer.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().kind == StartFailure::Kind::unavailable);
}

TEST_CASE("a writer that never started can be stopped and asked, and does nothing", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  CHECK(office.code_of(office.ask(KeepAlive{guid(101)})) == ErrorCode::server_busy);
  office.writer.stop(patience);
  office.writer.stop(patience);
  CHECK(store.groups().empty());
}

TEST_CASE("a stop decides what is queued, folds, and ends the term", "[engine]") {
  MemoryStore store;
  TestClock clock;
  std::uint64_t last = 0;
  {
    Office office{store, clock};
    furnish(office);
    const auto sent = office.ledger.sent();
    office.ledger.keep_answers_back(true);
    (void)office.submit(take());
    REQUIRE(eventually([&] { return office.ledger.sent() == sent + 1; }));
    for (int i = 0; i < 5; ++i) last = office.submit(take());
    std::thread stopper{[&] { office.writer.stop(patience); }};
    office.ledger.keep_answers_back(false);
    stopper.join();
    CHECK(office.answers.of(last));
    CHECK(office.code_of(office.ask(take())) == ErrorCode::server_busy);
    CHECK(office.writer.state() == WriterState::stopped);
    CHECK(grants(store).size() == 6);
  }
  const auto snapshot = store.snapshot();
  CHECK(snapshot.stopped_at);
  CHECK(snapshot.holds.size() == 6);
  CHECK(snapshot.later_groups.empty());
  Office next{store, clock};
  REQUIRE(next.writer.start());
}

TEST_CASE("idle time is carried over an orderly stop, with the stop's length", "[engine]") {
  MemoryStore store;
  TestClock clock;
  {
    Office office{store, clock};
    furnish(office);
    clock.advance(std::chrono::minutes{200});
    CHECK(office.ask(KeepAlive{guid(102)}));
  }
  clock.advance(std::chrono::minutes{101});
  Office next{store, clock};
  REQUIRE(next.writer.start());
  CHECK(next.ask(KeepAlive{guid(102)}));
  REQUIRE(eventually([&] { return next.reports.count<SessionsEndedIdle>() > 0; }));
  CHECK(next.code_of(next.ask(KeepAlive{guid(101)})) == ErrorCode::invalid_session);
  CHECK(next.ask(KeepAlive{guid(102)}));
}

// The rows still say when the sessions were heard of before the crash; the orderly stop after it must not believe them.
TEST_CASE("idle time that began anew after a crash is what the next orderly stop carries over", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office crashed{store, clock};
  furnish(crashed);
  clock.advance(std::chrono::minutes{250});
  store.end_term();
  {
    Office second{store, clock};
    REQUIRE(second.writer.start());
    clock.advance(std::chrono::minutes{100});
    REQUIRE(second.ask(ListSessions{}, administrator()));
  }
  clock.advance(std::chrono::minutes{100});
  Office third{store, clock};
  REQUIRE(third.writer.start());
  CHECK(third.ask(KeepAlive{guid(101)}));
  CHECK(third.ask(KeepAlive{guid(102)}));
}

TEST_CASE("the tables are folded as soon as nobody asks", "[engine]") {
  MemoryStore store;
  TestClock clock;
  auto options = Office::quiet();
  options.fold_when_idle = std::chrono::milliseconds{1};
  options.fold_portion_max = 2;
  Office office{store, clock, options};
  furnish(office);
  for (int i = 0; i < 5; ++i) CHECK(office.ask(take()));
  CHECK(eventually([&] { return store.snapshot().holds.size() == 5 && store.snapshot().later_groups.empty(); }));
}

TEST_CASE("whatever the rush, no more is granted than there is, and each grant is in the ledger once", "[engine]") {
  MemoryStore store;
  TestClock clock;
  Office office{store, clock};
  furnish(office, 50);
  std::vector<std::vector<std::uint64_t>> tickets(4);
  std::mutex turn;
  {
    std::vector<std::jthread> askers;
    for (auto& mine : tickets) {
      askers.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          const std::lock_guard lock{turn};  // tickets are the office's; the writer itself needs none
          mine.push_back(office.submit(take()));
        }
      });
    }
  }
  std::size_t taken = 0;
  for (const auto& mine : tickets) {
    for (const auto ticket : mine) taken += office.answers.of(ticket).has_value() ? 1U : 0U;
  }
  CHECK(taken == 50);
  CHECK(grants(store).size() == 50);
}
