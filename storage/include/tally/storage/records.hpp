#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tally/model/allotment.hpp"
#include "tally/model/answer.hpp"
#include "tally/model/catalog.hpp"
#include "tally/model/consumption.hpp"
#include "tally/model/event.hpp"
#include "tally/model/lock.hpp"
#include "tally/model/numerator.hpp"
#include "tally/model/session.hpp"

namespace tally::storage {

/// A session that ended, as its row will say.
struct SessionEnd {
  model::SessionId session;
  model::Instant ended_at;
  std::string reason;
};

struct SettingsChange {
  model::SessionId session;
  model::Settings settings;
};

struct OfflineChange {
  model::SessionId session;
  bool offline = false;
  std::vector<model::Guid> remembered;
};

struct LastContact {
  model::SessionId session;
  model::Instant at;
};

/// The catalogue as it is from this group on, with the identities of its counters.
struct CatalogChange {
  model::Catalog catalog;
  std::vector<model::CounterIdentity> counters;
  std::string file_hash;  ///< of the file that a start imported last; empty when none did
};

/// The answer to a command that the command line filed.
struct InboxAnswer {
  model::InboxId id;
  model::Outcome outcome;
};

/// Who writes: what a stand-by must know to reach the writer, and to tell that its backend is gone.
struct TermRow {
  std::string advertise;  ///< address that requests are forwarded to
  std::string secret;     ///< the epoch's random secret by which the writer knows a forwarder
  std::chrono::milliseconds duration{};
};

/// A part of the folded tables: what balances and holds are, right for the group that carries it.
struct FoldPortion {
  std::vector<model::Balance> balances;
  std::vector<model::Hold> holds;
  std::vector<model::Token> ended_holds;
  /// Set in a fold's last portion: every event up to and including this group is in the tables now.
  std::optional<model::GroupNumber> position;
};

/// What a group changes of what numerators, locks and profiles are: a row for each key, as it is after the group. An
/// absent value is a row that is no more.
struct NumberRows {
  std::map<std::pair<model::AccountId, model::Guid>, model::Numerator> numerators;
  std::map<model::CounterId, model::Zone> zones;
  /// By zone and first number; the value is the last one.
  std::map<std::pair<model::CounterId, std::int32_t>, std::optional<std::int32_t>> taken_ranges;

  [[nodiscard]] bool empty() const { return numerators.empty() && zones.empty() && taken_ranges.empty(); }
};
/// What a group changes of consumption's settings and boundaries, and of the places of named users; as above.
using ConsumptionRows = std::map<model::CounterId, model::ConsumptionState>;
using RegistrationRows = std::map<std::pair<model::CounterId, std::string>, std::optional<model::Registration>>;
/// What tenants' services have after a group; as above, but none is ever absent.
using AllotmentRows = std::map<model::CounterId, model::Allotment>;

using LockRows = std::map<std::pair<model::AccountId, model::Guid>, std::optional<model::Lock>>;

/// Everything one transaction makes durable. Its number is the fence: it can be inserted only behind the group before
/// it, by the epoch that wrote that one.
struct Group {
  model::GroupNumber number;
  model::Epoch epoch;
  model::Token last_token;  ///< the last token given up to and including this group
  model::Instant at;
  std::vector<model::Event> events;  ///< tokens are consecutive and end at last_token

  std::vector<model::Session> sessions_opened;
  std::vector<SessionEnd> sessions_ended;
  std::vector<SettingsChange> settings_changed;
  std::vector<OfflineChange> offline_changed;
  std::vector<LastContact> last_contacts;
  std::optional<CatalogChange> catalog;
  std::vector<model::RecordedAnswer> answers;
  std::vector<model::IdempotencyKey> forgotten_answers;
  std::vector<InboxAnswer> inbox_answers;
  NumberRows numbers;
  LockRows locks;
  std::vector<model::Profile> new_profiles;
  ConsumptionRows consumption;
  RegistrationRows registrations;
  AllotmentRows allotments;
  std::optional<FoldPortion> fold;
  bool renews_term = false;
  bool orderly_stop =
      false;  ///< the writer's last group: the term ends with it, and what is idle stays as idle as it is
};

/// All that a writer needs to go on where the last one stopped, read in one snapshot after the opening group.
struct Snapshot {
  model::Token last_token;
  model::GroupNumber fold_position;
  std::vector<model::Balance> balances;
  std::vector<model::Hold> holds;
  std::deque<model::Session> sessions;  ///< those that have not ended; who takes them frees their memory as it goes
  struct GroupEvents {
    model::GroupNumber group;
    model::Instant at;
    std::vector<model::Event> events;
  };
  std::vector<GroupEvents> later_groups;  ///< behind fold_position, in order
  model::Catalog catalog;
  std::vector<model::CounterIdentity> counters;
  std::string catalog_hash;
  std::vector<model::RecordedAnswer> answers;
  std::vector<model::Numerator> numerators;
  std::vector<model::Zone> zones;
  std::vector<model::TakenRange> taken_ranges;
  std::vector<model::Lock> locks;
  std::vector<model::Profile> profiles;
  std::vector<model::ConsumptionState> consumption;
  std::vector<model::Registration> registrations;
  std::vector<model::Allotment> allotments;
  std::optional<model::Instant> stopped_at;  ///< when the last writer stopped in order; absent after a crash
};

}  // namespace tally::storage
