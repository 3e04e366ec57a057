#include "tally/engine/draft.hpp"

#include <algorithm>
#include <ranges>

#include "tally/engine/settings_rules.hpp"

namespace tally::engine {

namespace {

std::string address_of(const model::Session& session) {
  const auto* named = value_of(session.settings, "ComputerAddress");
  return named != nullptr && !named->empty() ? *named : session.address;
}

}  // namespace

Draft::Draft(State& state, model::Now now, model::GroupNumber number, model::Epoch epoch)
    : state_{state}, now_{now}, token_before_{state.last_token()} {
  group_.number = number;
  group_.epoch = epoch;
  group_.at = now.wall;
  group_.last_token = token_before_;
}

bool Draft::writes_something() const {
  const auto& g = group_;
  return !g.events.empty() || !g.sessions_opened.empty() || !g.sessions_ended.empty() || !g.settings_changed.empty() ||
         !g.offline_changed.empty() || !g.last_contacts.empty() || g.catalog || !g.answers.empty() ||
         !g.forgotten_answers.empty() || !g.inbox_answers.empty() || !g.numbers.empty() || !g.locks.empty() ||
         !g.new_profiles.empty() || !g.consumption.empty() || !g.registrations.empty() || !g.allotments.empty() ||
         g.fold || g.renews_term || g.orderly_stop;
}

model::Event& Draft::record(model::Event event) {
  event.token = state_.last_token_.next();
  state_.last_token_ = event.token;
  group_.last_token = event.token;
  group_.events.push_back(std::move(event));
  return group_.events.back();
}

void Draft::note_counts(const Counter& counter) {
  undo_.emplace_back(CountsBefore{counter.identity.id, counter.used, counter.gross, counter.high_water});
}

/// What a license counts besides its features goes by the license's own name.
std::string Draft::product_of(const Counter& counter) const {
  const std::string& code = counter.identity.feature;
  const LiveLicense* license = state_.license_of(counter);
  const bool is_of_license = code == model::users_code || code == model::connections_code;
  return is_of_license && license != nullptr ? license->license->name : counter.name;
}

void Draft::note_place(const model::Event& event, const Counter& counter, std::string address, std::string reason) {
  const bool is_taken = event.kind == model::EventKind::granted;
  places_.push_back({.what = is_taken ? PlaceReported::What::retained : PlaceReported::What::released,
                     .product = product_of(counter),
                     .in_use = event.used_after,
                     .user = event.user,
                     .address = std::move(address),
                     .token = event.hold,
                     .reason = std::move(reason)});
}

void Draft::take(const LiveSession& session, const Counter& counter, model::Event event) {
  note_counts(counter);
  event.counter = counter.identity.id;
  event.session = session.session.id;
  event.user = session.session.user;
  event.hold = state_.last_token_.next();
  event.balance_after = counter.balance(event.used_after);
  const auto& recorded = record(std::move(event));
  undo_.emplace_back(HoldMade{recorded.session, recorded.counter, recorded.token});
  if (notes_places_ && recorded.kind == model::EventKind::granted)
    note_place(recorded, counter, address_of(session.session), recorded.reason);
  state_.apply(recorded, now_.wall);
}

void Draft::grant(const LiveSession& session, const Counter& counter, model::Quantity quantity,
                  model::HolderKind holder, const Caller& caller, std::string reason) {
  take(session, counter,
       {.kind = model::EventKind::granted,
        .door = caller.door,
        .holder_kind = holder,
        .quantity = quantity,
        .used_after = counter.used + quantity,
        .gross_after = counter.gross + quantity,
        .reason = std::move(reason)});
}

void Draft::join(const LiveSession& session, const Counter& counter, model::Quantity quantity, const Caller& caller,
                 std::string reason) {
  take(session, counter,
       {.kind = model::EventKind::joined,
        .door = caller.door,
        .holder_kind = model::HolderKind::connection,
        .quantity = quantity,
        .used_after = counter.used,
        .gross_after = counter.gross,
        .reason = std::move(reason)});
}

void Draft::refuse(const model::SessionId& session, const std::string& user, const Counter& counter,
                   model::Quantity quantity, const Caller& caller, std::string reason) {
  record({.kind = model::EventKind::refused,
          .door = caller.door,
          .counter = counter.identity.id,
          .session = session,
          .user = user,
          .quantity = quantity,
          .used_after = counter.used,
          .gross_after = counter.gross,
          .balance_after = counter.balance(counter.used),
          .reason = std::move(reason)});
}

void Draft::give_back(const LiveSession& session, const model::Hold& hold, model::Door door, std::string reason) {
  const Counter* counter = state_.counter(hold.counter);
  if (counter == nullptr) return;
  const bool others_stay =
      hold.holder_kind == model::HolderKind::connection && state_.sharers(session.session, hold.counter) > 1;
  // Below 0 only if the ledger were damaged; a count that can't be right is not made worse.
  const model::Quantity used = others_stay ? counter->used : std::max(counter->used - hold.quantity, model::Quantity{});
  note_counts(*counter);
  undo_.emplace_back(HoldEnded{hold});
  const auto& event = record({.kind = others_stay ? model::EventKind::left : model::EventKind::given_back,
                              .door = door,
                              .counter = hold.counter,
                              .session = session.session.id,
                              .user = session.session.user,
                              .holder_kind = hold.holder_kind,
                              .hold = hold.token,
                              .quantity = hold.quantity,
                              .used_after = used,
                              .gross_after = counter->gross,
                              .balance_after = counter->balance(used),
                              .reason = std::move(reason)});
  if (notes_places_ && !others_stay) note_place(event, *counter, address_of(session.session), hold.reason);
  state_.apply(event, now_.wall);
}

void Draft::open_session(model::Session session, model::Door door) {
  record({.kind = model::EventKind::session_opened,
          .door = door,
          .session = session.id,
          .user = session.user,
          .reason = {}});
  const model::SessionId id = session.id;
  group_.sessions_opened.push_back(session);
  state_.insert_session(
      {.session = std::move(session), .last_contact = now_.monotonic, .held = {}, .place_in_line = {}});
  undo_.emplace_back(RareStep{[id](State& state) { state.extract_session(id); }});
}

void Draft::end_session(const LiveSession& session, model::Door door, std::string reason) {
  record({.kind = model::EventKind::session_ended,
          .door = door,
          .session = session.session.id,
          .user = session.session.user,
          .reason = reason});
  group_.sessions_ended.push_back({.session = session.session.id, .ended_at = now_.wall, .reason = std::move(reason)});
  auto kept = std::make_shared<LiveSession>(state_.extract_session(session.session.id));
  undo_.emplace_back(RareStep{[kept](State& state) { state.insert_session(std::move(*kept)); }});
}

void Draft::set_offline(const LiveSession& session, bool offline, std::vector<model::Guid> remembered) {
  const model::SessionId id = session.session.id;
  // One row a session, as with settings.
  const auto earlier = std::ranges::find(group_.offline_changed, id, &storage::OfflineChange::session);
  if (earlier != group_.offline_changed.end()) {
    earlier->offline = offline;
    earlier->remembered = remembered;
  } else {
    group_.offline_changed.push_back({.session = id, .offline = offline, .remembered = remembered});
  }
  undo_.emplace_back(
      RareStep{[id, was_offline = session.session.offline, remembered_before = session.session.remembered](
                   State& state) { state.set_offline(id, was_offline, remembered_before); }});
  state_.set_offline(id, offline, std::move(remembered));
}

void Draft::change_settings(const LiveSession& session, model::Settings settings) {
  const model::SessionId id = session.session.id;
  // One row a session: of two in one statement the database would take either.
  const auto earlier = std::ranges::find(group_.settings_changed, id, &storage::SettingsChange::session);
  if (earlier != group_.settings_changed.end()) {
    earlier->settings = settings;
  } else {
    group_.settings_changed.push_back({.session = id, .settings = settings});
  }
  auto& stored = state_.sessions_.at(id).session.settings;
  undo_.emplace_back(
      RareStep{[id, before = stored](State& state) { state.sessions_.at(id).session.settings = before; }});
  stored = std::move(settings);
}

void Draft::replace_catalog(storage::CatalogChange change) {
  auto before = std::make_shared<storage::CatalogChange>();
  before->catalog = state_.catalog_;
  before->file_hash = state_.catalog_hash_;
  for (const auto& [id, counter] : state_.counters_) before->counters.push_back(counter.identity);
  undo_.emplace_back(
      RareStep{[before](State& state) { state.set_catalog(before->catalog, before->counters, before->file_hash); }});
  state_.set_catalog(change.catalog, change.counters, change.file_hash);
  group_.catalog = std::move(change);
}

void Draft::remember(model::RecordedAnswer answer) {
  undo_.emplace_back(RareStep{[key = answer.key](State& state) { state.answers_.take_back(key); }});
  state_.answers_.record(answer);
  group_.answers.push_back(std::move(answer));
}

void Draft::answer_inbox(model::InboxId row, const model::Outcome& outcome) {
  group_.inbox_answers.push_back({.id = row, .outcome = outcome});
}

void Draft::undo() {
  for (auto& step : undo_ | std::views::reverse) {
    if (const auto* counts = std::get_if<CountsBefore>(&step)) {
      Counter& counter = state_.counters_.at(counts->counter);
      counter.used = counts->used;
      counter.gross = counts->gross;
      counter.high_water = counts->high_water;
    } else if (const auto* made = std::get_if<HoldMade>(&step)) {
      state_.remove_hold(made->session, made->counter, made->token);
    } else if (const auto* ended = std::get_if<HoldEnded>(&step)) {
      state_.add_hold(ended->hold);
    } else {
      std::get<RareStep>(step)(state_);
    }
  }
  undo_.clear();
  state_.last_token_ = token_before_;
  storage::Group empty;
  empty.number = group_.number;
  empty.epoch = group_.epoch;
  empty.at = group_.at;
  empty.last_token = token_before_;
  group_ = std::move(empty);
}

}  // namespace tally::engine
