#pragma once

#include "tally/embedded/cluster_observer.hpp"
#include "tally/engine/writer_observer.hpp"
#include "tally/http/server_observer.hpp"

namespace tally {

/// Decides what of the lower rooms' reports is worth a line, and how loud. Thread-safe.
class EventLogger final : public engine::Observer, public http::Observer, public embedded::ClusterObserver {
 public:
  void report(const engine::Report& report) override;

  void request_finished(const http::Access& access) noexcept override;
  void connection_refused(std::string_view peer_address) noexcept override;
  void accept_failed(std::string_view reason) noexcept override;
  void handler_failed(std::string_view reason) noexcept override;

  void making(const std::filesystem::path& cluster, int postgres_major) noexcept override;
  void launched(pid_t postmaster) noexcept override;
  void adopted(pid_t postmaster) noexcept override;
  void ready(pid_t postmaster) noexcept override;
  void died(pid_t postmaster, std::string_view how) noexcept override;
  void restart_failed(const embedded::ClusterError& error, std::chrono::milliseconds pause) noexcept override;
  void stopped(pid_t postmaster, bool orderly) noexcept override;
};

}  // namespace tally
