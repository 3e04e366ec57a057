#include "event_logger.hpp"

#include "tally/logging/log.hpp"

namespace tally {
namespace {

using logging::Channel;
using logging::Level;
using logging::log;

struct EngineReportLogger {
  void operator()(const engine::ReignOpened& r) const {
    log(Level::info, Channel::engine, "writing begins",
        {{"group", r.opening.value},
         {"sessions", r.sessions},
         {"counters", r.counters},
         {"groups_replayed", r.groups_replayed}});
  }
  void operator()(const engine::ReignLost&) const {
    log(Level::error, Channel::engine, "another writer has taken over");
  }
  void operator()(const engine::StandingBy& r) const {
    log(Level::info, Channel::engine, "standing by", {{"writer", r.writer}});
  }
  void operator()(const engine::DatabaseLost& r) const {
    log(Level::error, Channel::storage, "database lost", {{"reason", r.what}});
  }
  void operator()(const engine::DatabaseBack& r) const {
    log(Level::warning, Channel::storage, "database back",
        {{"outage_ms", r.outage.count()},
         {"groups_in_doubt", r.groups_in_doubt},
         {"groups_committed", r.groups_committed}});
  }
  void operator()(const engine::GroupNotCommitted& r) const {
    log(Level::error, Channel::storage, "group not committed", {{"reason", r.what}});
  }
  void operator()(const engine::CommandPoisonous& r) const {
    log(Level::error, Channel::storage, "command refused by the database for its data", {{"reason", r.what}});
  }
  void operator()(const engine::SessionsEndedIdle& r) const {
    log(Level::info, Channel::engine, "idle sessions ended", {{"count", r.count}});
  }
  void operator()(const engine::LedgerUnusable& r) const {
    log(Level::error, Channel::storage, "the ledger can't be used", {{"reason", r.what}});
  }
  void operator()(const engine::BoundariesSetAnew& r) const {
    log(Level::warning, Channel::engine, "resets lay too far ahead and were set anew: the clock was wrong",
        {{"counters", r.count}});
  }
  /// As 4D's diagnostic log has it (4d-license-usage, 8), for programs that read that.
  void operator()(const engine::PlaceReported& r) const {
    const bool is_retained = r.what == engine::PlaceReported::What::retained;
    const std::string line = "[LICUSAGE] INFO - License " + r.product + (is_retained ? " retained" : " released") +
                             " (current use " + to_string(r.in_use) + ") by user " + r.user + " with IP " + r.address +
                             " with token " + std::to_string(r.token.value) + ": " +
                             (r.reason.empty() ? "CLIENT" : r.reason) + " ()";
    log(Level::info, Channel::engine, line);
  }
  void operator()(const engine::ReopenFailed& r) const {
    log(Level::warning, Channel::engine, "not the writer", {{"reason", r.what}});
  }
};

}  // namespace

void EventLogger::report(const engine::Report& report) { std::visit(EngineReportLogger{}, report); }

void EventLogger::request_finished(const http::Access& access) noexcept {
  if (!logging::enabled(Channel::http, Level::info)) return;
  log(Level::info, Channel::http, "request",
      {{"id", access.request_id},
       {"method", access.method},
       {"path", access.path},
       {"op", access.label},
       {"status", access.status},
       {"peer", access.peer_address},
       {"bytes_in", access.request_body_bytes},
       {"bytes_out", access.response_bytes},
       {"delivered", access.delivered},
       {"us", std::chrono::duration_cast<std::chrono::microseconds>(access.duration).count()}});
}

void EventLogger::connection_refused(std::string_view peer_address) noexcept {
  log(Level::warning, Channel::http, "connection refused: too many", {{"peer", peer_address}});
}
void EventLogger::accept_failed(std::string_view reason) noexcept {
  log(Level::error, Channel::http, "no connection could be accepted", {{"reason", reason}});
}
void EventLogger::handler_failed(std::string_view reason) noexcept {
  log(Level::error, Channel::http, "a request met a mistake of the program", {{"reason", reason}});
}

void EventLogger::making(const std::filesystem::path& cluster, int postgres_major) noexcept {
  log(Level::info, Channel::cluster, "making a private PostgreSQL cluster",
      {{"path", std::string_view{cluster.native()}}, {"postgres", postgres_major}});
}
void EventLogger::launched(pid_t postmaster) noexcept {
  log(Level::debug, Channel::cluster, "launched", {{"pid", postmaster}});
}
void EventLogger::adopted(pid_t postmaster) noexcept {
  log(Level::warning, Channel::cluster, "using the PostgreSQL that an earlier Tally left running",
      {{"pid", postmaster}});
}
void EventLogger::ready(pid_t postmaster) noexcept {
  log(Level::info, Channel::cluster, "PostgreSQL is ready", {{"pid", postmaster}});
}
void EventLogger::died(pid_t postmaster, std::string_view how) noexcept {
  log(Level::error, Channel::cluster, "PostgreSQL died; starting it again", {{"pid", postmaster}, {"how", how}});
}
void EventLogger::restart_failed(const embedded::ClusterError& error, std::chrono::milliseconds pause) noexcept {
  log(Level::error, Channel::cluster, "PostgreSQL could not be started",
      {{"reason", std::string_view{error.message}},
       {"remedy", std::string_view{error.remedy}},
       {"next_try_ms", pause.count()}});
}
void EventLogger::stopped(pid_t postmaster, bool orderly) noexcept {
  log(Level::info, Channel::cluster, "PostgreSQL stopped", {{"pid", postmaster}, {"orderly", orderly}});
}

}  // namespace tally
