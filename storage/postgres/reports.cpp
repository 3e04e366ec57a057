#include "tally/postgres/reports.hpp"

#include <pqxx/pqxx>

#include "connection_string.hpp"
#include "patience.hpp"
#include "tally/catalog_json/catalog_reader.hpp"

namespace tally::postgres {

using storage::Report;

namespace {

constexpr std::chrono::seconds partitions_patience{5};

// Object ids of built-in types never change: int8, int2, int4, numeric.
bool is_number(pqxx::oid type) { return type == 20 || type == 21 || type == 23 || type == 1700; }

Report report_of(const pqxx::result& result) {
  Report report;
  for (pqxx::row_size_type column = 0; column < result.columns(); ++column) {
    report.columns.emplace_back(result.column_name(column));
    if (is_number(result.column_type(column))) report.numbers.insert(report.columns.back());
  }
  for (const auto& row : result) {
    auto& cells = report.rows.emplace_back();
    for (const auto& field : row) {
      cells.push_back(field.is_null() ? std::nullopt : std::optional<std::string>{field.c_str()});
    }
  }
  return report;
}

/// Runs one read-only statement with times in UTC.
template<class... Values>
std::expected<pqxx::result, std::string> read(const std::string& url, const char* sql, const Values&... values) try {
  const auto text = connection_string(url, "tally report");
  if (!text) return std::unexpected{text.error()};
  pqxx::connection connection{*text};
  pqxx::read_transaction transaction{connection};
  transaction.exec("SET LOCAL timezone = 'UTC'");
  return transaction.exec_params(sql, values...);
} catch (const std::exception& error) {
  return std::unexpected{std::string{error.what()}};
}

}  // namespace

std::expected<Report, std::string> open_sessions(const std::string& url) {
  auto rows = read(url,
                   "SELECT id, account, user_name, computer, address, login_time, last_contact, offline "
                   "FROM tally_ledger.sessions WHERE ended_at IS NULL ORDER BY login_time, id");
  if (!rows) return std::unexpected{rows.error()};
  return report_of(*rows);
}

std::expected<Report, std::string> usage(const std::string& url, const std::optional<std::string>& product) {
  auto rows = read(
      url,
      "SELECT h.token, c.account, c.product, c.feature, h.quantity, h.holder_kind, h.holder, s.user_name, s.computer, "
      "s.address, h.taken_at, c.used, c.maximum FROM tally.holds h JOIN tally.counters c ON c.id = h.counter_id "
      "LEFT JOIN tally_ledger.sessions s ON s.id = h.session_id "
      "WHERE $1::text IS NULL OR c.product = $1 ORDER BY h.token",
      product ? product->c_str() : nullptr);
  if (!rows) return std::unexpected{rows.error()};
  return report_of(*rows);
}

std::expected<Report, std::string> history(const std::string& url, model::Instant since) {
  auto rows = read(
      url,
      "SELECT e.token, e.at, e.kind, coalesce(c.account, z.account) AS account, "
      "coalesce(c.product, CASE WHEN z.id IS NOT NULL THEN 'numerator' END) AS product, "
      "coalesce(c.feature, z.numerator || '/' || z.name) AS feature, e.session_id, e.user_name, e.door, e.quantity, "
      "e.used_after, e.balance_after, e.reason, e.resource, e.first_number, e.last_number, e.for_user "
      "FROM tally.events e LEFT JOIN tally_ledger.counters c ON c.id = e.counter_id "
      "LEFT JOIN tally_ledger.zones z ON z.id = e.counter_id WHERE e.at >= to_timestamp($1::bigint / 1000000.0) ORDER "
      "BY e.token",
      since.time_since_epoch().count());
  if (!rows) return std::unexpected{rows.error()};
  return report_of(*rows);
}

std::expected<Report, std::string> users(const std::string& url) {
  auto rows = read(url,
                   "SELECT name, nullif(account, '') AS account, CASE role WHEN 1 THEN 'reader' WHEN 2 THEN 'client' "
                   "WHEN 3 THEN 'operator' WHEN 4 THEN 'admin' END AS role, password_hash <> '' AS has_password, "
                   "(SELECT count(*) FROM tally_ledger.api_keys k WHERE k.user_name = u.name) AS keys, created_at "
                   "FROM tally_ledger.users u ORDER BY name");
  if (!rows) return std::unexpected{rows.error()};
  return report_of(*rows);
}

std::expected<Report, std::string> api_keys(const std::string& url) {
  auto rows = read(url,
                   "SELECT id, user_name, note, created_at, expires_at FROM tally_ledger.api_keys "
                   "ORDER BY user_name, created_at, id");
  if (!rows) return std::unexpected{rows.error()};
  return report_of(*rows);
}

std::expected<std::optional<model::Catalog>, std::string> stored_catalog(const std::string& url) {
  auto rows = read(url, "SELECT document FROM tally_ledger.catalog");
  if (!rows) return std::unexpected{rows.error()};
  if (rows->empty()) return std::nullopt;
  auto catalog = catalog_json::parse_catalog((*rows)[0][0].c_str());
  if (!catalog) return std::unexpected{"the stored catalogue can't be read: " + catalog.error().front().what};
  return std::optional{std::move(*catalog)};
}

std::expected<void, std::string> prepare_partitions(const std::string& url) try {
  const auto text = connection_string(url, "tally partitions");
  if (!text) return std::unexpected{text.error()};
  pqxx::connection connection{*text};
  const Patience with_server{connection, partitions_patience};
  pqxx::work transaction{connection};
  transaction.exec("SET LOCAL lock_timeout = '1s'");
  transaction.exec(
      "SELECT tally_ledger.ensure_events_partition(now() + make_interval(months => ahead)) FROM generate_series(0, 2) "
      "ahead");
  transaction.commit();
  return {};
} catch (const std::exception& error) {
  return std::unexpected{std::string{error.what()}};
}

}  // namespace tally::postgres
