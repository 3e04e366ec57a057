#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "connection_count.hpp"
#include "loop_sharing.hpp"
#include "memory_budget.hpp"
#include "response_head.hpp"
#include "tally/http/handler.hpp"
#include "tally/http/server.hpp"

namespace tally::http {

class Connection;

/// What one accepted socket comes with.
struct Arrival {
  boost::asio::ip::tcp::socket socket;
  std::string peer_address;
  Admission admission = Admission::served;
};

/// One thread with its event loop, its handler and its connections. Nothing of it is shared with other threads but the
/// queue of tasks; a guest that runs the loop takes the thread's place. Time limits cost no timers: a coarse tick looks at every connection's deadline.
class EventLoop final : public IoThread {
 public:
  /// Loop `index` of `count`; the numbers only keep the ids of requests apart.
  struct Place {
    unsigned index = 0;
    unsigned count = 1;
  };

  EventLoop(Place place, const Limits& limits, ConnectionCount& count, MemoryBudget& memory, Observer& observer);
  ~EventLoop() override;

  void start(std::unique_ptr<Handler> handler);
  /// Closes all connections, ends the thread and destroys the handler.
  void stop();
  /// Closes idle connections; the others close after their answer. Thread-safe.
  void drain();

  void post(std::move_only_function<void()> task) override;
  void at_round_end(std::move_only_function<void()> task) override;
  /// Takes a connection over from the acceptor's thread.
  void adopt(Arrival arrival);
  boost::asio::io_context& context() { return context_; }
  SharedLoop& sharing() { return sharing_; }

  // For the connections, on this thread.
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] bool draining() const { return draining_; }
  MemoryBudget& memory() { return memory_; }
  Handler& handler() { return *handler_; }
  Observer& observer() { return observer_; }
  ResponseHead& response_head() { return response_head_; }
  std::uint64_t next_request_id();
  /// The connection has closed; the loop forgets it.
  void remove(Connection& connection);

 private:
  void run();
  void insert(Arrival arrival);
  void tick();
  void close_all();
  void end_round();

  const Limits& limits_;
  ConnectionCount& count_;
  MemoryBudget& memory_;
  Observer& observer_;
  const unsigned id_step_;
  std::uint64_t last_id_;
  bool draining_ = false;
  boost::asio::io_context context_;
  LoopSharing sharing_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds tick_;
  ResponseHead response_head_;
  std::unique_ptr<Handler> handler_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::move_only_function<void()>> round_end_;
  std::vector<std::move_only_function<void()>> ending_;
  std::thread thread_;
};

}  // namespace tally::http
