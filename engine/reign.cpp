#include "reign.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <stdexcept>
#include <thread>
#include <utility>

#include "floating_house.hpp"
#include "registration_rules.hpp"

namespace tally::engine {
namespace {

using namespace std::chrono_literals;

constexpr auto receive_step = 50ms;
/// A group that waits longer makes new arrivals hear busy at once.
constexpr auto overdue = 1'000ms;
constexpr auto recover_pause = 100ms;
constexpr auto pause_after_failure = 1'000ms;
constexpr int stop_attempts = 3;

model::Outcome refusal(model::ErrorCode code) { return std::unexpected{model::Refusal{code, {}}}; }

}  // namespace

Reign::Reign(Realm realm, storage::Opened&& opened, Time asked_at)
    : realm_{realm},
      epoch_{opened.opening.value},
      last_durable_{opened.opening},
      last_sent_{opened.opening},
      last_committed_sent_at_{asked_at},
      last_renewal_{last_committed_sent_at_},
      last_fold_{last_committed_sent_at_},
      contacts_{last_committed_sent_at_, realm.clock.now().wall},
      no_housekeeping_before_{last_committed_sent_at_} {
  for (const auto& group : opened.snapshot.later_groups) fold_.replayed(group.events);
  const std::size_t groups_replayed = opened.snapshot.later_groups.size();
  state_ = State::load(std::move(opened.snapshot), realm.clock.now());
  realm_.observer.report(ReignOpened{.opening = opened.opening,
                                     .sessions = state_.sessions().size(),
                                     .counters = state_.counters().size(),
                                     .groups_replayed = groups_replayed});
}

Reign::End Reign::run() {
  Fate fate = Fate::deposed;
  try {
    fate = run_to_end();
  } catch (const std::exception& error) {
    // Groups may be on their way, and memory is no longer known to be the truth: only the ledger itself can tell.
    realm_.observer.report(
        GroupNotCommitted{std::string{"the ledger is opened and read anew after a failure of ours: "} + error.what()});
    realm_.ledger.abandon();
    answer_from(0, model::ErrorCode::outcome_unknown);
  }
  outbox_.deliver();
  // Nothing was done for these.
  turn_away(std::exchange(again_, {}));
  turn_away({std::move_iterator{one_by_one_.begin()}, std::move_iterator{one_by_one_.end()}});
  return fate == Fate::deposed ? End::deposed : End::stopped;
}

Reign::Fate Reign::run_to_end() {
  Fate fate = Fate::goes_on;
  while (fate == Fate::goes_on) {
    if (!flights_.empty() && !another_is_due()) {
      outbox_.deliver();
      fate = land();
      continue;
    }
    const auto housekeeping = one_by_one_.empty() ? Housekeeping::usual : Housekeeping::none;
    auto requests = next_requests(0ms);
    if (requests.empty() && flights_.empty()) {
      outbox_.deliver();
      requests = next_requests(next_duty() - real_time());
      if (requests.empty() && realm_.queue.is_closed()) return stop_in_order();
    }
    launch(std::move(requests), housekeeping);
  }
  return fate;
}

/// What was undone comes before what is new, and one at a time while a culprit is looked for.
std::vector<Request> Reign::next_requests(Time::duration limit) {
  if (!one_by_one_.empty()) {
    std::vector<Request> one;
    one.push_back(std::move(one_by_one_.front()));
    one_by_one_.pop_front();
    return one;
  }
  if (!again_.empty()) return std::exchange(again_, {});
  return realm_.queue.take(realm_.options.group_max, limit);
}

/// Whether a group shall be sent behind those on their way: when as much waits for it as groups usually have. With less
/// they would become smaller and smaller, and each costs a flush. Else the ledger is woken as soon as enough waits.
bool Reign::another_is_due() {
  const auto sent = static_cast<std::size_t>(std::ranges::count_if(flights_, &Flight::is_sent));
  const bool looks_for_culprit = !one_by_one_.empty() || flights_.back().is_alone;
  if (sent >= realm_.options.groups_on_their_way_max || looks_for_culprit || realm_.state == WriterState::recovering)
    return false;
  return !again_.empty() || !realm_.queue.ring_at(static_cast<std::size_t>(std::max(1.0, usual_size_)));
}

model::Now Reign::now() const {
  model::Now now = realm_.clock.now();
  if (standing_since_) now.monotonic = *standing_since_;
  now.monotonic -= paused_;
  return now;
}

void Reign::stand_still_from(Time time) {
  if (!standing_since_) standing_since_ = time;
}

void Reign::time_goes_on() {
  if (standing_since_) paused_ += real_time() - *standing_since_;
  standing_since_.reset();
}

bool Reign::memory_is_fresh() const { return real_time() - last_committed_sent_at_ < realm_.options.term.duration / 2; }

bool Reign::renewal_is_due() const {
  const auto renews = [](const Flight& flight) { return flight.is_sent && flight.draft.group().renews_term; };
  return real_time() - last_renewal_ >= realm_.options.term.duration / 4 && std::ranges::none_of(flights_, renews);
}

/// When the first of a line of sessions will have been silent for so long.
Reign::Time Reign::first_due(const SessionLine& line, std::chrono::milliseconds timeout) const {
  return line.empty() ? Time::max() : line.front()->last_contact + paused_ + timeout;
}

/// When something is to be done although nobody asks.
Reign::Time Reign::next_duty() const {
  Time next = last_renewal_ + realm_.options.term.duration / 4;
  if (fold_.is_running()) next = last_fold_;
  if (fold_.has_work()) next = std::min(next, real_time() + realm_.options.fold_when_idle);
  next = std::min(next, contacts_.due(real_time(), realm_.options.contacts_folded_every));
  const auto& rules = realm_.options.rules;
  next = std::min(next, first_due(state_.longest_silent_first(), rules.idle_timeout));
  if (rules.offline_timeout)
    next = std::min(next, first_due(state_.offline_longest_silent_first(), *rules.offline_timeout));
  next = std::min(next, real_time() + time_to_floating_duty(state_, now()));
  return std::max(next, no_housekeeping_before_);
}

Reign::Flight& Reign::new_flight() {
  Flight& flight = flights_.emplace_back(state_, now(), last_sent_.next(), epoch_);
  if (realm_.options.reports_places) flight.draft.note_places();
  return flight;
}

void Reign::launch(std::vector<Request>&& requests, Housekeeping housekeeping) {
  Flight& flight = new_flight();
  flight.is_alone = housekeeping == Housekeeping::none;
  flight.cases.reserve(requests.size());
  for (auto& request : requests)
    flight.cases.push_back({.request = std::move(request), .outcome = {}, .answered = false});
  const bool house_is_kept = std::ranges::any_of(flights_, &Flight::keeps_house);
  try {
    decide_all(flight);
    flight.keeps_house = !flight.is_alone && !house_is_kept && real_time() >= no_housekeeping_before_;
    if (flight.keeps_house) keep_house(flight.draft, flight.cases.empty(), housekeeping);
  } catch (const std::exception& error) {
    take_back(flight);
    no_housekeeping_before_ = real_time() + pause_after_failure;
    look_for_culprit(flight, error.what());
    flights_.pop_back();
    return;
  }
  flight.draft.writes_something() ? send(flight) : release_unsent();
}

void Reign::decide_all(Flight& flight) {
  const Time started_at = real_time();
  for (auto& each : flight.cases) {
    // Nobody waits for it any more, and nothing was done for it: that is what busy says.
    const bool too_late = each.request.deadline <= started_at;
    each.outcome =
        too_late ? refusal(model::ErrorCode::server_busy) : decide(flight.draft, realm_.options.rules, each.request);
  }
}

void Reign::send(Flight& flight) {
  // Whatever is written, a stand-by must not wait in vain for the term to be renewed.
  if (renewal_is_due()) flight.draft.group().renews_term = true;
  flight.sent_at = real_time();
  flight.is_sent = true;
  last_sent_ = flight.draft.group().number;
  realm_.ledger.send(flight.draft.group());
}

std::size_t Reign::first_sent() const {
  return static_cast<std::size_t>(std::ranges::find_if(flights_, &Flight::is_sent) - flights_.begin());
}

/// Waits a moment for what became of the oldest group that was sent.
Reign::Fate Reign::land() {
  const std::size_t first = first_sent();
  const auto result = await(flights_[first].sent_at);
  return std::holds_alternative<storage::StillWaiting>(result) ? Fate::goes_on : settle(first, result);
}

Reign::Fate Reign::land_all() {
  Fate fate = Fate::goes_on;
  while (!flights_.empty() && fate == Fate::goes_on) fate = land();
  return fate;
}

/// Meanwhile callers whose time is over hear that the outcome is unknown.
storage::CommitResult Reign::await(Time sent_at) {
  auto result = realm_.ledger.receive(receive_step);
  if (!std::holds_alternative<storage::StillWaiting>(result)) {
    realm_.state = WriterState::writing;
    return result;
  }
  if (real_time() - looked_after_waiting_at_ >= receive_step) look_after_waiting();
  const auto waited = real_time() - sent_at;
  if (waited > overdue) realm_.state = WriterState::recovering;
  if (waited > realm_.options.term.duration) {
    realm_.ledger.abandon();
    return storage::InDoubt{"no answer from the database"};
  }
  return result;
}

/// The group is durable.
void Reign::conclude(Flight& flight, Time sent_at) {
  const storage::Group& group = flight.draft.group();
  time_goes_on();
  flight.is_sent = false;
  ended_in_order_ = group.orderly_stop;
  last_durable_ = group.number;
  last_committed_sent_at_ = sent_at;
  fold_.committed(group);
  if (group.fold && group.fold->position) last_fold_ = real_time();
  if (group.renews_term) last_renewal_ = sent_at;
  if (!group.forgotten_answers.empty()) state_.forget_answers(group.forgotten_answers);
  usual_size_ += (static_cast<double>(flight.cases.size()) - usual_size_) / 8;
  for (const auto& place : flight.draft.noted_places()) realm_.observer.report(place);
  release(flight.cases);
}

Reign::Fate Reign::settle(std::size_t first, const storage::CommitResult& result) {
  if (std::holds_alternative<storage::Committed>(result)) {
    conclude(flights_[first], flights_[first].sent_at);
    release_unsent();
    return Fate::goes_on;
  }
  if (const auto* doubt = std::get_if<storage::InDoubt>(&result)) return recover(first, doubt->what);

  // Nothing of it is durable, nor will be of those behind it.
  if (std::holds_alternative<storage::Deposed>(result)) {
    take_back_from(first);
    answer_from(0, model::ErrorCode::server_busy);
    return Fate::deposed;
  }
  if (const auto lost = drain(first + 1)) return recover(first, lost->what);
  take_back_from(first);
  if (const auto* failed = std::get_if<storage::NotCommitted>(&result)) {
    realm_.observer.report(GroupNotCommitted{failed->what});
    no_housekeeping_before_ = real_time() + pause_after_failure;
    stand_still_from(flights_[first].sent_at);
    answer_from(first, model::ErrorCode::server_busy);
  } else {
    if (const auto* refused = std::get_if<storage::RefusedForItsData>(&result)) {
      no_housekeeping_before_ = real_time() + pause_after_failure;
      look_for_culprit(flights_[first], refused->what);
    }
    decide_again_from(first);
  }
  return Fate::goes_on;
}

/// Reads what became of the groups behind one that failed: they failed on the fence.
std::optional<storage::InDoubt> Reign::drain(std::size_t behind) {
  for (; behind < flights_.size(); ++behind) {
    if (!flights_[behind].is_sent) continue;
    storage::CommitResult result;
    do {
      result = await(flights_[behind].sent_at);
    } while (std::holds_alternative<storage::StillWaiting>(result));
    if (std::holds_alternative<storage::Committed>(result))
      throw std::logic_error{"a group was committed behind one that was not"};
    if (auto* lost = std::get_if<storage::InDoubt>(&result)) return std::move(*lost);
  }
  return std::nullopt;
}

/// The connection was lost with groups on their way: nobody is answered until the ledger itself has told their fate.
Reign::Fate Reign::recover(std::size_t first, const std::string& what) {
  realm_.state = WriterState::recovering;
  realm_.observer.report(DatabaseLost{what});
  const Time lost_at = real_time();
  stand_still_from(flights_[first].sent_at);
  const storage::Doubt doubt{flights_[first].draft.group().number, epoch_};
  const auto in_doubt = static_cast<std::size_t>(std::ranges::count_if(flights_, &Flight::is_sent));
  while (true) {
    const Time asked_at = real_time();
    const auto result = realm_.ledger.recover(doubt, realm_.options.term, realm_.clock.now().wall);
    if (const auto* recovered = std::get_if<storage::Recovered>(&result)) {
      realm_.observer.report(
          DatabaseBack{.groups_in_doubt = in_doubt,
                       .groups_committed = recovered->groups_committed,
                       .outage = std::chrono::duration_cast<std::chrono::milliseconds>(real_time() - lost_at)});
      realm_.state = WriterState::writing;
      go_on_after(*recovered, asked_at);
      return Fate::goes_on;
    }
    if (const auto* deposed = std::get_if<storage::Deposed>(&result)) {
      conclude_first(deposed->groups_committed, asked_at);
      answer_from(0, deposed->fate_is_lost ? model::ErrorCode::outcome_unknown : model::ErrorCode::server_busy);
      return Fate::deposed;
    }
    look_after_waiting();
    turn_away(realm_.queue.take_all());
    if (realm_.queue.is_closed() && real_time() >= realm_.give_up_at.load()) {
      answer_from(0, model::ErrorCode::outcome_unknown);
      return Fate::gave_up;
    }
    // A closed queue would wake the wait at once, and the database be asked in a tight loop.
    realm_.queue.is_closed() ? std::this_thread::sleep_for(recover_pause) : realm_.queue.wait_closed(recover_pause);
  }
}

void Reign::go_on_after(const storage::Recovered& recovered, Time asked_at) {
  time_goes_on();
  conclude_first(recovered.groups_committed, asked_at);
  const std::size_t void_from = first_sent();
  take_back_from(void_from);
  decide_again_from(void_from);
  epoch_ = {recovered.opening.value};
  last_durable_ = recovered.opening;
  last_sent_ = recovered.opening;
  last_committed_sent_at_ = asked_at;
  last_renewal_ = asked_at;
  ended_in_order_ = false;  // the term was opened anew
  release_unsent();
}

void Reign::conclude_first(std::size_t count, Time sent_at) {
  for (auto& flight : flights_) {
    if (count == 0) return;
    if (!flight.is_sent) continue;
    conclude(flight, sent_at);
    --count;
  }
}

void Reign::take_back(Flight& flight) {
  flight.draft.undo();
  flight.is_sent = false;
  if (flight.keeps_house) fold_.portion_failed();
}

void Reign::take_back_from(std::size_t first) {
  for (std::size_t next = flights_.size(); next > first; --next) take_back(flights_[next - 1]);
  last_sent_ = last_durable_;
}

/// Only the culprit is refused; who alone fails is the culprit.
void Reign::look_for_culprit(Flight& flight, const std::string& what) {
  if (flight.cases.empty() || flight.is_alone) {
    realm_.observer.report(CommandPoisonous{what});
    answer_all(flight.cases, model::ErrorCode::internal_failure);
    return;
  }
  for (auto& each : flight.cases) {
    if (!each.answered) one_by_one_.push_back(std::move(each.request));
  }
  flight.cases.clear();
}

void Reign::decide_again_from(std::size_t first) {
  for (std::size_t next = first; next < flights_.size(); ++next) {
    for (auto& each : flights_[next].cases) {
      if (!each.answered) again_.push_back(std::move(each.request));
    }
  }
  while (flights_.size() > first) flights_.pop_back();
}

void Reign::answer_from(std::size_t first, model::ErrorCode code) {
  for (std::size_t next = first; next < flights_.size(); ++next) answer_all(flights_[next].cases, code);
  while (flights_.size() > first) flights_.pop_back();
}

void Reign::keep_house(Draft& draft, bool is_idle, Housekeeping housekeeping) {
  if (housekeeping == Housekeeping::none) return;
  const bool last = housekeeping == Housekeeping::last;
  if (!last) {
    if (const auto ended = end_idle_sessions(draft, realm_.options.rules)) {
      realm_.observer.report(SessionsEndedIdle{ended});
    }
    keep_floating_house(draft, realm_.observer);
    draft.group().forgotten_answers = state_.answers().outdated(now().wall);
  }
  contacts_.fold(draft, real_time(), realm_.options.contacts_folded_every);
  fold_tables(draft, is_idle, last);
  if (renewal_is_due()) draft.group().renews_term = true;
}

void Reign::fold_tables(Draft& draft, bool is_idle, bool all) {
  const bool due = is_idle || all || fold_.is_running() || real_time() - last_fold_ >= realm_.options.fold_under_load;
  if (!fold_.has_work() || !due) return;
  draft.group().fold = fold_.next_portion(state_, draft.group().number, last_durable_, realm_.options.fold_portion_max);
}

/// Everything folded, and a last group that ends the term, so that the next writer need not wait.
Reign::Fate Reign::stop_in_order() {
  no_housekeeping_before_ = real_time();
  while (fold_.has_work() && real_time() < realm_.give_up_at.load()) {
    launch({}, Housekeeping::last);
    if (const Fate fate = land_all(); fate != Fate::goes_on) return fate;
    const bool database_is_sick = no_housekeeping_before_ > real_time();
    if (database_is_sick) break;  // the next writer folds what it replays
  }
  // Not the first only: one that was in doubt ends behind the opening group of its recovery.
  for (int attempt = 0; attempt < stop_attempts && !ended_in_order_; ++attempt) {
    Flight& last = new_flight();
    write_all_contacts(last.draft);
    write_leases(last.draft);
    last.draft.group().orderly_stop = true;
    send(last);
    if (const Fate fate = land_all(); fate != Fate::goes_on) return fate;
  }
  return Fate::goes_on;
}

/// What touches no row leaves behind the groups before it, and only from a memory that is known to be the truth.
void Reign::release_unsent() {
  while (!flights_.empty() && !flights_.front().is_sent) {
    Flight& first = flights_.front();
    if (!first.cases.empty() && !memory_is_fresh()) {
      // The next group that is committed tells; when none is on its way, an empty one.
      if (first_sent() < flights_.size()) return;
      first.draft.group().number = last_sent_.next();
      first.draft.group().epoch = epoch_;
      return send(first);
    }
    release(first.cases);
    flights_.pop_front();
  }
}

void Reign::release(Cases& cases) {
  for (auto& each : cases) {
    if (!each.answered)
      outbox_.put(each.request.sink, {.ticket = each.request.ticket, .outcome = std::move(each.outcome)});
  }
  cases.clear();
}

void Reign::answer_all(Cases& cases, model::ErrorCode code) {
  for (auto& each : cases) each.outcome = refusal(code);
  release(cases);
}

/// Whose time is over hears that the outcome is unknown, or, when nothing was done for it yet, that we are busy.
void Reign::look_after_waiting() {
  const Time time = real_time();
  looked_after_waiting_at_ = time;
  for (auto& flight : flights_) {
    for (auto& each : flight.cases) {
      if (each.answered || each.request.deadline > time) continue;
      each.answered = true;
      outbox_.put(each.request.sink,
                  {.ticket = each.request.ticket, .outcome = refusal(model::ErrorCode::outcome_unknown)});
    }
  }
  turn_away(realm_.queue.take_expired(time));
}

void Reign::turn_away(std::vector<Request>&& requests) {
  for (const auto& request : requests)
    outbox_.put(request.sink, {.ticket = request.ticket, .outcome = refusal(model::ErrorCode::server_busy)});
  outbox_.deliver();
}

}  // namespace tally::engine
