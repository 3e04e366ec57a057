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
/// A foreign epoch stands in its place: this writer's reign is over. Nothing of the group is durable, unless recovery
/// found that it got in just before the other writer did.
struct Deposed {
  bool group_was_committed = false;
  bool fate_is_lost =
      false;  ///< the other writer has gone on so far that nothing tells any more what became of the group
};
/// The connection was lost before an answer came: only recover() can tell.
struct InDoubt {
  std::string what;
};
/// No answer yet.
struct StillWaiting {};

using CommitResult = std::variant<StillWaiting, Committed, NotCommitted, RefusedForItsData, Deposed, InDoubt>;

/// The group in doubt is durable, or it never will be; either way the writer goes on in a new epoch.
struct Recovered {
  bool group_was_committed = false;
  model::GroupNumber opening;
};

using RecoverResult = std::variant<Recovered, Deposed, Unavailable>;

/// The one truth, as the writer uses it: groups are appended in order, everything else is read once when a reign
/// begins.
///
/// Used by one thread at a time. Calls end in bounded time; waiting is the caller's (receive() with a time limit,
/// open() and recover() called again).
class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Takes over: inserts an opening group, then reads everything. When a term row is live, first waits, for one whole
  /// term on the monotonic clock, whether that writer is heard of; a writer whose connection is gone from the server is
  /// not waited for. `stop` ends the waiting early (the result is then AnotherWriter).
  [[nodiscard]] virtual OpenResult open(const TermRow& mine, model::Instant now, std::stop_token stop) = 0;

  /// Puts a group on its way; it must outlive its receive(). The one before must have been received.
  virtual void send(const Group& group) = 0;

  /// Waits at most `limit` for what became of the group that was sent.
  [[nodiscard]] virtual CommitResult receive(std::chrono::milliseconds limit) = 0;

  /// Gives up the connection: what was sent is in doubt from now on. For a store that does not answer.
  virtual void abandon() = 0;

  /// After InDoubt: settles it by inserting an opening group in the doubtful number's place. Call again on Unavailable.
  [[nodiscard]] virtual RecoverResult recover(const Group& doubtful, const TermRow& mine, model::Instant now) = 0;
};

}  // namespace tally::storage
