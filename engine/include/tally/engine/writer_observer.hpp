#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "tally/model/ids.hpp"
#include "tally/model/quantity.hpp"

namespace tally::engine {

/// What an administrator should know of the writer. It reports, it does not log.
struct ReignOpened {
  model::GroupNumber opening;
  std::uint64_t sessions = 0;
  std::uint64_t counters = 0;
  std::uint64_t groups_replayed = 0;
};
struct ReignLost {};
/// Another one writes; this one takes over when its term ends.
struct StandingBy {
  std::string writer;  ///< its address
};
struct DatabaseLost {
  std::string what;
};
struct DatabaseBack {
  std::size_t groups_in_doubt = 0;
  std::size_t groups_committed = 0;  ///< of those
  std::chrono::milliseconds outage{};
};
/// A group could not be written although the database answered.
struct GroupNotCommitted {
  std::string what;
};
/// A command that the database refused for its data, or that broke a rule of ours; only it was turned away.
struct CommandPoisonous {
  std::string what;
};
struct SessionsEndedIdle {
  std::uint64_t count = 0;
};
/// Counters would have returned to 0 more than a period too late: the clock was wrong when that was set.
struct BoundariesSetAnew {
  std::uint64_t count = 0;
};
/// A place was taken, or came back, and that is durable. Reported only where WriterOptions say so.
struct PlaceReported {
  enum class What { retained, released } what = What::retained;
  std::string product;     ///< the feature's name, or the license's where that counts users or connections
  model::Quantity in_use;  ///< of all its places, after this
  std::string user;
  std::string address;  ///< what the client said of itself, else where it came from; may be empty
  model::Token token;   ///< of the place, also when it comes back
  std::string reason;   ///< what the taker said; may be empty
};
struct ReopenFailed {
  std::string what;
};
/// It should write again and must not: the ledger is damaged, or made for another version. Reported once for each
/// reason.
struct LedgerUnusable {
  std::string what;
};

using Report =
    std::variant<ReignOpened, ReignLost, StandingBy, DatabaseLost, DatabaseBack, GroupNotCommitted, CommandPoisonous,
                 SessionsEndedIdle, BoundariesSetAnew, PlaceReported, ReopenFailed, LedgerUnusable>;

class Observer {
 public:
  virtual ~Observer() = default;
  /// Called on the writer's thread; must not block for long.
  virtual void report(const Report& report) = 0;
};

}  // namespace tally::engine
