#include "serve.hpp"

#include <malloc.h>
#include <netdb.h>
#include <signal.h>
#include <sodium/randombytes.h>
#include <sys/socket.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

#include "catalog_file.hpp"
#include "database.hpp"
#include "inbox_pump.hpp"
#include "loop_waiting.hpp"
#include "one_request.hpp"
#include "open_files.hpp"
#include "tally/access/user_gate.hpp"
#include "tally/common/digest.hpp"
#include "tally/common/error_table.hpp"
#include "tally/common/front.hpp"
#include "tally/floating/floating_door.hpp"
#include "tally/forwarding/writer_forwarding.hpp"
#include "tally/history/history_door.hpp"
#include "tally/http/server.hpp"
#include "tally/logging/log.hpp"
#include "tally/lrm/lrm_door.hpp"
#include "tally/openapi/openapi_door.hpp"
#include "tally/postgres/postgres_access_store.hpp"
#include "tally/postgres/postgres_history_ledger.hpp"
#include "tally/postgres/postgres_ledger.hpp"
#include "tally/postgres/postgres_usage_ledger.hpp"
#include "tally/soap/soap_door.hpp"
#include "tally/usage/usage_door.hpp"

namespace tally {
namespace {

using namespace std::chrono_literals;
using config::ExitCode;

/// Of the 30 s that an orderly stop may take; an attempt to reach the database that began before may last beyond.
constexpr auto drain_time = 25s;
constexpr auto import_patience = 60s;
constexpr auto import_pause = 100ms;
/// A question about history waits for what has come since.
constexpr auto sum_up_every = 2s;

/// The epoch's secret, by which the writer will believe who forwards to it.
std::string draw_secret() {
  std::string bytes(32, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return common::hexadecimal(bytes);
}

/// The server wants numbers; a name such as localhost is looked up once.
std::expected<http::Endpoint, Failure> resolved(const config::Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(endpoint.host.c_str(), nullptr, &hints, &found); error != 0) {
    return std::unexpected{
        Failure{ExitCode::failed, "the address " + endpoint.host + " can't be found: " + gai_strerror(error)}};
  }
  char numeric[NI_MAXHOST];
  const int error = getnameinfo(found->ai_addr, found->ai_addrlen, numeric, sizeof numeric, nullptr, 0, NI_NUMERICHOST);
  freeaddrinfo(found);
  if (error != 0) return std::unexpected{Failure{ExitCode::failed, "the address " + endpoint.host + " has no number"}};
  return http::Endpoint{numeric, endpoint.port};
}

std::optional<std::string> not_ready_because(const engine::Writer& writer) {
  switch (writer.state()) {
    case engine::WriterState::writing:
    case engine::WriterState::standing_by: return std::nullopt;
    case engine::WriterState::opening: return "taking over the ledger";
    case engine::WriterState::recovering: return "the database does not answer";
    case engine::WriterState::unusable: return "the ledger can't be used; the log says why";
    case engine::WriterState::stopped: return "stopping";
  }
  return "unknown";
}

void report_silence(const std::string& what) {
  logging::log(logging::Level::error, logging::Channel::storage, "the ledger did not answer a question",
               {{"reason", std::string_view{what}}});
}

void report_refusal(std::string_view why, std::string_view who, std::string_view address) {
  logging::log(logging::Level::warning, logging::Channel::server, "a caller was not let in",
               {{"why", why}, {"who", who}, {"address", address}});
}

/// A portion of what has come to the ledger; whether there is more. Whoever stands by leaves it to the writer, until it
/// is asked itself.
bool sum_up(storage::HistoryLedger& ledger, const engine::Writer& writer) {
  if (writer.state() != engine::WriterState::writing) return false;
  const auto there_is_more = ledger.sum_up();
  if (!there_is_more)
    logging::log(logging::Level::warning, logging::Channel::storage, "the history could not be summed up",
                 {{"reason", std::string_view{there_is_more.error().what}}});
  return there_is_more.value_or(false);
}

http::HandlerFactory doors(const config::ServeOptions& options, const common::Identification& claims,
                           access::Verification* verification, const common::WebTokens& tokens, engine::Writer& writer,
                           common::Forwarding& forwarding, usage::LedgerDesk& desk,
                           history::HistoryDesk& history_desk) {
  return [&options, &claims, verification, &tokens, &writer, &forwarding, &desk,
          &history_desk](http::IoThread& thread) -> std::unique_ptr<http::Handler> {
    std::unique_ptr<access::UserGate> gate;
    if (verification != nullptr)
      gate = std::make_unique<access::UserGate>(thread, *verification, claims, options.server.insecure);
    const common::Identification& identification = gate != nullptr ? gate->identification() : claims;
    const auto readiness = [&writer] { return not_ready_because(writer); };
    std::vector<std::unique_ptr<common::Door>> all;
    // In the order in which they are asked whether a path is theirs: the cheapest to ask first.
    all.push_back(std::make_unique<floating::FloatingDoor>(
        options.floating, identification,
        std::make_unique<common::OperationRunner>(thread, writer, options.server.request_timeout), readiness,
        verification != nullptr ? &tokens : nullptr));
    all.push_back(std::make_unique<soap::SoapDoor>(
        soap::SoapDoorOptions{.databases = options.soap.databases, .server_version = TALLY_VERSION}, identification,
        std::make_unique<common::OperationRunner>(thread, writer, options.server.request_timeout), readiness));
    all.push_back(std::make_unique<usage::UsageDoor>(
        thread, desk, report_silence, identification,
        std::make_unique<common::OperationRunner>(thread, writer, options.server.request_timeout)));
    all.push_back(std::make_unique<history::HistoryDoor>(thread, history_desk, identification, report_silence));
    all.push_back(std::make_unique<lrm::LrmDoor>(
        identification, std::make_unique<common::OperationRunner>(thread, writer, options.server.request_timeout)));
    all.push_back(std::make_unique<openapi::OpenApiDoor>());
    return std::make_unique<common::Front>(thread, std::move(gate), std::move(all), identification, forwarding,
                                           readiness);
  };
}

/// Half the processors: the writer and PostgreSQL need theirs.
unsigned threads_for(const config::ServerOptions& options) {
  if (options.threads > 0) return options.threads;
  return std::max(1U, std::thread::hardware_concurrency() / 2);
}

void wait_for_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int signal = 0;
  sigwait(&signals, &signal);
  logging::log(logging::Level::info, logging::Channel::server, "stopping", {{"signal", signal}});
}

bool may_pass(const model::Outcome& outcome) {
  return !outcome && (outcome.error().code == model::ErrorCode::server_busy ||
                      outcome.error().code == model::ErrorCode::outcome_unknown);
}

/// Asks again while the database or another writer is in the way; the same file counts once.
std::expected<void, Failure> import_at_start(engine::Writer& writer, const std::string& file) {
  const auto read = read_catalog_file(file);
  if (!read) return std::unexpected{read.error()};
  model::Outcome outcome;
  const auto until = std::chrono::steady_clock::now() + import_patience;
  do {
    if (writer.state() == engine::WriterState::standing_by) {
      logging::log(logging::Level::warning, logging::Channel::server, "a stand-by does not read its catalogue file");
      return {};
    }
    auto command = *read;
    command.unless_imported = true;
    outcome = ask(writer, std::move(command), operating_user());
    if (may_pass(outcome)) std::this_thread::sleep_for(import_pause);
  } while (may_pass(outcome) && std::chrono::steady_clock::now() < until);
  if (!outcome) return std::unexpected{failure_of(outcome.error())};
  const auto& report = std::get<model::CatalogReport>(*outcome);
  logging::log(
      logging::Level::info, logging::Channel::server, "catalogue read",
      {{"added", report.counters_added}, {"changed", report.counters_changed}, {"removed", report.counters_removed}});
  return {};
}

std::expected<std::vector<http::Endpoint>, Failure> endpoints_of(const config::ServerOptions& options) {
  std::vector<http::Endpoint> endpoints;
  for (const auto& endpoint : options.listen) {
    auto numeric = resolved(endpoint);
    if (!numeric) return std::unexpected{numeric.error()};
    endpoints.push_back(std::move(*numeric));
  }
  return endpoints;
}

/// What one client, or all of them, may cost. Each connection is a descriptor, so there are no more of them than the
/// system allows: beyond that clients would wait unheard instead of being told to come again.
http::Limits limits_for(const config::ServerOptions& options) {
  // The database's, the log's, the listeners', and connections that wait to be refused.
  constexpr std::size_t other_files = 512;
  http::Limits limits;
  limits.body_bytes = options.max_body_bytes;
  limits.slow_bytes = std::max(limits.slow_bytes, 4 * limits.body_bytes);  // a body's buffer grows by doubling
  limits.header_time = std::min(limits.header_time, options.request_timeout);
  limits.body_time = options.request_timeout;
  const std::size_t files = allow_open_files(limits.connections + other_files);
  if (files < limits.connections + other_files) {
    limits.connections = files > 2 * other_files ? files - other_files : files / 2;
    logging::log(logging::Level::warning, logging::Channel::server, "fewer connections than usual: too few open files",
                 {{"open_files", files}, {"connections", limits.connections}});
  }
  return limits;
}

}  // namespace

