#pragma once

#include <memory>
#include <string>

#include "tally/storage/usage_ledger.hpp"

namespace tally::postgres {

/// Answers from a connection of its own, which is opened when it is first needed and again after it was lost. Each
/// question is one snapshot of what is committed.
class PostgresUsageLedger final : public storage::UsageLedger {
 public:
  /// `url`: libpq's URL or key=value form.
  explicit PostgresUsageLedger(std::string url);
  ~PostgresUsageLedger() override;

  storage::UsageAnswer<storage::HeldPlaces, storage::NotRetained> held(
      const storage::HeldPlacesQuestion& question) override;
  storage::UsageAnswer<storage::AccountRights, storage::UnknownAccount> rights(
      const model::AccountId& account) override;

 private:
  class Connection;
  Connection& connected();

  std::string url_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace tally::postgres
