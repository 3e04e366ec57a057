#pragma once

#include <future>
#include <utility>

#include "tally/engine/writer.hpp"
#include "tally/memory/memory_ledger.hpp"

namespace tally::common::test {

/// A writer on a ledger in memory.
class MemoryEngine {
 public:
  MemoryEngine() : ledger_{store_}, writer_{ledger_, {}, clock_, observer_} {}

  engine::Writer& writer() { return writer_; }
  memory::MemoryStore& store() { return store_; }

  bool start() { return writer_.start().has_value(); }

  model::Outcome ask(engine::Command command) {
    OneReply reply;
    std::vector<engine::Request> requests;
    requests.push_back({.command = std::move(command),
                        .caller = {.user = "test", .administrator = true, .address = {}, .door = model::Door::admin},
                        .idempotency = {},
                        .inbox = {},
                        .deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10},
                        .sink = &reply,
                        .ticket = 1});
    writer_.submit(std::move(requests));
    return reply.outcome.get_future().get();
  }

 private:
  struct OneReply final : engine::ReplySink {
    void deliver(std::vector<engine::Reply>&& replies) noexcept override {
      outcome.set_value(std::move(replies.front().outcome));
    }
    std::promise<model::Outcome> outcome;
  };
  struct Silence final : engine::Observer {
    void report(const engine::Report&) override {}
  };

  memory::MemoryStore store_;
  memory::MemoryLedger ledger_;
  engine::SystemClock clock_;
  Silence observer_;
  engine::Writer writer_;
};

}  // namespace tally::common::test
