#include "tally/postgres/migrate.hpp"

#include <pqxx/pqxx>

#include "connection_string.hpp"
#include "migrations.hpp"
#include "tally/postgres/reports.hpp"

namespace tally::postgres {
namespace {

// Any number will do that no other program on the same database uses: "tally" in hexadecimal ASCII.
constexpr const char* migrators_lock = "SELECT pg_advisory_lock(x'74616c6c79'::bigint)";

int version_of(pqxx::connection& connection) {
  pqxx::work transaction{connection};
  transaction.exec("CREATE SCHEMA IF NOT EXISTS tally_ledger");
  transaction.exec(
      "CREATE TABLE IF NOT EXISTS tally_ledger.migrations "
      "(version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())");
  const auto row = transaction.exec1("SELECT coalesce(max(version), 0) FROM tally_ledger.migrations");
  transaction.commit();
  return row[0].as<int>();
}

void apply(pqxx::connection& connection, const Migration& migration) {
  pqxx::work transaction{connection};
  transaction.exec(std::string{migration.sql});
  transaction.exec_params("INSERT INTO tally_ledger.migrations (version, name) VALUES ($1, $2)", migration.version,
                          std::string{migration.name});
  transaction.commit();
}

}  // namespace

std::expected<int, std::string> migrate(const std::string& url) try {
  const auto text = connection_string(url, "tally migrate");
  if (!text) return std::unexpected{text.error()};
  pqxx::connection connection{*text};
  pqxx::nontransaction{connection}.exec("SET client_min_messages = warning");
  pqxx::nontransaction{connection}.exec(migrators_lock);
  const int version = version_of(connection);
  const int newest = migrations().back().version;
  if (version > newest) {
    return std::unexpected{"the database's schema is version " + std::to_string(version) +
                           ", newer than this program's " + std::to_string(newest) + ": install a newer Tally"};
  }
  int applied = 0;
  for (const auto& migration : migrations()) {
    if (migration.version <= version) continue;
    apply(connection, migration);
    ++applied;
  }
  if (auto made = prepare_partitions(url); !made) return std::unexpected{made.error()};
  return applied;
} catch (const std::exception& error) {
  return std::unexpected{std::string{error.what()}};
}

}  // namespace tally::postgres
