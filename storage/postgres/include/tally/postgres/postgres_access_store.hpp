#pragma once

#include <memory>
#include <string>

#include "tally/storage/access_store.hpp"

namespace tally::postgres {

/// Answers from a connection of its own, which is opened when it is first needed and again after it was lost.
class PostgresAccessStore final : public storage::AccessStore {
 public:
  /// `url`: libpq's URL or key=value form.
  explicit PostgresAccessStore(std::string url);
  ~PostgresAccessStore() override;

  std::expected<std::optional<storage::StoredUser>, storage::LedgerSilent> user(const std::string& name) override;
  std::expected<std::optional<storage::StoredKey>, storage::LedgerSilent> key(const std::string& id) override;

 private:
  class Connection;
  Connection& connected();

  std::string url_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace tally::postgres
