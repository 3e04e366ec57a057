#pragma once

#include <atomic>

#include "tally/engine/writer.hpp"
#include "tally/http/shared_loop.hpp"
#include "tally/postgres/poll_waiting.hpp"
#include "tally/storage/waiting.hpp"

namespace tally {

/// Lets the writer's thread run the server's event loop while it waits, so that a request is read, decided, sent and
/// answered without a switch between threads. While no loop is lent to it, it sleeps.
class LoopWaiting final : public storage::Waiting {
 public:
  /// Lends the loop to the writer; at its end stops the writer if nobody has yet, since the loop must be back before
  /// its server ends.
  class Loan {
   public:
    /// `loop` may be null: then nothing is lent. All must outlive the loan.
    Loan(LoopWaiting& waiting, http::SharedLoop* loop, engine::Writer& writer);
    ~Loan();
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

   private:
    engine::Writer& writer_;
  };

  End wait(int descriptor, bool to_write, std::chrono::milliseconds limit) override;
  void stand_down() noexcept override;
  void ring() noexcept override;

 private:
  std::atomic<http::SharedLoop*> loop_ = nullptr;
  std::atomic<bool> runs_loop_ = false;
  postgres::PollWaiting sleep_;
};

}  // namespace tally
