#include "commit_connection.hpp"

#include <utility>

#include "connection_string.hpp"
#include "group_statements.hpp"
#include "row_statements.hpp"

namespace tally::postgres {
namespace {

// Durability is not left to the server's configuration; a statement of ours does not wait without end; and the prepared
// statements, whose arrays are of another length each time, are planned once and not for each group. They are planned
// while the tables are small, when reading a table whole looks cheap, and they run when it is not: so indexes are used
// always.
constexpr const char* session_settings =
    "SET synchronous_commit = on; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = '10s'; "
    "SET lock_timeout = '2s'; SET client_min_messages = warning; SET timezone = 'UTC'; SET search_path = pg_catalog; "
    "SET jit = off; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off";

constexpr std::chrono::seconds statement_patience{10};

std::string trimmed(const char* message) {
  std::string text{message == nullptr ? "" : message};
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string field(const PGresult* result, int code) {
  const char* value = PQresultErrorField(result, code);
  return value == nullptr ? std::string{} : std::string{value};
}

}  // namespace

std::expected<std::unique_ptr<CommitConnection>, std::string> CommitConnection::connect(const std::string& url) {
  const auto text = connection_string(url, "tally writer");
  if (!text) return std::unexpected{text.error()};
  PGconn* raw = PQconnectdb(text->c_str());
  std::unique_ptr<CommitConnection> connection{new CommitConnection{raw}};
  if (PQstatus(raw) != CONNECTION_OK) return std::unexpected{trimmed(PQerrorMessage(raw))};
  if (auto applied = connection->apply_session_settings(); !applied) return std::unexpected{applied.error()};
  return connection;
}

std::expected<void, std::string> CommitConnection::apply_session_settings() {
  const bool sent = PQsendQuery(connection_.get(), session_settings) == 1;
  const Result set = sent ? await_result() : Result{};
  if (PQresultStatus(set.get()) != PGRES_COMMAND_OK) return std::unexpected{error_of(set.get()).what};
  return {};
}

std::expected<Result, ServerError> CommitConnection::run(const std::string& sql,
                                                         const std::vector<std::string>& values) {
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const auto& value : values) texts.push_back(value.c_str());
  const bool sent = PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(texts.size()), nullptr,
                                      texts.data(), nullptr, nullptr, 0) == 1;
  Result result = sent ? await_result() : Result{};
  if (!result) return std::unexpected{lost()};
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return std::unexpected{error_of(result.get())};
  return result;
}

/// A server that is frozen must not freeze us: callers wait, and so does a stop.
Result CommitConnection::await_result() {
  const auto until = std::chrono::steady_clock::now() + statement_patience;
  Result last;
  while (true) {
    while (PQisBusy(connection_.get()) == 0) {
      Result next{PQgetResult(connection_.get())};
      if (!next) return last;
      last = std::move(next);
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0 || flush_and_wait(left, alone_) == Waited::lost) return {};
  }
}

std::expected<void, ServerError> CommitConnection::begin_groups() {
  const auto event_type = run("SELECT 'tally_ledger.events'::regtype::oid");
  if (!event_type) return std::unexpected{event_type.error()};
  event_type_oid_ = static_cast<std::uint32_t>(std::stoul(PQgetvalue(event_type->get(), 0, 0)));
  for (const auto& statements : {group_statements(), row_statements()}) {
    for (const auto& statement : statements) {
      const bool sent = PQsendPrepare(connection_.get(), statement.name, statement.sql, 0, nullptr) == 1;
      const Result result = sent ? await_result() : Result{};
      if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) return std::unexpected{error_of(result.get())};
    }
  }
  if (PQsetnonblocking(connection_.get(), 1) != 0 || PQenterPipelineMode(connection_.get()) != 1) {
    return std::unexpected{lost()};
  }
  return {};
}

void CommitConnection::send_group(const storage::Group& group) {
  for_each_statement(group, event_type_oid_, parameters_, [this](const char* name, Parameters& p) {
    const auto* values = p.values();
    if (PQsendQueryPrepared(connection_.get(), name, p.count(), values, p.lengths(), p.formats(), 0) != 1)
      broken_ = true;
  });
  // Without BEGIN, everything up to the synchronization point is one transaction: one round trip, one flush.
  if (PQpipelineSync(connection_.get()) != 1 || PQflush(connection_.get()) < 0) broken_ = true;
}

std::optional<std::optional<ServerError>> CommitConnection::receive_group(std::chrono::milliseconds limit,
                                                                          storage::Waiting& waiting) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (true) {
    if (broken_) return lost();
    while (PQisBusy(connection_.get()) == 0) {
      const Result result{PQgetResult(connection_.get())};
      if (!result) {
        if (PQstatus(connection_.get()) != CONNECTION_OK) return lost();
        continue;  // the end of one statement's results
      }
      const auto status = PQresultStatus(result.get());
      if (status == PGRES_PIPELINE_SYNC) return std::exchange(first_error_, std::nullopt);
      const bool fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_PIPELINE_ABORTED;
      if (!fine && !first_error_) first_error_ = error_of(result.get());
      if (PQstatus(connection_.get()) != CONNECTION_OK) return lost();
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    const Waited waited = flush_and_wait(left, waiting);
    if (waited == Waited::rung) return std::nullopt;
    if (waited == Waited::lost) broken_ = true;
  }
}

CommitConnection::Waited CommitConnection::flush_and_wait(std::chrono::milliseconds limit, storage::Waiting& waiting) {
  const int unsent = PQflush(connection_.get());
  if (unsent < 0) return Waited::lost;
  const auto end = waiting.wait(PQsocket(connection_.get()), unsent > 0, limit);
  if (end == storage::Waiting::End::ready && PQconsumeInput(connection_.get()) != 1) return Waited::lost;
  return end == storage::Waiting::End::rung ? Waited::rung : Waited::usual;
}

ServerError CommitConnection::error_of(const PGresult* result) const {
  if (result == nullptr) return lost();
  ServerError error{.sqlstate = field(result, PG_DIAG_SQLSTATE),
                    .table = field(result, PG_DIAG_TABLE_NAME),
                    .constraint = field(result, PG_DIAG_CONSTRAINT_NAME),
                    .what = trimmed(PQresultErrorMessage(result))};
  if (PQstatus(connection_.get()) != CONNECTION_OK) error.sqlstate.clear();
  return error;
}

ServerError CommitConnection::lost() const {
  std::string what = trimmed(PQerrorMessage(connection_.get()));
  return {.sqlstate = {}, .table = {}, .constraint = {}, .what = what.empty() ? "the connection was lost" : what};
}

}  // namespace tally::postgres
