// Asks the engine without a door: one JSON object a line in, one a line out, on the ledger whose address is the
// argument.
//
// A line has the members of a command (command_reader.hpp) and who asks: `user`, `administrator`, and a `key` for
// repeats.

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <future>
#include <iostream>

#include "answer_writer.hpp"
#include "command_reader.hpp"
#include "tally/engine/writer.hpp"
#include "tally/postgres/postgres_ledger.hpp"

namespace {

using namespace tally;
using namespace std::chrono_literals;
namespace json = boost::json;

constexpr auto patience = 60s;

struct Silence final : engine::Observer {
  void report(const engine::Report&) override {}
};

struct OneReply final : engine::ReplySink {
  void deliver(std::vector<engine::Reply>&& replies) noexcept override {
    outcome.set_value(std::move(replies.front().outcome));
  }
  std::promise<model::Outcome> outcome;
};

model::Outcome ask(engine::Writer& writer, const json::object& line) {
  const auto user = json::value_to<std::string>(line.at("user"));
  OneReply reply;
  engine::Request request{.command = parity::read_command(line),
                          .caller = {.user = user, .administrator = line.at("administrator").as_bool(), .address = {}},
                          .idempotency = {},
                          .inbox = {},
                          .deadline = std::chrono::steady_clock::now() + patience,
                          .sink = &reply,
                          .ticket = 1};
  if (line.contains("key")) {
    request.idempotency = {.caller = user,
                           .operation = json::value_to<std::string>(line.at("command")),
                           .key = json::value_to<std::string>(line.at("key")),
                           .digest = json::serialize(line)};
  }
  std::vector<engine::Request> requests;
  requests.push_back(std::move(request));
  writer.submit(std::move(requests));
  return reply.outcome.get_future().get();
}

int serve(const std::string& url) {
  postgres::PostgresLedger ledger{{.url = url}};
  engine::SystemClock clock;
  Silence observer;
  // As beside the doors, which have a configuration that names them.
  const engine::RuleSettings rules{.administrators_are_named = true};
  engine::Writer writer{
      ledger, {.rules = rules, .term = {.advertise = {}, .secret = {}, .duration = 5s}}, clock, observer};
  if (const auto started = writer.start(); !started) {
    std::cerr << started.error().what << "\n";
    return 1;
  }
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);)
    std::cout << json::serialize(parity::written(ask(writer, json::parse(line).as_object()))) << std::endl;
  writer.stop(patience);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "the address of a database is needed\n";
    return 2;
  }
  return serve(argv[1]);
}
