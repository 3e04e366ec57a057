#include "tally/http/server.hpp"

#include <algorithm>

#include "event_loop.hpp"
#include "guarded.hpp"
#include "listener.hpp"

namespace tally::http {

class Server::Machine {
 public:
  Machine(std::vector<Endpoint> endpoints, unsigned threads, const Limits& limits, HandlerFactory make_handler,
          Observer& observer)
      : endpoints_(std::move(endpoints)), limits_(limits), make_handler_(std::move(make_handler)), observer_(observer) {
    threads = std::max(threads, 1U);
    for (unsigned index = 0; index < threads; ++index) {
      loops_.push_back(
          std::make_unique<EventLoop>(EventLoop::Place{index, threads}, limits_, count_, memory_, observer_));
    }
  }

  ~Machine() {
    run_guarded(observer_, [this] { stop(); });
  }

  std::expected<std::vector<Endpoint>, std::string> start() {
    std::vector<Endpoint> bound;
    for (const auto& endpoint : endpoints_) {
      auto listener = std::make_unique<Listener>(loops_, count_, observer_);
      if (auto reason = listener->open(endpoint); !reason.empty()) {
        listeners_.clear();
        return std::unexpected(std::move(reason));
      }
      bound.push_back(listener->bound());
      listeners_.push_back(std::move(listener));
    }
    start_threads();
    return bound;
  }

  bool drain(std::chrono::steady_clock::time_point deadline) {
    close_listeners();
    for (const auto& loop : loops_) loop->drain();
    return count_.wait_for_none(deadline);
  }

  SharedLoop* shared_loop() { return loops_.size() == 1 ? &loops_.front()->sharing() : nullptr; }

  // The first loop, which accepts, is stopped first, so that no connection is dealt to a loop that has ended.
  void stop() {
    close_listeners();
    for (const auto& loop : loops_) loop->stop();
  }

 private:
  // All handlers are made before the first request can come in.
  void start_threads() {
    std::vector<std::unique_ptr<Handler>> handlers;
    for (const auto& loop : loops_) handlers.push_back(make_handler_(*loop));
    for (const auto& listener : listeners_) listener->start();
    for (std::size_t index = 0; index < loops_.size(); ++index) loops_[index]->start(std::move(handlers[index]));
  }

  void close_listeners() {
    loops_.front()->post([this] {
      for (const auto& listener : listeners_) listener->close();
    });
  }

  const std::vector<Endpoint> endpoints_;
  const Limits limits_;
  const HandlerFactory make_handler_;
  Observer& observer_;
  ConnectionCount count_{limits_.connections};
  MemoryBudget memory_{limits_.slow_bytes};
  EventLoops loops_;
  std::vector<std::unique_ptr<Listener>> listeners_;
};

Server::Server(std::vector<Endpoint> endpoints, unsigned threads, const Limits& limits, HandlerFactory make_handler,
               Observer& observer)
    : machine_(std::make_unique<Machine>(std::move(endpoints), threads, limits, std::move(make_handler), observer)) {}

Server::~Server() = default;

std::expected<std::vector<Endpoint>, std::string> Server::start() { return machine_->start(); }

bool Server::drain(std::chrono::steady_clock::time_point deadline) { return machine_->drain(deadline); }

SharedLoop* Server::shared_loop() { return machine_->shared_loop(); }

void Server::stop() { machine_->stop(); }

}  // namespace tally::http
