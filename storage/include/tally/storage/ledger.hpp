#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "tally/storage/records.hpp"

namespace tally::storage {

/// The store cannot be used now. The text is for the log: it may name hosts and must not cross a door.
struct Unavailable {
  std::string what;
};

/// The store is not one that this program may write to, and waiting will not help: a newer schema, a damaged ledger.
struct Unusable {
  std::string what;
};

/// Another writer is alive; its term has not ended.
struct AnotherWriter {
  std::string advertise;  ///< where it takes requests; empty when that was not seen
  std::string secret;     ///< by which it believes who forwards them
};

/// This writer's epoch is open: it may decide, beginning behind `opening`.
struct Opened {
  model::GroupNumber opening;  ///< its number is the epoch
  Snapshot snapshot;
};

using OpenResult = std::variant<Opened, AnotherWriter, Unavailable, Unusable>;

/// What became of a group that was sent.
struct Committed {};
/// Nothing of it is or ever will be durable, and the store cannot be written to now.
struct NotCommitted {
  std::string what;
};
/// Nothing of it is durable; its own data is at fault, so that it would fail again.
struct RefusedForItsData {
  std::string what;
};
/// Nothing of it is durable, for a cause that the store has put right by now: sent again, it can be.
struct Mended {
  std::string what;
};
/// What stands in its place, or before it, is not of its epoch: this writer's reign is over, or the group was sent
/// behind one that failed. Nothing of it is durable. From recover(): another writer came; what it found until then:
struct Deposed {
  std::size_t groups_committed = 0;  ///< of those in doubt, the first so many are durable
  /// The other writer has gone on so far that nothing tells any more what became of the rest; else they never were.
  bool fate_is_lost = false;
};
/// The connection was lost before an answer came: only recover() can tell.
struct InDoubt {
  std::string what;
};
/// No answer yet.
struct StillWaiting {};

using CommitResult = std::variant<StillWaiting, Committed, NotCommitted, RefusedForItsData, Mended, Deposed, InDoubt>;

/// Groups whose fate is unknown: what `epoch` sent, from this number on.
struct Doubt {
  model::GroupNumber first;
  model::Epoch epoch;
};

/// The first so many groups in doubt are durable, the others never will be; the writer goes on in a new epoch.
struct Recovered {
  std::size_t groups_committed = 0;
  model::GroupNumber opening;
};

using RecoverResult = std::variant<Recovered, Deposed, Unavailable>;

/// The one truth, as the writer uses it: groups are appended in order, everything else is read once when a reign
/// begins.
///
/// Used by one thread at a time, wake() apart. Calls end in bounded time; waiting is the caller's (receive() with a
/// time limit, open() and recover() called again).
class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Takes over: inserts an opening group, then reads everything. When a term row is live, first waits, for one whole
  /// term on the monotonic clock, whether that writer is heard of; a writer whose connection is gone from the server is
  /// not waited for. `stop` ends the waiting early (the result is then AnotherWriter).
  [[nodiscard]] virtual OpenResult open(const TermRow& mine, model::Instant now, std::stop_token stop) = 0;

  /// Puts a group on its way, behind those that are; it must outlive its receive(). Behind one that fails, none can
  /// become durable: each is received as Deposed.
  virtual void send(const Group& group) = 0;

  /// Waits for what became of the oldest group on its way: at most `limit`, and not beyond a wake().
  [[nodiscard]] virtual CommitResult receive(std::chrono::milliseconds limit) = 0;

  /// Waits for a wake(), at most `limit`.
  virtual void rest(std::chrono::milliseconds limit) = 0;

  /// Nothing is received for a while, nor is there a rest.
  virtual void stand_down() noexcept = 0;

  /// Ends the present wait in receive() or rest(), or the next one. Thread-safe.
  virtual void wake() noexcept = 0;

  /// Gives up the connection: what is on its way is in doubt from now on. For a store that does not answer.
  virtual void abandon() = 0;

  /// After InDoubt, which speaks for all that is on its way: settles it by inserting an opening group in the place of
  /// the first doubtful number that is free. Call again on Unavailable.
  [[nodiscard]] virtual RecoverResult recover(const Doubt& doubt, const TermRow& mine, model::Instant now) = 0;
};

}  // namespace tally::storage
