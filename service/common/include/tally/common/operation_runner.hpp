#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "tally/engine/command.hpp"
#include "tally/engine/writer.hpp"
#include "tally/http/handler.hpp"

namespace tally::common {

/// Takes commands to the engine and their outcomes back to the door, for one I/O thread: what one round of the thread's
/// event loop asks is handed over as one vector, or as a few when it is much, and a group's outcomes come back as one
/// task. Requests that wait hold no thread.
class OperationRunner final : public engine::ReplySink {
 public:
  /// Called on the I/O thread with the outcome, exactly once.
  using Done = std::move_only_function<void(model::Outcome&&)>;

  /// All references must outlive the runner; the writer must have stopped before the runner is destroyed.
  OperationRunner(http::IoThread& thread, engine::Writer& writer, std::chrono::milliseconds request_timeout);

  /// To be called on the I/O thread.
  void run(engine::Command command, engine::Caller caller, std::optional<model::IdempotencyKey> idempotency, Done done);

  void deliver(std::vector<engine::Reply>&& replies) noexcept override;

 private:
  /// A request that waits. Places are used again, so a ticket says besides the place which use of it is meant.
  struct Waiting {
    Done done;
    std::uint32_t use = 0;
  };

  std::uint64_t wait_with(Done done);
  void hand_over();
  void conclude(engine::Reply& reply);

  http::IoThread& thread_;
  engine::Writer& writer_;
  const std::chrono::milliseconds request_timeout_;
  std::vector<engine::Request> this_round_;
  bool round_end_is_asked_for_ = false;
  std::vector<Waiting> waiting_;
  std::vector<std::uint32_t> free_places_;
};

}  // namespace tally::common
