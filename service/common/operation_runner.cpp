#include "tally/common/operation_runner.hpp"

#include <exception>
#include <utility>

namespace tally::common {

OperationRunner::OperationRunner(http::IoThread& thread, engine::Writer& writer, std::chrono::milliseconds request_timeout)
    : thread_{thread}, writer_{writer}, request_timeout_{request_timeout} {}

void OperationRunner::run(engine::Command command, engine::Caller caller, std::optional<model::IdempotencyKey> idempotency,
                          Done done) {
  const std::uint64_t ticket = ++last_ticket_;
  waiting_.emplace(ticket, std::move(done));
  if (this_round_.empty()) thread_.at_round_end([this] { hand_over(); });
  this_round_.push_back({.command = std::move(command), .caller = std::move(caller), .idempotency = std::move(idempotency),
                         .inbox = {}, .deadline = std::chrono::steady_clock::now() + request_timeout_, .sink = this,
                         .ticket = ticket});
}

void OperationRunner::hand_over() { writer_.submit(std::exchange(this_round_, {})); }

void OperationRunner::deliver(std::vector<engine::Reply>&& replies) noexcept {
  thread_.post([this, replies = std::move(replies)]() mutable {
    // One answer that can't be told must not cost the others theirs; its own door answers for it.
    std::exception_ptr failure;
    for (auto& reply : replies) {
      try {
        conclude(reply);
      } catch (...) {
        failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
  });
}

void OperationRunner::conclude(engine::Reply& reply) {
  auto waiting = waiting_.extract(reply.ticket);
  if (!waiting.empty()) waiting.mapped()(std::move(reply.outcome));
}

}  // namespace tally::common
