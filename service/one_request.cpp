#include "one_request.hpp"

#include <pwd.h>
#include <unistd.h>

#include <future>
#include <utility>

namespace tally {
namespace {

constexpr std::chrono::seconds patience{30};

class OneReply final : public engine::ReplySink {
 public:
  void deliver(std::vector<engine::Reply>&& replies) noexcept override {
    outcome_.set_value(std::move(replies.front().outcome));
  }
  model::Outcome wait() { return outcome_.get_future().get(); }

 private:
  std::promise<model::Outcome> outcome_;
};

}  // namespace

model::Outcome ask(engine::Writer& writer, engine::Command command, std::string user) {
  OneReply reply;
  std::vector<engine::Request> requests;
  requests.push_back(
      {.command = std::move(command),
       .caller = {.user = std::move(user), .administrator = true, .address = {}, .door = model::Door::command_line},
       .idempotency = {},
       .inbox = {},
       .deadline = std::chrono::steady_clock::now() + patience,
       .sink = &reply,
       .ticket = 1});
  writer.submit(std::move(requests));
  return reply.wait();
}

std::string operating_user() {
  const passwd* entry = getpwuid(geteuid());
  return entry != nullptr ? entry->pw_name : "uid " + std::to_string(geteuid());
}

}  // namespace tally