engine::WriterOptions writer_options(const config::ServeOptions& options, const std::string& advertise) {
  engine::WriterOptions writer;
  writer.rules.idle_timeout = options.sessions.idle_timeout;
  writer.rules.offline_timeout = options.sessions.offline_timeout;
  writer.rules.administrators_are_named = options.identity.authentication || !options.identity.administrators.empty();
  writer.reports_places = options.log.license_usage;
  writer.term = {.advertise = advertise, .secret = draw_secret(), .duration = options.server.term};
  return writer;
}

Failure failure_of(const engine::StartFailure& failure) {
  const bool refused = failure.kind == engine::StartFailure::Kind::another_writer;
  return {refused ? ExitCode::refused : ExitCode::database_unavailable, failure.what};
}

Failure failure_of(const model::Refusal& refusal) {
  const auto& row = common::error_row(refusal.code);
  return {ExitCode::refused,
          std::string{row.word} + ": " + (refusal.detail.empty() ? std::string{row.cause} : refusal.detail)};
}

std::expected<void, Failure> serve(const config::ServeOptions& options, EventLogger& events) {
  const auto endpoints = endpoints_of(options.server);
  if (!endpoints) return std::unexpected{endpoints.error()};

  // The few threads that are seldom at work share memory to be used again, instead of keeping some each. The count of
  // threads is a small one.
  mallopt(M_ARENA_MAX, static_cast<int>(threads_for(options.server)) + 1);

  // The one truth, and the one thread that may change it.
  auto database = Database::open(options.database, events);
  if (!database) return std::unexpected{database.error()};
  postgres::PostgresLedger ledger{{.url = database->url(), .allow_unsafe = options.database.allow_unsafe}};
  LoopWaiting waiting;
  ledger.wait_by(waiting);
  engine::SystemClock clock;
  const std::string advertise = to_string(options.server.advertise.value_or(options.server.listen.front()));
  engine::WriterOptions role = writer_options(options, advertise);
  role.stand_by = true;
  const std::string secret = role.term.secret;
  engine::Writer writer{ledger, std::move(role), clock, events};
  if (auto started = writer.start(); !started) return std::unexpected{failure_of(started.error())};
  if (!options.server.catalog_file.empty()) {
    if (auto imported = import_at_start(writer, options.server.catalog_file); !imported) {
      writer.stop(drain_time);
      return imported;
    }
  }

  // The doors to it.
  const common::Identification identification{options.identity, secret};
  forwarding::WriterForwarding forwarding{writer, options.server.request_timeout};
  postgres::PostgresUsageLedger usage_ledger{database->url()};
  usage::LedgerDesk desk{usage_ledger, usage::questions_max};
  postgres::PostgresHistoryLedger history_ledger{database->url()};
  history::HistoryDesk history_desk{
      history_ledger,
      history::questions_max,
      {.work = [&writer](auto& summed) { return sum_up(summed, writer); }, .every = sum_up_every}};
  const common::WebTokens tokens{
      [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }};
  postgres::PostgresAccessStore access_store{database->url()};
  std::optional<access::Verification> verification;
  if (options.identity.authentication) verification.emplace(access_store, tokens, report_refusal);
  http::Server server{*endpoints, threads_for(options.server), limits_for(options.server),
                      doors(options, identification, verification ? &*verification : nullptr, tokens, writer,
                            forwarding, desk, history_desk),
                      events};
  const auto bound = server.start();
  if (!bound) {
    writer.stop(drain_time);
    return std::unexpected{Failure{ExitCode::failed, bound.error()}};
  }
  // Reading the ledger took as much memory again as keeping what it says.
  malloc_trim(0);
  const LoopWaiting::Loan loan{waiting, server.shared_loop(), writer};
  InboxPump inbox{database->url(), writer};
  for (const auto& endpoint : *bound) {
    logging::log(logging::Level::info, logging::Channel::server, "listening",
                 {{"address", std::string_view{endpoint.address}}, {"port", endpoint.port}});
  }
  std::cout << "tally: listening on http://" << to_string(config::Endpoint{bound->front().address, bound->front().port})
            << std::endl;

  wait_for_signal();
  // Nothing new comes in; what is in work is answered; then the ledger is closed in order.
  const auto until = std::chrono::steady_clock::now() + drain_time;
  inbox.stop();
  server.drain(until);
  writer.stop(std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()));
  forwarding.stop();
  desk.stop();
  history_desk.stop();
  if (verification) verification->stop();
  server.stop();
  return {};
}

}  // namespace tally
