#include "tally/common/operation_runner.hpp"

#include <exception>
#include <utility>

namespace tally::common {
namespace {

// A busy round reads dozens of requests. The writer begins to commit the first of them while the others are still being
// read; else both would wait for each other in turn, all clients in step.
constexpr std::size_t handed_over_at_once_max = 16;

}  // namespace

OperationRunner::OperationRunner(http::IoThread& thread, engine::Writer& writer,
                                 std::chrono::milliseconds request_timeout)
    : thread_{thread}, writer_{writer}, request_timeout_{request_timeout} {}

void OperationRunner::run(engine::Command command, engine::Caller caller,
                          std::optional<model::IdempotencyKey> idempotency, Done done) {
  const std::uint64_t ticket = wait_with(std::move(done));
  if (!std::exchange(round_end_is_asked_for_, true)) {
    thread_.at_round_end([this] {
      round_end_is_asked_for_ = false;
      hand_over();
    });
  }
  if (this_round_.empty()) this_round_.reserve(handed_over_at_once_max);
  this_round_.push_back({.command = std::move(command),
                         .caller = std::move(caller),
                         .idempotency = std::move(idempotency),
                         .inbox = {},
                         .deadline = std::chrono::steady_clock::now() + request_timeout_,
                         .sink = this,
                         .ticket = ticket});
  if (this_round_.size() == handed_over_at_once_max) hand_over();
}

std::uint64_t OperationRunner::wait_with(Done done) {
  if (free_places_.empty()) {
    free_places_.push_back(static_cast<std::uint32_t>(waiting_.size()));
    waiting_.emplace_back();
  }
  const std::uint32_t place = free_places_.back();
  free_places_.pop_back();
  waiting_[place].done = std::move(done);
  return std::uint64_t{waiting_[place].use} << 32 | (place + 1);
}

void OperationRunner::hand_over() {
  if (!this_round_.empty()) writer_.submit(std::exchange(this_round_, {}));
}

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
  const auto place = static_cast<std::uint32_t>(reply.ticket) - 1;
  if (place >= waiting_.size()) return;
  Waiting& waiting = waiting_[place];
  if (!waiting.done || waiting.use != reply.ticket >> 32) return;
  ++waiting.use;
  free_places_.push_back(place);
  // The place may be given to the client's next request before this call returns.
  Done done = std::exchange(waiting.done, nullptr);
  done(std::move(reply.outcome));
}

}  // namespace tally::common
