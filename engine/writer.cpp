#include "tally/engine/writer.hpp"

#include <utility>

#include "reign.hpp"
#include "request_queue.hpp"

namespace tally::engine {
namespace {

using namespace std::chrono_literals;

constexpr auto reopen_pause = 1'000ms;

}  // namespace

Writer::Writer(storage::Ledger& ledger, WriterOptions options, Clock& clock, Observer& observer)
    : ledger_{ledger},
      options_{std::move(options)},
      clock_{clock},
      observer_{observer},
      queue_{std::make_unique<RequestQueue>(options_.queue_max)} {}

Writer::~Writer() { stop(0ms); }

std::expected<void, StartFailure> Writer::start() {
  auto told = started_.get_future();
  thread_ = std::jthread{[this] { run(); }};
  return told.get();
}

void Writer::submit(std::vector<Request>&& requests) {
  if (state_ == State::writing) requests = queue_->push(std::move(requests));
  turn_away(std::move(requests));
}

void Writer::stop(std::chrono::milliseconds patience) {
  give_up_at_ = clock_.now().monotonic + patience;
  queue_->close();
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Writer::State Writer::state() const { return state_; }

void Writer::run() {
  while (open_and_reign()) {
  }
  state_ = State::stopped;
  turn_away(queue_->take_all());
}

bool Writer::open_and_reign() {
  state_ = State::opening;
  const auto tell = [this](std::expected<void, StartFailure> result) {
    if (!std::exchange(start_is_told_, true)) started_.set_value(std::move(result));
  };
  auto result = ledger_.open(options_.term, clock_.now().wall, thread_.get_stop_token());
  if (const auto* opened = std::get_if<storage::Opened>(&result)) {
    Reign reign{{ledger_, options_, clock_, observer_, *queue_, state_, give_up_at_}, *opened};
    state_ = State::writing;
    tell({});
    if (reign.run() == Reign::End::stopped) return false;
    observer_.report(ReignLost{});
    state_ = State::opening;
    turn_away(queue_->take_all());
    return !queue_->is_closed();
  }

  StartFailure failure;
  if (const auto* other = std::get_if<storage::AnotherWriter>(&result)) {
    failure = {StartFailure::Kind::another_writer, "another Tally writes to this database: " + other->advertise};
  } else if (const auto* unusable = std::get_if<storage::Unusable>(&result)) {
    failure = {StartFailure::Kind::unusable, unusable->what};
  } else {
    failure = {StartFailure::Kind::unavailable, std::get<storage::Unavailable>(result).what};
  }
  const bool has_reigned = start_is_told_;
  tell(std::unexpected{failure});
  if (!has_reigned || queue_->is_closed()) return false;
  observer_.report(ReopenFailed{failure.what});
  queue_->wait_closed(std::chrono::steady_clock::now() + reopen_pause);
  return !queue_->is_closed();
}

void Writer::turn_away(std::vector<Request>&& requests) {
  for (const auto& request : requests) {
    if (request.sink == nullptr) continue;
    request.sink->deliver({{.ticket = request.ticket,
                            .outcome = std::unexpected{model::Refusal{model::ErrorCode::server_busy, {}}}}});
  }
}

}  // namespace tally::engine
