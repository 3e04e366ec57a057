#include "tally/engine/writer.hpp"

#include <exception>
#include <utility>

#include "reign.hpp"
#include "request_queue.hpp"

namespace tally::engine {
namespace {

using namespace std::chrono_literals;

constexpr auto reopen_pause = 1'000ms;
constexpr auto watch_pause = 50ms;
/// Only people mend such a ledger, and looking at it means reading all of it.
constexpr auto unusable_pause = 5'000ms;

}  // namespace

Writer::Writer(storage::Ledger& ledger, WriterOptions options, Clock& clock, Observer& observer)
    : ledger_{ledger},
      options_{std::move(options)},
      clock_{clock},
      observer_{observer},
      queue_{std::make_unique<RequestQueue>(
          options_.queue_max, [&ledger](std::chrono::milliseconds limit) { ledger.rest(limit); },
          [&ledger] { ledger.wake(); })} {}

Writer::~Writer() { stop(0ms); }

std::expected<void, StartFailure> Writer::start() {
  auto told = started_.get_future();
  thread_ = std::thread{[this] { run(); }};
  return told.get();
}

void Writer::submit(std::vector<Request>&& requests) {
  if (state_ == State::writing) requests = queue_->push(std::move(requests));
  turn_away(std::move(requests));
}

void Writer::stop(std::chrono::milliseconds patience) {
  give_up_at_ = clock_.now().monotonic + patience;
  queue_->close();
  stop_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Writer::State Writer::state() const { return state_; }

void Writer::run() {
  while (open_and_reign()) {
  }
  state_ = State::stopped;
  queue_->admit(false);
  turn_away(queue_->take_all());
}

bool Writer::open_and_reign() try {
  const auto asked_at = clock_.now().monotonic;
  auto result = ledger_.open(options_.term, clock_.now().wall, stop_.get_token());
  if (auto* opened = std::get_if<storage::Opened>(&result)) return reign(std::move(*opened), asked_at);
  if (const auto* other = std::get_if<storage::AnotherWriter>(&result)) {
    if (options_.stand_by) return stand_by(*other);
    return did_not_open(
        {StartFailure::Kind::another_writer, "another Tally writes to this database: " + other->advertise});
  }
  if (const auto* unusable = std::get_if<storage::Unusable>(&result)) {
    return did_not_open({StartFailure::Kind::unusable, unusable->what});
  }
  return did_not_open({StartFailure::Kind::unavailable, std::get<storage::Unavailable>(result).what});
} catch (const std::exception& error) {
  // A snapshot that can't be replayed, or no memory for it.
  return did_not_open({StartFailure::Kind::unusable, error.what()});
}

bool Writer::reign(storage::Opened&& opened, std::chrono::steady_clock::time_point asked_at) {
  Reign reign{{ledger_, options_, clock_, observer_, *queue_, state_, give_up_at_}, std::move(opened), asked_at};
  set_other(std::nullopt);
  queue_->admit(true);
  state_ = State::writing;
  tell_start({});
  const auto end = reign.run();
  ledger_.stand_down();
  state_ = State::opening;
  queue_->admit(false);
  turn_away(queue_->take_all());
  if (end == Reign::End::stopped) return false;
  observer_.report(ReignLost{});
  return !queue_->is_closed();
}

/// Until the next look at the term: opening returns as soon as the other one renewed it.
bool Writer::stand_by(const storage::AnotherWriter& other) {
  if (state_ != State::standing_by) observer_.report(StandingBy{other.advertise});
  set_other(other);
  state_ = State::standing_by;
  tell_start({});
  queue_->wait_closed(watch_pause);
  return !queue_->is_closed();
}

void Writer::set_other(std::optional<storage::AnotherWriter> other) {
  const std::lock_guard lock{other_mutex_};
  other_ = std::move(other);
}

std::optional<storage::AnotherWriter> Writer::other() const {
  const std::lock_guard lock{other_mutex_};
  return other_;
}

bool Writer::did_not_open(const StartFailure& failure) {
  const bool has_reigned = start_is_told_;
  if (!has_reigned) state_ = State::stopped;  // before anybody is told
  tell_start(std::unexpected{failure});
  if (!has_reigned || queue_->is_closed()) return false;
  if (failure.kind == StartFailure::Kind::unusable) {
    state_ = State::unusable;
    if (unusable_because_ != failure.what) observer_.report(LedgerUnusable{unusable_because_ = failure.what});
    queue_->wait_closed(unusable_pause);
    return !queue_->is_closed();
  }
  observer_.report(ReopenFailed{failure.what});
  queue_->wait_closed(reopen_pause);
  return !queue_->is_closed();
}

void Writer::tell_start(std::expected<void, StartFailure> result) {
  if (!std::exchange(start_is_told_, true)) started_.set_value(std::move(result));
}

void Writer::turn_away(std::vector<Request>&& requests) {
  for (const auto& request : requests) {
    if (request.sink == nullptr) continue;
    request.sink->deliver(
        {{.ticket = request.ticket, .outcome = std::unexpected{model::Refusal{model::ErrorCode::server_busy, {}}}}});
  }
}

}  // namespace tally::engine
