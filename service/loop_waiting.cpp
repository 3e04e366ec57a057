#include "loop_waiting.hpp"

namespace tally {

LoopWaiting::Loan::Loan(LoopWaiting& waiting, http::SharedLoop* loop, engine::Writer& writer) : writer_{writer} {
  waiting.loop_ = loop;
}

LoopWaiting::Loan::~Loan() { writer_.stop({}); }

LoopWaiting::End LoopWaiting::wait(int descriptor, bool to_write, std::chrono::milliseconds limit) {
  http::SharedLoop* loop = loop_;
  if (loop == nullptr) return sleep_.wait(descriptor, to_write, limit);
  if (!runs_loop_) {
    loop->take_over();
    runs_loop_ = true;
    // Whoever rang until now must not wait in vain.
    if (sleep_.wait(-1, false, {}) == End::rung) return End::rung;
  }
  switch (loop->wait(descriptor, to_write, limit)) {
    case http::SharedLoop::Woken::ready: return End::ready;
    case http::SharedLoop::Woken::rung: return End::rung;
    case http::SharedLoop::Woken::time: break;
  }
  return End::time;
}

void LoopWaiting::stand_down() noexcept {
  if (runs_loop_.exchange(false)) loop_.load()->give_back();
}

void LoopWaiting::ring() noexcept {
  if (!runs_loop_) sleep_.ring();
  if (runs_loop_) loop_.load()->ring();  // perhaps only since a moment ago
}

}  // namespace tally
