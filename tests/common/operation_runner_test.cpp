#include "tally/common/operation_runner.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "fake_io_thread.hpp"
#include "memory_engine.hpp"

namespace tally::common::test {
namespace {

const model::SessionId nobody{{9}};

engine::Reply done_for(std::uint64_t ticket) { return {.ticket = ticket, .outcome = model::Answer{}}; }

/// A runner whose writer was never started, so it turns everything away at once, on this thread.
struct IdleRunner {
  FakeIoThread thread;
  MemoryEngine engine;
  OperationRunner runner{thread, engine.writer(), std::chrono::seconds{30}};
  std::vector<std::string> told;

  void run(const std::string& name) {
    runner.run(engine::KeepAlive{nobody}, {}, {}, [this, name](model::Outcome&& outcome) {
      told.push_back(name + (outcome                                                 ? " done"
                             : outcome.error().code == model::ErrorCode::server_busy ? " busy"
                                                                                     : " failed"));
    });
  }
};

}  // namespace

TEST_CASE("what one round asks is handed over once, at the round's end", "[common]") {
  IdleRunner idle;
  for (const char* name : {"a", "b", "c"}) idle.run(name);
  CHECK(idle.thread.waiting_for_round_end() == 1);
  idle.thread.run_posted();
  CHECK(idle.told.empty());
  idle.thread.end_round();
  idle.thread.run_posted();
  CHECK(idle.told == std::vector<std::string>{"a busy", "b busy", "c busy"});

  idle.run("d");
  CHECK(idle.thread.waiting_for_round_end() == 1);
  idle.thread.end_round();
  idle.thread.run_posted();
  CHECK(idle.told.back() == "d busy");
}

TEST_CASE("outcomes reach the door on its own thread, in the order in which they were delivered", "[common]") {
  IdleRunner idle;
  for (const char* name : {"a", "b", "c"}) idle.run(name);
  std::vector<engine::Reply> replies;
  for (const std::uint64_t ticket : {3U, 1U, 2U}) replies.push_back(done_for(ticket));
  idle.runner.deliver(std::move(replies));
  CHECK(idle.told.empty());
  idle.thread.run_posted();
  CHECK(idle.told == std::vector<std::string>{"c done", "a done", "b done"});
}

TEST_CASE("a second outcome, or one that nobody waits for, is told to nobody", "[common]") {
  IdleRunner idle;
  idle.run("a");
  for (const std::uint64_t ticket : {1U, 1U, 0U, 77U}) {
    std::vector<engine::Reply> replies;
    replies.push_back(done_for(ticket));
    idle.runner.deliver(std::move(replies));
  }
  idle.thread.run_posted();
  idle.thread.end_round();  // the writer turns it away as well
  idle.thread.run_posted();
  CHECK(idle.told == std::vector<std::string>{"a done"});
}

TEST_CASE("a second outcome is not told to the request that came after the first", "[common]") {
  IdleRunner idle;
  const auto deliver_first = [&] {
    std::vector<engine::Reply> replies;
    replies.push_back(done_for(1));
    idle.runner.deliver(std::move(replies));
    idle.thread.run_posted();
  };
  idle.run("a");
  deliver_first();
  idle.run("b");
  deliver_first();
  CHECK(idle.told == std::vector<std::string>{"a done"});
}

TEST_CASE("an outcome may lead to the next command at once", "[common]") {
  IdleRunner idle;
  idle.runner.run(engine::KeepAlive{nobody}, {}, {}, [&](model::Outcome&&) { idle.run("next"); });
  idle.thread.end_round();
  idle.thread.run_posted();
  CHECK(idle.thread.waiting_for_round_end() == 1);
  idle.thread.end_round();
  idle.thread.run_posted();
  CHECK(idle.told == std::vector<std::string>{"next busy"});
}

TEST_CASE("an answer that can't be told does not cost the others of its group theirs", "[common]") {
  IdleRunner idle;
  idle.run("a");
  idle.runner.run(engine::KeepAlive{nobody}, {}, {},
                  [](model::Outcome&&) { throw std::runtime_error{"can't be told"}; });
  idle.run("c");
  std::vector<engine::Reply> replies;
  for (const std::uint64_t ticket : {1U, 2U, 3U}) replies.push_back(done_for(ticket));
  idle.runner.deliver(std::move(replies));
  CHECK_THROWS_WITH(idle.thread.run_posted(), "can't be told");
  CHECK(idle.told == std::vector<std::string>{"a done", "c done"});
}

TEST_CASE("commands are answered from the engine, each with its own outcome", "[common]") {
  FakeIoThread thread;
  MemoryEngine engine;
  REQUIRE(engine.start());
  OperationRunner runner{thread, engine.writer(), std::chrono::seconds{30}};
  std::vector<std::string> told;
  for (int round = 0; round < 50; ++round) {
    runner.run(engine::ReadSession{nobody}, {}, {}, [&](model::Outcome&& outcome) {
      told.push_back(!outcome && outcome.error().code == model::ErrorCode::invalid_session ? "unknown session" : "?");
    });
    runner.run(engine::ListSessions{}, {.user = "a", .administrator = true, .address = {}, .door = model::Door::soap},
               {}, [&](model::Outcome&& outcome) {
                 told.push_back(outcome && std::holds_alternative<model::SessionList>(*outcome) ? "list" : "?");
               });
  }
  CHECK(thread.waiting_for_round_end() == 1);
  REQUIRE(thread.run_until([&] { return told.size() == 100; }));
  CHECK(std::ranges::count(told, "unknown session") == 50);
  CHECK(std::ranges::count(told, "list") == 50);
  engine.writer().stop(std::chrono::seconds{5});
}

}  // namespace tally::common::test
