#include "administer.hpp"

#include <iostream>

#include "catalog_file.hpp"
#include "database.hpp"
#include "one_request.hpp"
#include "serve.hpp"
#include "tally/admin/filed_commands.hpp"
#include "tally/admin/report_text.hpp"
#include "tally/catalog_json/catalog_writer.hpp"
#include "tally/postgres/inbox.hpp"
#include "tally/postgres/migrate.hpp"
#include "tally/postgres/postgres_ledger.hpp"
#include "tally/postgres/reports.hpp"

namespace tally {
namespace {

using namespace std::chrono_literals;
using config::ExitCode;

/// A writer that lives answers within milliseconds; silence for this long means that there is perhaps none.
constexpr auto quick_answer = 2'000ms;
constexpr auto slow_answer = 30'000ms;

Failure unavailable(const std::string& what) { return {ExitCode::database_unavailable, what}; }

/// Files a command for the writer and waits for its answer; absent when none came and the command was withdrawn.
std::expected<std::optional<model::Outcome>, Failure> file(const std::string& url, const admin::FiledText& text,
                                                           std::chrono::milliseconds patience) {
  auto inbox = postgres::Inbox::connect(url);
  if (!inbox) return std::unexpected{unavailable(inbox.error())};
  const auto id = inbox->file(text.command, text.arguments, operating_user(), patience);
  if (!id) return std::unexpected{unavailable(id.error())};
  auto answer = inbox->await_answer(*id, patience);
  if (answer && !*answer) {
    const auto withdrawn = inbox->withdraw(*id);
    if (withdrawn && *withdrawn) return std::nullopt;
    answer = inbox->await_answer(*id, 0ms);
  }
  if (!answer) return std::unexpected{unavailable(answer.error())};
  return *answer;
}

/// Becomes the writer for a moment; absent when another one is alive.
template<class Command>
std::expected<std::optional<model::Outcome>, Failure> decide_here(const std::string& url,
                                                                  const config::ServeOptions& settings,
                                                                  const Command& command, EventLogger& events) {
  postgres::PostgresLedger ledger{{.url = url, .allow_unsafe = settings.database.allow_unsafe}};
  engine::SystemClock clock;
  engine::Writer writer{ledger, writer_options(settings, "the command line"), clock, events};
  if (auto started = writer.start(); !started) {
    if (started.error().kind == engine::StartFailure::Kind::another_writer) return std::nullopt;
    return std::unexpected{failure_of(started.error())};
  }
  model::Outcome outcome = ask(writer, command, operating_user());
  writer.stop(slow_answer);
  return outcome;
}

/// Has a command decided: by the writer that runs, else by ourselves.
template<class Command>
std::expected<model::Answer, Failure> carry_out(const Command& command, const config::ServeOptions& settings,
                                                EventLogger& events) {
  auto database = Database::find(settings.database, events);
  if (!database) return std::unexpected{database.error()};
  const admin::FiledText text = admin::to_filed(command);
  std::expected<std::optional<model::Outcome>, Failure> outcome;
  if (!database->is_ours_alone()) outcome = file(database->url(), text, quick_answer);
  if (outcome && !*outcome) outcome = decide_here(database->url(), settings, command, events);
  if (outcome && !*outcome) outcome = file(database->url(), text, slow_answer);
  if (!outcome) return std::unexpected{outcome.error()};
  if (!*outcome)
    return std::unexpected{Failure{ExitCode::failed, "the server did not answer; the command was withdrawn"}};
  if (!**outcome) return std::unexpected{failure_of((**outcome).error())};
  return ***outcome;
}

std::expected<void, Failure> print(const std::expected<storage::Report, std::string>& report,
                                   config::ReportFormat format) {
  if (!report) return std::unexpected{unavailable(report.error())};
  switch (format) {
    case config::ReportFormat::table: std::cout << admin::as_columns(*report); break;
    case config::ReportFormat::json: std::cout << admin::as_json(*report); break;
    case config::ReportFormat::csv: std::cout << admin::as_csv(*report); break;
  }
  return {};
}

}  // namespace

std::expected<void, Failure> migrate(const config::Migrate& command, EventLogger& events) {
  config::DatabaseOptions options = command.settings.database;
  options.migrate = true;
  auto database = Database::open(options, events);
  if (!database) return std::unexpected{database.error()};
  std::cout << "the schema is up to date\n";
  return {};
}

std::expected<void, Failure> check_catalog(const config::CatalogCheck& command) {
  const auto read = read_catalog_file(command.file);
  if (!read) return std::unexpected{read.error()};
  std::cout << command.file << ": no mistakes\n";
  return {};
}

std::expected<void, Failure> import_catalog(const config::CatalogImport& command, EventLogger& events) {
  auto read = read_catalog_file(command.file);
  if (!read) return std::unexpected{read.error()};
  read->force = command.force;
  const auto answer = carry_out(*read, command.settings, events);
  if (!answer) return std::unexpected{answer.error()};
  const auto& report = std::get<model::CatalogReport>(*answer);
  std::cout << "counters added " << report.counters_added << ", changed " << report.counters_changed << ", removed "
            << report.counters_removed << "\n";
  return {};
}

std::expected<void, Failure> export_catalog(const config::CatalogExport& command, EventLogger& events) {
  auto database = Database::find(command.settings.database, events);
  if (!database) return std::unexpected{database.error()};
  const auto catalog = postgres::stored_catalog(database->url());
  if (!catalog) return std::unexpected{unavailable(catalog.error())};
  if (!*catalog) return std::unexpected{Failure{ExitCode::refused, "no catalogue has been imported yet"}};
  std::cout << catalog_json::write_catalog(**catalog);
  return {};
}

std::expected<void, Failure> list_sessions(const config::SessionList& command, EventLogger& events) {
  auto database = Database::find(command.settings.database, events);
  if (!database) return std::unexpected{database.error()};
  return print(postgres::open_sessions(database->url()), config::ReportFormat::table);
}

std::expected<void, Failure> end_session(const config::SessionEnd& command, EventLogger& events) {
  const auto answer =
      carry_out(engine::TerminateSession{.account = {}, .session = command.id}, command.settings, events);
  if (!answer) return std::unexpected{answer.error()};
  std::cout << "ended " << to_string(command.id) << "\n";
  return {};
}

std::expected<void, Failure> report_usage(const config::UsageReport& command, EventLogger& events) {
  auto database = Database::find(command.settings.database, events);
  if (!database) return std::unexpected{database.error()};
  const auto product = command.product.empty() ? std::nullopt : std::optional{command.product};
  return print(postgres::usage(database->url(), product), command.format);
}

std::expected<void, Failure> report_history(const config::HistoryReport& command, EventLogger& events) {
  auto database = Database::find(command.settings.database, events);
  if (!database) return std::unexpected{database.error()};
  return print(postgres::history(database->url(), command.since), command.format);
}

}  // namespace tally
