#include "tally/postgres/postgres_access_store.hpp"

#include <pqxx/pqxx>
#include <stdexcept>

#include "connection_string.hpp"
#include "patience.hpp"

namespace tally::postgres {
namespace {

using namespace storage;

constexpr std::chrono::seconds patience{5};
constexpr const char* user_sql =
    "SELECT name, account, role, password_hash FROM tally_ledger.users WHERE lower(name COLLATE \"C\") = lower($1 "
    "COLLATE \"C\")";
constexpr const char* key_sql =
    "SELECT u.name, u.account, u.role, encode(k.secret_hash, 'hex') FROM tally_ledger.api_keys k "
    "JOIN tally_ledger.users u ON u.name = k.user_name WHERE k.id = $1 AND (k.expires_at IS NULL OR k.expires_at > "
    "now())";

model::User user_of(const pqxx::row& row) {
  return {
      .name = row[0].c_str(), .account = row[1].c_str(), .role = static_cast<model::Role>(row[2].as<std::int16_t>())};
}

}  // namespace

class PostgresAccessStore::Connection {
 public:
  explicit Connection(const std::string& text) : connection_{text} {}

  pqxx::result ask(const char* sql, const std::string& value) {
    const Patience with_server{connection_, patience};
    pqxx::read_transaction transaction{connection_};
    return transaction.exec_params(sql, value);
  }

 private:
  pqxx::connection connection_;
};

PostgresAccessStore::PostgresAccessStore(std::string url) : url_{std::move(url)} {}
PostgresAccessStore::~PostgresAccessStore() = default;

PostgresAccessStore::Connection& PostgresAccessStore::connected() {
  if (connection_ == nullptr) {
    const auto text = connection_string(url_, "tally access");
    if (!text) throw std::runtime_error{text.error()};
    connection_ = std::make_unique<Connection>(*text);
  }
  return *connection_;
}

std::expected<std::optional<StoredUser>, LedgerSilent> PostgresAccessStore::user(const std::string& name) try {
  const auto rows = connected().ask(user_sql, name);
  if (rows.empty()) return std::nullopt;
  return StoredUser{.user = user_of(rows[0]), .password_hash = rows[0][3].c_str()};
} catch (const std::exception& error) {
  connection_.reset();
  return std::unexpected{LedgerSilent{error.what()}};
}

std::expected<std::optional<StoredKey>, LedgerSilent> PostgresAccessStore::key(const std::string& id) try {
  const auto rows = connected().ask(key_sql, id);
  if (rows.empty()) return std::nullopt;
  return StoredKey{.user = user_of(rows[0]), .secret_hash = rows[0][3].c_str()};
} catch (const std::exception& error) {
  connection_.reset();
  return std::unexpected{LedgerSilent{error.what()}};
}

}  // namespace tally::postgres
