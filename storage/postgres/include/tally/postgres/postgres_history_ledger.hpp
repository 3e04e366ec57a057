#pragma once

#include <memory>
#include <string>

#include "tally/storage/history_ledger.hpp"

namespace tally::postgres {

/// Sums up and answers on a connection of its own, which is opened when it is first needed and again after it was lost.
class PostgresHistoryLedger final : public storage::HistoryLedger {
 public:
  /// `url`: libpq's URL or key=value form.
  explicit PostgresHistoryLedger(std::string url);
  ~PostgresHistoryLedger() override;

  std::expected<bool, storage::LedgerSilent> sum_up() override;
  storage::UsageAnswer<storage::HistoryReport, storage::NotRetained, storage::UnknownZone, storage::UnevenZone,
                       storage::TooManyRows, storage::SumsBehind>
  history(const storage::HistoryQuestion& question) override;
  std::expected<storage::HistoryRows, storage::LedgerSilent> next_rows(storage::HistoryReport& report) override;

 private:
  class Connection;
  Connection& connected();

  std::string url_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace tally::postgres
