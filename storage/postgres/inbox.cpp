#include "tally/postgres/inbox.hpp"

#include <pqxx/pqxx>

#include "connection_string.hpp"
#include "outcome_json.hpp"
#include "patience.hpp"

namespace tally::postgres {
namespace {

constexpr const char* filed_channel = "tally_inbox";
constexpr std::chrono::milliseconds answer_poll{50};
/// For statements that touch a few rows. Shorter than an orderly stop may take.
constexpr std::chrono::seconds statement_patience{5};

/// Notifications only wake; what there is to do is read from the table.
class Listener final : public pqxx::notification_receiver {
 public:
  explicit Listener(pqxx::connection_base& connection) : notification_receiver{connection, filed_channel} {}
  void operator()(const std::string&, int) override {}
};

void wait(pqxx::connection& connection, std::chrono::milliseconds limit) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(limit);
  connection.await_notification(seconds.count(), std::chrono::microseconds{limit - seconds}.count());
}

}  // namespace

struct Inbox::Connection {
  explicit Connection(const std::string& text) : live{text} {}
  pqxx::connection live;
  std::unique_ptr<Listener> listener;  ///< made when the writer's side is first used
};

Inbox::Inbox(std::unique_ptr<Connection> connection) : connection_{std::move(connection)} {}
Inbox::Inbox(Inbox&&) noexcept = default;
Inbox& Inbox::operator=(Inbox&&) noexcept = default;
Inbox::~Inbox() = default;

std::expected<Inbox, std::string> Inbox::connect(const std::string& url) try {
  const auto text = connection_string(url, "tally inbox");
  if (!text) return std::unexpected{text.error()};
  return Inbox{std::make_unique<Connection>(*text)};
} catch (const std::exception& error) {
  return std::unexpected{std::string{error.what()}};
}

std::expected<model::InboxId, std::string> Inbox::file(const std::string& command, const std::string& arguments,
                                                       const std::string& user,
                                                       std::chrono::milliseconds patience) try {
  const Patience with_server{connection_->live, statement_patience};
  pqxx::work transaction{connection_->live};
  const auto row = transaction.exec_params1(
      "INSERT INTO tally_ledger.inbox (command, arguments, user_name, deadline) "
      "VALUES ($1, $2::jsonb, $3, now() + make_interval(secs => $4)) RETURNING id",
      command, arguments, user, std::chrono::duration<double>{patience}.count());
  transaction.exec(std::string{"NOTIFY "} + filed_channel);
  transaction.commit();
  return model::InboxId{row[0].as<std::int64_t>()};
} catch (const std::exception& error) {
  return std::unexpected{std::string{error.what()}};
}

std::expected<std::optional<model::Outcome>, std::string> Inbox::await_answer(model::InboxId id,
                                                                              std::chrono::milliseconds limit) try {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (true) {
    {
      const Patience with_server{connection_->live, statement_patience};
      const auto rows = pqxx::nontransaction{connection_->live}.exec_params(
          "SELECT outcome FROM tally_ledger.inbox_answers WHERE inbox_id = $1", id.value);
      if (!rows.empty()) return outcome_from_json(rows[0][0].c_str());
    }
    if (std::chrono::steady_clock::now() >= until) return std::nullopt;
    wait(connection_->live, answer_poll);
  }
} catch (const std::exception& error) {
  return std::unexpected{std::string{error.what()}};
}

std::expected<bool, std::string> Inbox::withdraw(model::InboxId id) try {
  const Patience with_server{connection_->live, statement_patience};
  pqxx::nontransaction{connection_->live}.exec_params("DELETE FROM tally_ledger.inbox WHERE id = $1", id.value);
  return true;
} catch (const pqxx::foreign_key_violation&) {
  return false;
} catch (const std::exception& error) {
  return std::unexpected{std::string{error.what()}};
}

std::expected<std::vector<FiledCommand>, std::string> Inbox::await_commands(std::chrono::milliseconds limit) try {
  if (connection_->listener) wait(connection_->live, limit);
  const Patience with_server{connection_->live, statement_patience};
  if (!connection_->listener) {
    connection_->listener = std::make_unique<Listener>(connection_->live);  // what was filed before is read at once
  }
  std::vector<FiledCommand> commands;
  const auto rows = pqxx::nontransaction{connection_->live}.exec(
      "SELECT i.id, i.command, i.arguments, i.user_name, (extract(epoch FROM i.deadline - now()) * 1000)::bigint "
      "FROM tally_ledger.inbox i WHERE i.deadline > now() "
      "AND NOT EXISTS (SELECT FROM tally_ledger.inbox_answers a WHERE a.inbox_id = i.id) ORDER BY i.id");
  for (const auto& row : rows) {
    commands.push_back({.id = {row[0].as<std::int64_t>()},
                        .command = row[1].c_str(),
                        .arguments = row[2].c_str(),
                        .user = row[3].c_str(),
                        .time_left = std::chrono::milliseconds{row[4].as<std::int64_t>()}});
  }
  return commands;
} catch (const std::exception& error) {
  return std::unexpected{std::string{error.what()}};
}

std::expected<void, std::string> Inbox::clean_up() try {
  const Patience with_server{connection_->live, statement_patience};
  pqxx::work transaction{connection_->live};
  transaction.exec(
      "WITH old AS (SELECT id FROM tally_ledger.inbox WHERE deadline < now() - interval '1 day' LIMIT 1000), "
      "answers AS (DELETE FROM tally_ledger.inbox_answers WHERE inbox_id IN (SELECT id FROM old)) "
      "SELECT count(*) FROM old");
  transaction.exec(
      "DELETE FROM tally_ledger.inbox i WHERE deadline < now() - interval '1 day' "
      "AND NOT EXISTS (SELECT FROM tally_ledger.inbox_answers a WHERE a.inbox_id = i.id)");
  transaction.commit();
  return {};
} catch (const std::exception& error) {
  return std::unexpected{std::string{error.what()}};
}

}  // namespace tally::postgres
