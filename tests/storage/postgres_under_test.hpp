#pragma once

#include <catch2/catch.hpp>

#include "cluster.hpp"
#include "store_under_test.hpp"
#include "tally/postgres/migrate.hpp"
#include "tally/postgres/postgres_ledger.hpp"

namespace tally::storage::test {

/// A new database of the tests' own server, with the newest schema.
class PostgresUnderTest final : public StoreUnderTest {
 public:
  PostgresUnderTest() : url{Cluster::instance().new_database()} {
    const auto migrated = postgres::migrate(url);
    if (!migrated) FAIL(migrated.error());
  }
  std::unique_ptr<Ledger> connect() override {
    return std::make_unique<postgres::PostgresLedger>(postgres::LedgerOptions{.url = url, .allow_unsafe = true});
  }
  /// The connection of who crashed is gone, which a taker sees.
  void let_term_end() override {}

  const std::string url;
};

}  // namespace tally::storage::test
