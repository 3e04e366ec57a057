#include "reign.hpp"

#include <algorithm>
#include <ranges>
#include <thread>
#include <unordered_map>
#include <utility>

namespace tally::engine {
namespace {

using namespace std::chrono_literals;

constexpr auto receive_step = 50ms;
/// A group that waits longer makes new arrivals hear busy at once.
constexpr auto overdue = 1'000ms;
constexpr auto recover_pause = 100ms;
constexpr auto pause_after_failure = 1'000ms;
constexpr std::size_t contacts_per_group = 1'000;
constexpr int stop_attempts = 3;

model::Outcome refusal(model::ErrorCode code) { return std::unexpected{model::Refusal{code, {}}}; }

}  // namespace

Reign::Reign(Realm realm, const storage::Opened& opened, Time asked_at)
    : realm_{realm},
      state_{State::load(opened.snapshot, realm.clock.now())},
      epoch_{opened.opening.value},
      last_durable_{opened.opening},
      last_committed_sent_at_{asked_at},
      last_renewal_{last_committed_sent_at_},
      last_fold_{last_committed_sent_at_},
      last_contacts_{last_committed_sent_at_},
      contacts_folded_until_{realm.clock.now().wall},
      no_housekeeping_before_{last_committed_sent_at_} {
  for (const auto& group : opened.snapshot.later_groups) fold_.replayed(group.events);
  realm_.observer.report(ReignOpened{.opening = opened.opening,
                                     .sessions = state_.sessions().size(),
                                     .counters = state_.counters().size(),
                                     .groups_replayed = opened.snapshot.later_groups.size()});
}

Reign::End Reign::run() {
  const End end = run_to_end();
  turn_away(std::exchange(again_, {}));  // nothing was done for them
  return end;
}

Reign::End Reign::run_to_end() {
  while (true) {
    std::vector<Request> requests = std::exchange(again_, {});
    if (requests.empty()) requests = realm_.queue.take(realm_.options.group_max, next_duty() - real_time());
    if (requests.empty() && realm_.queue.is_closed()) {
      return stop_in_order() == Fate::deposed ? End::deposed : End::stopped;
    }
    switch (decide_and_commit(std::move(requests), Housekeeping::usual)) {
      case Fate::goes_on: break;
      case Fate::deposed: return End::deposed;
      case Fate::gave_up: return End::stopped;
    }
  }
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

bool Reign::renewal_is_due() const { return real_time() - last_renewal_ >= realm_.options.term.duration / 4; }

/// When the first of a line of sessions will have been silent for so long.
Reign::Time Reign::first_due(const std::list<model::SessionId>& line, std::chrono::milliseconds timeout) const {
  return line.empty() ? Time::max() : state_.session(line.front())->last_contact + paused_ + timeout;
}

/// When something is to be done although nobody asks.
Reign::Time Reign::next_duty() const {
  Time next = last_renewal_ + realm_.options.term.duration / 4;
  if (fold_.is_running()) next = last_fold_;
  if (fold_.has_work()) next = std::min(next, real_time() + realm_.options.fold_when_idle);
  if (!contacts_left_.empty()) next = real_time();
  next = std::min(next, last_contacts_ + realm_.options.contacts_folded_every);
  const auto& rules = realm_.options.rules;
  next = std::min(next, first_due(state_.longest_silent_first(), rules.idle_timeout));
  if (rules.offline_timeout)
    next = std::min(next, first_due(state_.offline_longest_silent_first(), *rules.offline_timeout));
  return std::max(next, no_housekeeping_before_);
}

Reign::Fate Reign::decide_and_commit(std::vector<Request>&& requests, Housekeeping housekeeping) {
  Draft draft{state_, now(), last_durable_.next(), epoch_};
  Cases cases;
  cases.reserve(requests.size());
  for (auto& request : requests) cases.push_back({.request = std::move(request), .outcome = {}, .answered = false});
  try {
    decide_all(draft, cases);
    if (real_time() >= no_housekeeping_before_) keep_house(draft, cases.empty(), housekeeping);
  } catch (const std::exception& error) {
    take_back(draft);
    no_housekeeping_before_ = real_time() + pause_after_failure;
    return retry_one_by_one(cases, housekeeping, error.what());
  }
  if (!draft.writes_something() && memory_is_fresh()) {
    release(cases);
    return Fate::goes_on;
  }
  return commit(draft, cases, housekeeping);
}

void Reign::decide_all(Draft& draft, Cases& cases) {
  const Time started_at = real_time();
  for (auto& each : cases) {
    // Nobody waits for it any more, and nothing was done for it: that is what busy says.
    const bool too_late = each.request.deadline <= started_at;
    each.outcome =
        too_late ? refusal(model::ErrorCode::server_busy) : decide(draft, realm_.options.rules, each.request);
  }
}

Reign::Fate Reign::commit(Draft& draft, Cases& cases, Housekeeping housekeeping) try {
  // Whatever is written, a stand-by must not wait in vain for the term to be renewed.
  if (renewal_is_due()) draft.group().renews_term = true;
  const Time sent_at = real_time();
  realm_.ledger.send(draft.group());
  return settle(draft, cases, await(cases, sent_at), sent_at, housekeeping);
} catch (const std::exception& error) {
  // The group may be on its way, and memory is no longer known to be the truth: only the ledger itself can tell.
  realm_.observer.report(
      GroupNotCommitted{std::string{"the ledger is opened and read anew after a failure of ours: "} + error.what()});
  realm_.ledger.abandon();
  answer_all(cases, model::ErrorCode::outcome_unknown);
  return Fate::deposed;
}

Reign::Fate Reign::settle(Draft& draft, Cases& cases, storage::CommitResult result, Time sent_at,
                          Housekeeping housekeeping) {
  if (std::holds_alternative<storage::Committed>(result)) {
    conclude(draft, cases, sent_at);
    return Fate::goes_on;
  }
  if (const auto* doubt = std::get_if<storage::InDoubt>(&result)) {
    stand_still_from(sent_at);
    return recover(draft, cases, doubt->what);
  }

  take_back(draft);
  no_housekeeping_before_ = real_time() + pause_after_failure;
  if (const auto* refused = std::get_if<storage::RefusedForItsData>(&result)) {
    return retry_one_by_one(cases, housekeeping, refused->what);
  }
  answer_all(cases, model::ErrorCode::server_busy);
  if (const auto* failed = std::get_if<storage::NotCommitted>(&result)) {
    realm_.observer.report(GroupNotCommitted{failed->what});
    stand_still_from(sent_at);
    return Fate::goes_on;
  }
  return Fate::deposed;
}

/// Waits for the group's fate; meanwhile callers whose time is over hear that the outcome is unknown.
storage::CommitResult Reign::await(Cases& cases, Time sent_at) {
  while (true) {
    auto result = realm_.ledger.receive(receive_step);
    if (!std::holds_alternative<storage::StillWaiting>(result)) {
      realm_.state = WriterState::writing;
      return result;
    }
    answer_expired(cases);
    turn_away(realm_.queue.take_expired(real_time()));
    const auto waited = real_time() - sent_at;
    if (waited > overdue) realm_.state = WriterState::recovering;
    if (waited > realm_.options.term.duration) {
      realm_.ledger.abandon();
      return storage::InDoubt{"no answer from the database"};
    }
  }
}

/// The group is durable.
void Reign::conclude(const Draft& draft, Cases& cases, Time sent_at) {
  const storage::Group& group = draft.group();
  time_goes_on();
  ended_in_order_ = group.orderly_stop;
  last_durable_ = group.number;
  last_committed_sent_at_ = sent_at;
  fold_.committed(group);
  if (group.fold && group.fold->position) last_fold_ = real_time();
  if (group.renews_term) last_renewal_ = sent_at;
  if (!group.forgotten_answers.empty()) state_.forget_answers(group.forgotten_answers);
  release(cases);
}

void Reign::take_back(Draft& draft) {
  draft.undo();
  fold_.portion_failed();
}

/// Only the culprit is refused; who alone fails is the culprit.
Reign::Fate Reign::retry_one_by_one(Cases& cases, Housekeeping housekeeping, const std::string& what) {
  const bool culprit_found = cases.size() == 1 && housekeeping == Housekeeping::none;
  if (cases.empty() || culprit_found) {
    realm_.observer.report(CommandPoisonous{what});
    answer_all(cases, model::ErrorCode::internal_failure);
    return Fate::goes_on;
  }
  for (std::size_t next = 0; next < cases.size(); ++next) {
    if (cases[next].answered) continue;
    std::vector<Request> one;
    one.push_back(std::move(cases[next].request));
    cases[next].answered = true;
    const Fate fate = decide_and_commit(std::move(one), Housekeeping::none);
    if (fate == Fate::goes_on) continue;
    answer_all(cases, model::ErrorCode::server_busy);
    return fate;
  }
  return Fate::goes_on;
}

/// The connection was lost with the group on its way: nobody is answered until the ledger itself has told its fate.
Reign::Fate Reign::recover(Draft& draft, Cases& cases, const std::string& what) {
  realm_.state = WriterState::recovering;
  realm_.observer.report(DatabaseLost{what});
  const Time lost_at = real_time();
  while (true) {
    const Time asked_at = real_time();
    const auto result = realm_.ledger.recover(draft.group(), realm_.options.term, realm_.clock.now().wall);
    if (const auto* recovered = std::get_if<storage::Recovered>(&result)) {
      realm_.observer.report(
          DatabaseBack{.doubtful_group_was_committed = recovered->group_was_committed,
                       .outage = std::chrono::duration_cast<std::chrono::milliseconds>(real_time() - lost_at)});
      realm_.state = WriterState::writing;
      return go_on_after(*recovered, draft, cases, asked_at);
    }
    if (const auto* deposed = std::get_if<storage::Deposed>(&result)) {
      if (deposed->group_was_committed) {
        release(cases);
      } else {
        answer_all(cases, deposed->fate_is_lost ? model::ErrorCode::outcome_unknown : model::ErrorCode::server_busy);
      }
      return Fate::deposed;
    }
    answer_expired(cases);
    turn_away(realm_.queue.take_all());
    if (realm_.queue.is_closed() && real_time() >= realm_.give_up_at.load()) {
      answer_all(cases, model::ErrorCode::outcome_unknown);
      return Fate::gave_up;
    }
    // A closed queue would wake the wait at once, and the database be asked in a tight loop.
    realm_.queue.is_closed() ? std::this_thread::sleep_for(recover_pause) : realm_.queue.wait_closed(recover_pause);
  }
}

Reign::Fate Reign::go_on_after(const storage::Recovered& recovered, Draft& draft, Cases& cases, Time asked_at) {
  time_goes_on();
  if (recovered.group_was_committed) {
    conclude(draft, cases, asked_at);
  } else {
    take_back(draft);
    for (auto& each : cases) {
      if (!each.answered) again_.push_back(std::move(each.request));
    }
  }
  epoch_ = {recovered.opening.value};
  last_durable_ = recovered.opening;
  last_committed_sent_at_ = asked_at;
  last_renewal_ = asked_at;
  ended_in_order_ = false;  // the term was opened anew
  return Fate::goes_on;
}

void Reign::keep_house(Draft& draft, bool is_idle, Housekeeping housekeeping) {
  if (housekeeping == Housekeeping::none) return;
  const bool last = housekeeping == Housekeeping::last;
  if (!last) {
    if (const auto ended = end_idle_sessions(draft, realm_.options.rules)) {
      realm_.observer.report(SessionsEndedIdle{ended});
    }
    draft.group().forgotten_answers = state_.answers().outdated(now().wall);
  }
  fold_contacts(draft);
  fold_tables(draft, is_idle, last);
  if (renewal_is_due()) draft.group().renews_term = true;
}

void Reign::fold_contacts(Draft& draft) {
  const bool due = real_time() - last_contacts_ >= realm_.options.contacts_folded_every;
  if (due && contacts_left_.empty()) {
    last_contacts_ = real_time();
    for (const auto* line : {&state_.longest_silent_first(), &state_.offline_longest_silent_first()}) {
      for (const auto& id : *line | std::views::reverse) {
        if (state_.session(id)->session.last_contact < contacts_folded_until_) break;
        contacts_left_.push_back(id);
      }
    }
    contacts_folded_until_ = draft.now().wall;
  }
  for (std::size_t count = 0; !contacts_left_.empty() && count < contacts_per_group; ++count) {
    fold_contact(draft, contacts_left_.back());
    contacts_left_.pop_back();
  }
}

/// Of every session, also of one that was not heard of: after a crash or an outage its row says too early a time.
void Reign::fold_all_contacts(Draft& draft) {
  for (const auto& [id, live] : state_.sessions()) fold_contact(draft, id);
}

/// Idle time is what must come back after a stop, so the row says when the session was last heard of by that measure.
void Reign::fold_contact(Draft& draft, const model::SessionId& id) {
  const LiveSession* live = state_.session(id);
  if (live == nullptr) return;
  const auto idle = std::chrono::floor<std::chrono::microseconds>(draft.now().monotonic - live->last_contact);
  draft.group().last_contacts.push_back({.session = id, .at = draft.now().wall - idle});
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
    if (const Fate fate = decide_and_commit({}, Housekeeping::last); fate != Fate::goes_on) return fate;
    const bool database_is_sick = no_housekeeping_before_ > real_time();
    if (database_is_sick) break;  // the next writer folds what it replays
  }
  // Not the first only: one that was in doubt ends behind the opening group of its recovery.
  for (int attempt = 0; attempt < stop_attempts && !ended_in_order_; ++attempt) {
    Draft draft{state_, now(), last_durable_.next(), epoch_};
    fold_all_contacts(draft);
    draft.group().orderly_stop = true;
    Cases nobody;
    if (const Fate fate = commit(draft, nobody, Housekeeping::none); fate != Fate::goes_on) return fate;
  }
  return Fate::goes_on;
}

/// One vector for each thread that asked.
void Reign::release(Cases& cases) {
  std::unordered_map<ReplySink*, std::vector<Reply>> replies;
  for (auto& each : cases) {
    if (each.answered || each.request.sink == nullptr) continue;
    each.answered = true;
    replies[each.request.sink].push_back({.ticket = each.request.ticket, .outcome = std::move(each.outcome)});
  }
  for (auto& [sink, batch] : replies) sink->deliver(std::move(batch));
}

void Reign::answer_all(Cases& cases, model::ErrorCode code) {
  for (auto& each : cases) each.outcome = refusal(code);
  release(cases);
}

void Reign::answer_expired(Cases& cases) {
  const Time time = real_time();
  for (auto& each : cases) {
    if (each.answered || each.request.deadline > time) continue;
    each.answered = true;
    if (each.request.sink == nullptr) continue;
    each.request.sink->deliver(
        {{.ticket = each.request.ticket, .outcome = refusal(model::ErrorCode::outcome_unknown)}});
  }
}

void Reign::turn_away(std::vector<Request>&& requests) {
  Cases cases;
  for (auto& request : requests) {
    cases.push_back(
        {.request = std::move(request), .outcome = refusal(model::ErrorCode::server_busy), .answered = false});
  }
  release(cases);
}

}  // namespace tally::engine
