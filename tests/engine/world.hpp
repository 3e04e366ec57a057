#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fold.hpp"
#include "tally/engine/decide.hpp"
#include "tally/memory/memory_ledger.hpp"

namespace tally::engine::test {

inline constexpr std::chrono::minutes idle_timeout{300};

/// A guid that is told apart by its last bytes.
model::Guid guid(int number);

Caller user(const std::string& name = "DOM\\ivanov");
Caller administrator();
model::IdempotencyKey key(const std::string& key, const std::string& digest = "d", const std::string& caller = "c");

/// A floating feature whose option is guid(option).
model::Feature feature(int option, std::optional<std::int64_t> maximum,
                       model::CountBy count_by = model::CountBy::increment);
model::License license(std::int64_t id, std::vector<model::Feature> features);
/// Of account "default".
model::Catalog catalog(std::vector<model::License> licenses);
ImportCatalog import_of(model::Catalog catalog, bool force = false, std::string hash = "hash");

/// The settings of a client on that computer.
model::Settings on_computer(const std::string& name);

/// The id of a user's profile.
model::Guid profile_of(const std::string& user);
/// The guids that random histories take for numerators.
inline constexpr int first_numerator = 900;
inline constexpr int numerators_drawn = 3;

/// Everything a decision can depend on, as text; times of contact apart, which are never undone, and cursors, which no
/// store keeps.
std::string dump(const State& state);

/// The rules on a store in memory, without a thread: each ask() is decided and committed as a group of its own.
class World {
 public:
  World();
  explicit World(model::Catalog catalog);

  model::Outcome ask(Command command, const Caller& caller = user(), std::optional<model::IdempotencyKey> key = {});
  /// The outcomes' words: "ok" or the code's number, to be compared at a glance.
  std::optional<model::ErrorCode> refusal_of(Command command, const Caller& caller = user(),
                                             std::optional<model::IdempotencyKey> key = {});
  void open(int session, const Caller& caller = user(), model::Settings settings = {});

  std::unique_ptr<Draft> draft();
  /// False when the group meets the mishap that was laid in its way; it is undone then.
  bool commit(Draft& draft);
  /// What a writer that starts now would have in memory.
  State reloaded() const { return State::load(store.snapshot(), now); }
  void advance(std::chrono::microseconds time);

  std::int64_t used(std::int64_t counter) const;
  std::size_t holds(int session) const;

  memory::MemoryStore store;
  memory::MemoryLedger ledger{store};
  State state;
  Fold fold;
  RuleSettings settings{.idle_timeout = idle_timeout};
  model::Now now{.wall = model::Instant{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1}}, .monotonic = {}};
  model::GroupNumber last;
  model::Epoch epoch;
  storage::Group last_group;
};

}  // namespace tally::engine::test
