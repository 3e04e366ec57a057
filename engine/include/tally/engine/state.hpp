#pragma once

#include <forward_list>
#include <list>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "tally/engine/allotments.hpp"
#include "tally/engine/idempotency.hpp"
#include "tally/engine/locks.hpp"
#include "tally/engine/numerators.hpp"
#include "tally/engine/profiles.hpp"
#include "tally/engine/registrations.hpp"
#include "tally/engine/reset_calendar.hpp"
#include "tally/model/catalog.hpp"
#include "tally/model/event.hpp"
#include "tally/model/session.hpp"
#include "tally/storage/records.hpp"

namespace tally::engine {

/// One counted quantity with what the catalogue says of it now.
struct Counter {
  model::CounterIdentity identity;
  std::string name;
  std::optional<model::Quantity> maximum;  ///< absent = unlimited
  model::CountBy count_by = model::CountBy::increment;
  std::optional<model::Instant> valid_from;
  std::optional<model::Instant> valid_until;
  bool enabled = true;
  bool in_catalog = false;                    ///< false: it was removed by force, and waits for its places to come back
  model::ConsumptionRule rule;                ///< of the kind consumption, as the catalogue says
  std::optional<std::chrono::seconds> lease;  ///< how long a named user keeps a place unrenewed; absent: for ever

  model::Quantity used;
  model::Quantity gross;
  model::Quantity high_water;
  std::optional<model::Overages> client_overages;  ///< what a request has set in the place of the catalogue's
  std::optional<model::Boundary> boundary;         ///< when use returns to 0 next

  [[nodiscard]] const model::Overages& overages() const { return client_overages ? *client_overages : rule.overages; }
  /// How far use may go: the maximum and the allowed overage. Absent: without a limit.
  [[nodiscard]] std::optional<model::Quantity> limit() const { return limit_with(overages()); }
  [[nodiscard]] std::optional<model::Quantity> limit_with(const model::Overages& overages) const;
  /// What is left below the limit; absent without one.
  [[nodiscard]] std::optional<model::Quantity> balance(model::Quantity after_use) const {
    const auto most = limit();
    return most ? std::optional{*most - after_use} : std::nullopt;
  }
  [[nodiscard]] bool valid_at(model::Instant at) const {
    return enabled && (!valid_from || *valid_from <= at) && (!valid_until || at < *valid_until);
  }
  [[nodiscard]] bool has_room_for(model::Quantity quantity) const {
    const auto most = limit();
    return !most || used + quantity <= *most;
  }
};

/// A license of the catalogue with the counters of what it counts; 0 where there is none.
struct LiveLicense {
  const model::License* license = nullptr;
  model::CounterId consumption;
  model::CounterId users;
  std::unordered_map<std::string, model::CounterId> features;  ///< by their codes
};

/// A session's places of one counter, oldest first. Never empty.
struct Held {
  std::vector<model::Hold> holds;
  [[nodiscard]] model::CounterId counter() const { return holds.front().counter; }
};

/// Which sessions count as one where connections are counted: those of a user on a computer (rule 7).
struct ConnectionKey {
  model::AccountId account;
  std::string user;
  std::string computer;  ///< its ASCII letters in lower case
  auto operator<=>(const ConnectionKey&) const = default;
};

/// A place that the sessions of a connection share.
struct SharedPlace {
  model::CounterId counter;
  std::size_t sharers = 0;  ///< holds of sessions that use it; never 0
};

/// A list of numbers that is read page by page: rendered when it is read, so it costs nothing to keep.
struct NumberCursor {
  model::Guid id;
  model::ZoneKey zone;
  model::NumberRange numbers;
};

struct LiveSession;
/// Sessions by last contact, the one that has been silent longest first.
using SessionLine = std::list<const LiveSession*>;

struct LiveSession {
  model::Session session;
  std::chrono::steady_clock::time_point last_contact;
  std::vector<Held> held;
  SessionLine::iterator place_in_line;
  std::forward_list<NumberCursor> cursors;  ///< in memory only: a restart closes them. Few sessions have any
};

/// All that decisions need, in memory. Belongs to one thread. Rules read it; only Draft and loading change it.
class State {
 public:
  /// Replays a snapshot; it decides nothing. After an orderly stop what was idle stays as idle as it was, with the
  /// stop's length added; after a crash idle time begins anew (design rule 4). A snapshot that is handed over is not
  /// copied: it is as large as the state.
  static State load(storage::Snapshot snapshot, model::Now now);

