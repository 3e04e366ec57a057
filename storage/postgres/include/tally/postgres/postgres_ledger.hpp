#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "tally/storage/ledger.hpp"
#include "tally/storage/waiting.hpp"

namespace tally::postgres {

struct LedgerOptions {
  std::string url;            ///< libpq's URL or key=value form; several hosts are tried in turn
  bool allow_unsafe = false;  ///< accept a server with fsync off; for tests
};

/// The ledger in PostgreSQL (14 or newer), over one libpq connection that commits everything.
class PostgresLedger final : public storage::Ledger {
 public:
  explicit PostgresLedger(LedgerOptions options);
  ~PostgresLedger() override;

  storage::OpenResult open(const storage::TermRow& mine, model::Instant now, std::stop_token stop) override;
  void send(const storage::Group& group) override;
  storage::CommitResult receive(std::chrono::milliseconds limit) override;
  void rest(std::chrono::milliseconds limit) override;
  void stand_down() noexcept override;
  void wake() noexcept override;

  /// How the writer's thread waits instead of sleeping; before it starts. The object must outlive the writer.
  void wait_by(storage::Waiting& waiting);
  void abandon() override;
  storage::RecoverResult recover(const storage::Doubt& doubt, const storage::TermRow& mine,
                                 model::Instant now) override;

 private:
  storage::CommitResult make_partition(model::Instant at);

  struct Connection;
  std::unique_ptr<Connection> connection_;
  LedgerOptions options_;
  std::deque<model::Instant> sent_;  ///< the times of the groups on their way: their months may have no partition yet
  bool partition_was_made_ = false;  ///< since a group was committed: what is missing all the same is not made for ever
};

}  // namespace tally::postgres
