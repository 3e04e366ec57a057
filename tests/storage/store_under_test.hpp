#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tally/storage/ledger.hpp"

namespace tally::storage::test {

/// What the contract is checked against: a store of its own, empty but for what every new store has.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  /// As another process would.
  virtual std::unique_ptr<Ledger> connect() = 0;
  /// The present writer was silent for its whole term, but lives.
  virtual void let_term_end() = 0;
};

/// Each program of these tests has one of its own.
std::unique_ptr<StoreUnderTest> make_store();

inline const TermRow term{.advertise = "http://here", .secret = "secret", .duration = std::chrono::seconds{30}};

/// A writer by hand: what it sends is numbered behind what went before.
class Hand {
 public:
  explicit Hand(StoreUnderTest& store, model::Instant now);

  Group next(model::Instant at) const;
  /// Groups that stand one behind the other; each opens a session.
  std::vector<Group> chain(int count) const;
  CommitResult commit(const Group& group);
  /// Waits for what became of the oldest group that was sent.
  CommitResult receive() const;
  /// Commits what must succeed.
  void put(const Group& group);

  std::unique_ptr<Ledger> ledger;
  Snapshot snapshot;
  model::GroupNumber last;
  model::Epoch epoch;
  model::Token token;
};

/// Ends the present writer as a crash does, and opens again.
Hand reopened(StoreUnderTest& store, Hand& present);

model::Instant start();
model::Guid guid(int number);
model::Session session(int number);
model::Event event(model::Token token, model::EventKind kind, int session, std::int64_t counter);
/// One account, one license, counters 1 and 2.
CatalogChange some_catalog();

}  // namespace tally::storage::test
