#pragma once

#include <functional>
#include <variant>
#include <vector>

#include "tally/engine/command.hpp"
#include "tally/engine/state.hpp"
#include "tally/engine/writer_observer.hpp"
#include "tally/storage/records.hpp"

namespace tally::engine {

/// Numbers that are to be taken.
struct NumbersWanted {
  model::ZoneKey zone;
  model::Guid zone_id;  ///< derived from the key, by the door
  model::NumberRange numbers;
  model::Guid for_user;
};

/// The group that is being decided: each step is applied to the state at once, so that the next command sees it, noted
/// for the ledger, and can be taken back while the group is not durable.
class Draft {
 public:
  Draft(State& state, model::Now now, model::GroupNumber number, model::Epoch epoch);
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] const model::Now& now() const { return now_; }
  [[nodiscard]] const storage::Group& group() const { return group_; }
  /// For what is written but is no step of a rule: folds, contacts, terms.
  [[nodiscard]] storage::Group& group() { return group_; }
  /// From now on notes what an observer is to hear of places once the group is durable.
  void note_places() { notes_places_ = true; }
  [[nodiscard]] const std::vector<PlaceReported>& noted_places() const { return places_; }
  /// True when something must become durable before answers may leave.
  [[nodiscard]] bool writes_something() const;

  void touch(const model::SessionId& session) { state_.touch(session, now_); }

  /// Takes `quantity` of a counter for a session, or for its connection: the ledger's `granted`.
  void grant(const LiveSession& session, const Counter& counter, model::Quantity quantity, model::HolderKind holder,
             const Caller& caller, std::string reason = {});
  /// Lets a session share the place that its connection has of a counter: the ledger's `joined`.
  void join(const LiveSession& session, const Counter& counter, model::Quantity quantity, const Caller& caller,
            std::string reason = {});
  /// The ledger's `refused`; changes no count.
  void refuse(const model::SessionId& session, const std::string& user, const Counter& counter,
              model::Quantity quantity, const Caller& caller, std::string reason);
  /// Ends a hold: the ledger's `given back`, or `left` while others of its connection go on using the place.
  void give_back(const LiveSession& session, const model::Hold& hold, model::Door door, std::string reason);
  void open_session(model::Session session, model::Door door);
  /// The session must hold nothing any more.
  void end_session(const LiveSession& session, model::Door door, std::string reason);
  /// What an offline session remembers is taken again when it comes back; an online session remembers nothing.
  void set_offline(const LiveSession& session, bool offline, std::vector<model::Guid> remembered);
  void change_settings(const LiveSession& session, model::Settings settings);
  void replace_catalog(storage::CatalogChange change);

  /// Takes numbers that are free and within bounds: the ledger's `number_taken`. A zone, and its numerator, comes to be
  /// when its first number is taken.
  model::CounterId take_numbers(const LiveSession& session, const Caller& caller, const NumbersWanted& wanted);
  /// Nothing happens when none of them is taken.
  void release_numbers(const LiveSession& session, const Caller& caller, const LiveZone& zone,
                       model::NumberRange numbers);
  void change_bounds(const LiveSession& session, const Caller& caller, const model::Numerator& numerator);
  /// In memory only, like all of a cursor.
  void open_cursor(const LiveSession& session, NumberCursor cursor);
  void close_cursor(const LiveSession& session, const model::Guid& id);

  /// In the place of an earlier lock of the same resource.
  void lock(const LiveSession& session, const Caller& caller, const model::Lock& lock);
  void unlock(const LiveSession& session, model::Door door, const model::Lock& lock, std::string reason);
  void know_user(const model::Profile& profile);

  /// Units are used up, or given back where the quantity is below 0: the ledger's `granted` and `given back`, without
  /// a hold.
  void consume(const Counter& counter, const std::string& user, model::Quantity quantity, const Caller& caller);
  /// The end of a period. What was used is 0 again, the ledger's `reset`; nothing is noted there when it was 0 anyway.
  void reset(const Counter& counter, model::Boundary next);
  void set_boundary(const Counter& counter, std::optional<model::Boundary> boundary);
  /// The ledger's `adjusted`, which has a changed limit: no count changes.
  void adjust(const Counter& counter, const std::string& user, const Caller& caller, std::string reason);
  /// An `adjusted` line, too. Absent: as the catalogue says.
  void set_overages(const Counter& counter, std::optional<model::Overages> overages, const std::string& user,
                    const Caller& caller);

  /// A named user takes a place: the ledger's `granted`. Token and counts of the row are filled in.
  void register_user(const Counter& counter, LiveRegistration registration, const Caller& caller);
  /// A place that the user has is held longer. Only what is to outlive a crash is written.
  void renew(LiveRegistration registration, bool write);
  /// The ledger's `given back`, or `expired`.
  void unregister(const model::Registration& registration, model::EventKind kind, model::Door door, std::string reason);

  /// A tenant's service has so much of a product from now on: the ledger's `allotted`. Of a product that the account
  /// does not know it has nothing, and nothing happens.
  void allot(const model::TenantService& holder, const std::string& product, model::Quantity quantity,
             const Caller& caller);

  void remember(model::RecordedAnswer answer);
  void answer_inbox(model::InboxId row, const model::Outcome& outcome);

  /// Takes everything back, latest first. The group is void afterwards.
  void undo();

 private:
  struct CountsBefore {
    model::CounterId counter;
    model::Quantity used, gross, high_water;
  };
  struct HoldEnded {
    model::Hold hold;
  };
  struct HoldMade {
    model::SessionId session;
    model::CounterId counter;
    model::Token token;
  };
  using RareStep = std::function<void(State&)>;
  using Step = std::variant<CountsBefore, HoldMade, HoldEnded, RareStep>;

  model::Event& record(model::Event event);
  const LiveZone& zone_for(const model::AccountId& account, const NumbersWanted& wanted);
  void put_numerator(const model::Numerator& numerator);
  void note_change(const model::Zone& before, const RangeChange& change);
  void note_counts(const Counter& counter);
  void put_consumption(const Counter& counter, const model::ConsumptionState& after);
  void take(const LiveSession& session, const Counter& counter, model::Event event);
  [[nodiscard]] std::string product_of(const Counter& counter) const;
  void note_place(const model::Event& event, const Counter& counter, std::string address, std::string reason);

  State& state_;
  model::Now now_;
  model::Token token_before_;
  storage::Group group_;
  std::vector<Step> undo_;
  bool notes_places_ = false;
  std::vector<PlaceReported> places_;
};

}  // namespace tally::engine