  [[nodiscard]] const Counter* counter(model::CounterId id) const;
  [[nodiscard]] const LiveSession* session(const model::SessionId& id) const;
  [[nodiscard]] const model::Account* account(const model::AccountId& id) const;
  [[nodiscard]] const std::unordered_map<model::SessionId, LiveSession>& sessions() const { return sessions_; }
  [[nodiscard]] const std::unordered_map<model::CounterId, Counter>& counters() const { return counters_; }
  [[nodiscard]] const model::Catalog& catalog() const { return catalog_; }
  [[nodiscard]] const std::string& catalog_hash() const { return catalog_hash_; }
  [[nodiscard]] const AnswerBook& answers() const { return answers_; }
  [[nodiscard]] const Numerators& numerators() const { return numerators_; }
  [[nodiscard]] const Locks& locks() const { return locks_; }
  [[nodiscard]] const Profiles& profiles() const { return profiles_; }
  [[nodiscard]] const Registrations& registrations() const { return registrations_; }
  [[nodiscard]] const Allotments& allotments() const { return allotments_; }
  [[nodiscard]] const ResetCalendar& resets() const { return resets_; }
  /// Of all counters, zones and allotments; 0 when there is none.
  [[nodiscard]] model::CounterId highest_counter() const;
  [[nodiscard]] model::Token last_token() const { return last_token_; }

  /// The account's counters for an option, in the catalogue's order; empty when no license knows it.
  [[nodiscard]] const std::vector<model::CounterId>& counters_for(const model::AccountId& account,
                                                                  const model::Guid& option) const;

  /// The account's licenses for a product, in the catalogue's order; empty when there is none.
  [[nodiscard]] const std::vector<LiveLicense>& licenses_for(const model::AccountId& account,
                                                             const std::string& product) const;
  /// What an account's tenants have of a product; null where the account does not own it.
  [[nodiscard]] const Counter* counter_of_product(const model::AccountId& account, const std::string& code) const;
  /// The license that a counter belongs to; null when it has left the catalogue.
  [[nodiscard]] const LiveLicense* license_of(const Counter& counter) const;
  /// Whether the catalogue counts something that has no counter yet, as it can after an earlier version of Tally.
  [[nodiscard]] bool lacks_counters() const { return lacks_counters_; }

  /// The counter of the connections to an account's licenses; null where they are not limited.
  [[nodiscard]] const Counter* connections_of(const model::AccountId& account) const;

  /// The places that the session's connection shares; empty when it shares none.
  [[nodiscard]] const std::vector<SharedPlace>& shared_by_connection_of(const model::Session& session) const;
  /// How many sessions use the place of this counter that the session's connection shares.
  [[nodiscard]] std::size_t sharers(const model::Session& session, model::CounterId counter) const;

  /// Online sessions.
  [[nodiscard]] const SessionLine& longest_silent_first() const { return online_line_; }
  [[nodiscard]] const SessionLine& offline_longest_silent_first() const { return offline_line_; }

  /// A session was heard of. Memory only, and never undone: it was.
  void touch(const model::SessionId& id, model::Now now);

  /// Answers whose removal is durable.
  void forget_answers(const std::vector<model::IdempotencyKey>& keys) { answers_.forget(keys); }

 private:
  friend class Draft;

  void apply(const model::Event& event, model::Instant at);
  void add_hold(const model::Hold& hold);
  std::optional<model::Hold> remove_hold(const model::SessionId& session, model::CounterId counter, model::Token token);
  void insert_session(LiveSession live);
  LiveSession extract_session(const model::SessionId& id);
  void set_offline(const model::SessionId& id, bool offline, std::vector<model::Guid> remembered);
  [[nodiscard]] SessionLine& line_of(const model::Session& session) {
    return session.offline ? offline_line_ : online_line_;
  }
  [[nodiscard]] SessionLine::iterator place_in_line(const LiveSession& live);
  void count_sharer(const model::Session& session, const model::Hold& hold, bool added);
  void set_catalog(model::Catalog catalog, const std::vector<model::CounterIdentity>& identities, std::string hash);
  void take_terms_from_catalog();
  void know_license(const model::AccountId& account, const model::License& license,
                    std::unordered_map<std::string, model::CounterId> counters);
  void put_consumption(const model::ConsumptionState& consumption);
  void enter_in_calendar(const Counter& counter);

  model::Token last_token_;
  std::unordered_map<model::CounterId, Counter> counters_;
  model::CounterId highest_in_catalog_;
  std::unordered_map<model::AccountId, std::unordered_map<model::Guid, std::vector<model::CounterId>>> options_;
  std::unordered_map<model::AccountId, model::CounterId> connections_;
  std::unordered_map<model::SessionId, LiveSession> sessions_;
  std::map<ConnectionKey, std::vector<SharedPlace>> shared_;
  SessionLine online_line_;
  SessionLine offline_line_;
  model::Catalog catalog_;
  std::string catalog_hash_;
  AnswerBook answers_;
  Numerators numerators_;
  Locks locks_;
  Profiles profiles_;
  Registrations registrations_;
  Allotments allotments_;
  ResetCalendar resets_;
  std::unordered_map<model::AccountId, std::unordered_map<std::string, std::vector<LiveLicense>>> products_;
  std::unordered_map<model::AccountId, std::unordered_map<std::string, model::CounterId>> owned_products_;
  bool lacks_counters_ = false;
};

}  // namespace tally::engine
