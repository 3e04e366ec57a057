#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string_view>

#include "tally/embedded/cluster_error.hpp"

namespace tally::embedded {

/// Hears what happens to a private cluster; this room does not log, the listener decides what is worth a line.
///
/// The calls come one at a time: from the thread in PrivateCluster::start() or stop(), and in between from the watching
/// thread. A listener must not call back into the cluster, and must return soon: a dead server is not restarted before
/// it has. Views are valid during the call only. Every function does nothing unless overridden.
class ClusterObserver {
 public:
  virtual ~ClusterObserver() = default;

  /// A new cluster is being made; this takes a second or a few.
  virtual void making(const std::filesystem::path& /*cluster*/, int /*postgres_major*/) noexcept {}
  /// A server process was launched. It does not accept connections yet, and may recover from a crash first.
  virtual void launched(pid_t /*postmaster*/) noexcept {}
  /// A server that outlived an earlier Tally is used further.
  virtual void adopted(pid_t /*postmaster*/) noexcept {}
  /// The server accepts connections, at the first start and after every restart.
  virtual void ready(pid_t /*postmaster*/) noexcept {}
  /// The server died although nobody here asked it to; a restart follows at once.
  virtual void died(pid_t /*postmaster*/, std::string_view /*how*/) noexcept {}
  /// A restart failed; the next one follows after `pause`.
  virtual void restart_failed(const ClusterError& /*error*/, std::chrono::milliseconds /*pause*/) noexcept {}
  /// The server was stopped by stop(). Not `orderly` means that it had to be killed and will recover at its next start.
  virtual void stopped(pid_t /*postmaster*/, bool /*orderly*/) noexcept {}
};

}  // namespace tally::embedded
