#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tally/storage/ledger.hpp"

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
  void abandon() override;
  storage::RecoverResult recover(const storage::Group& doubtful, const storage::TermRow& mine,
                                 model::Instant now) override;

 private:
  storage::CommitResult make_partition_and_resend();

  struct Connection;
  std::unique_ptr<Connection> connection_;
  LedgerOptions options_;
  const storage::Group* sent_ = nullptr;  ///< for the case that its month has no partition yet
  bool partition_was_made_ = false;       ///< for it: a month that is missing all the same is not made without end
};

}  // namespace tally::postgres
