#include "event_loop.hpp"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include "connection.hpp"
#include "guarded.hpp"

namespace tally::http {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// Tells Asio that one thread runs the context, so that what this thread posts to itself takes the short way.
constexpr int one_thread = 1;

std::chrono::milliseconds tick_for(const Limits& limits) {
  const auto shortest =
      std::min({limits.header_time, limits.body_time, limits.write_time, limits.idle_time, limits.linger_time});
  return std::clamp(shortest / 4, 5ms, 250ms);
}

}  // namespace

EventLoop::EventLoop(Place place, const Limits& limits, ConnectionCount& count, MemoryBudget& memory,
                     Observer& observer)
    : limits_(limits),
      count_(count),
      memory_(memory),
      observer_(observer),
      id_step_(place.count),
      last_id_(place.index),
      context_(one_thread),
      sharing_(context_, observer),
      timer_(context_),
      tick_(tick_for(limits)) {}

EventLoop::~EventLoop() = default;

void EventLoop::start(std::unique_ptr<Handler> handler) {
  handler_ = std::move(handler);
  tick();
  thread_ = std::thread([this] { run(); });
}

// The connections are closed before the handler goes: what Responders it still has then know that nobody listens.
void EventLoop::stop() {
  if (!thread_.joinable()) return;
  asio::post(context_, [this] {
    draining_ = true;
    close_all();
    context_.stop();
  });
  thread_.join();
  handler_.reset();
}

void EventLoop::run() {
  do {
    while (!run_guarded(observer_, [this] { context_.run(); })) {
    }
  } while (sharing_.let_guest_run());
}

void EventLoop::post(std::move_only_function<void()> task) { asio::post(context_, std::move(task)); }

// What is ready now stands in the context's queue already, so a task posted now runs behind it.
void EventLoop::at_round_end(std::move_only_function<void()> task) {
  round_end_.push_back(std::move(task));
  if (round_end_.size() == 1) asio::post(context_, [this] { end_round(); });
}

void EventLoop::end_round() {
  ending_.swap(round_end_);
  for (auto& task : ending_) run_guarded(observer_, task);  // one that fails does not take the others with it
  ending_.clear();
}

void EventLoop::adopt(Arrival arrival) {
  asio::dispatch(context_, [this, arrival = std::move(arrival)]() mutable { insert(std::move(arrival)); });
}

void EventLoop::insert(Arrival arrival) {
  if (draining_) {
    count_.close(arrival.admission);
    return;
  }
  const auto connection = std::make_shared<Connection>(*this, std::move(arrival));
  connections_.push_back(connection);
  connection->start(connections_.size() - 1);
}

void EventLoop::remove(Connection& connection) {
  const auto place = connection.place();
  const auto admission = connection.admission();
  std::swap(connections_[place], connections_.back());
  connections_[place]->set_place(place);
  connections_.pop_back();
  count_.close(admission);
}

// From the back, since a connection that closes is replaced by the last one, which has been looked at.
void EventLoop::tick() {
  const auto now = std::chrono::steady_clock::now();
  for (auto place = connections_.size(); place-- > 0;) {
    if (const auto connection = connections_[place]; connection->is_late(now)) {
      run_guarded(observer_, [&] { connection->end_late(); });
    }
  }
  timer_.expires_after(tick_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

void EventLoop::drain() {
  asio::post(context_, [this] {
    draining_ = true;
    for (auto place = connections_.size(); place-- > 0;) {
      if (const auto connection = connections_[place]; connection->is_idle()) connection->close();
    }
  });
}

void EventLoop::close_all() {
  while (!connections_.empty()) std::shared_ptr(connections_.back())->close();
}

std::uint64_t EventLoop::next_request_id() { return last_id_ += id_step_; }

}  // namespace tally::http
