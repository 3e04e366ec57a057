#include "tally/postgres/access_tables.hpp"

#include <pqxx/pqxx>

#include "connection_string.hpp"
#include "patience.hpp"

namespace tally::postgres {
namespace {

constexpr std::chrono::seconds patience{10};

/// Whether one statement changed a row.
template<class... Values>
std::expected<bool, std::string> change(const std::string& url, const char* sql, const Values&... values) try {
  const auto text = connection_string(url, "tally access");
  if (!text) return std::unexpected{text.error()};
  pqxx::connection connection{*text};
  const Patience with_server{connection, patience};
  pqxx::work transaction{connection};
  const auto changed = transaction.exec_params(sql, values...).affected_rows();
  transaction.commit();
  return changed > 0;
} catch (const std::exception& error) {
  return std::unexpected{std::string{error.what()}};
}

}  // namespace

std::expected<bool, std::string> add_user(const std::string& url, const storage::StoredUser& user) {
  return change(url,
                "INSERT INTO tally_ledger.users (name, account, role, password_hash) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT DO NOTHING",
                user.user.name, user.user.account, static_cast<int>(user.user.role), user.password_hash);
}

std::expected<bool, std::string> set_password(const std::string& url, const std::string& name,
                                              const std::string& password_hash) {
  return change(url,
                "UPDATE tally_ledger.users SET password_hash = $2 WHERE lower(name COLLATE \"C\") = lower($1 COLLATE "
                "\"C\")",
                name, password_hash);
}

std::expected<bool, std::string> remove_user(const std::string& url, const std::string& name) {
  return change(url, "DELETE FROM tally_ledger.users WHERE lower(name COLLATE \"C\") = lower($1 COLLATE \"C\")", name);
}

std::expected<bool, std::string> add_key(const std::string& url, const NewKey& key) {
  return change(url,
                "INSERT INTO tally_ledger.api_keys (id, user_name, secret_hash, note, expires_at) "
                "SELECT $1, name, decode($3, 'hex'), $4, now() + make_interval(days => $5::integer) "
                "FROM tally_ledger.users WHERE lower(name COLLATE \"C\") = lower($2 COLLATE \"C\")",
                key.id, key.user, key.secret_hash, key.note,
                key.lifetime ? std::optional{static_cast<int>(key.lifetime->count())} : std::nullopt);
}

std::expected<bool, std::string> revoke_key(const std::string& url, const std::string& id) {
  return change(url, "DELETE FROM tally_ledger.api_keys WHERE id = $1", id);
}

}  // namespace tally::postgres
