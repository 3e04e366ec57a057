#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tally/embedded/cluster_error.hpp"
#include "tally/embedded/cluster_observer.hpp"

namespace tally::embedded {

struct PrivateClusterOptions {
  /// Where everything is kept; made if missing. Relative paths count from the working directory at start(). Holds
  /// `postgres/` (the cluster), `postgres.log` (the server's log, bounded) and `tally.lock`.
  std::filesystem::path data_dir;
  /// The folder in which the folder of the server's socket is made. Empty means the usual one: `/run/tally` for root,
  /// else
  /// `$XDG_RUNTIME_DIR/tally` or `/tmp/tally-UID`. The path of a socket is bounded by the system to 107 bytes.
  std::filesystem::path run_base;
  /// How long start() waits for initdb, and then for a server that keeps silent. While a server that it launched says
  /// that it recovers from a crash, start() waits on: to give up would make recovery begin anew.
  std::chrono::milliseconds start_timeout = std::chrono::minutes{1};
  /// How long stop() waits for an orderly shutdown, which writes a checkpoint, before it uses force.
  std::chrono::milliseconds stop_timeout = std::chrono::seconds{30};
};

/// The PostgreSQL server that Tally keeps for itself when it is given no database.
///
/// It is an ordinary cluster under the data directory, served over a Unix socket in a private folder and nowhere else.
/// Its superuser `postgres` is for maintenance; Tally's role `tally` owns the database `tally` and nothing more. The
/// peer map lets root and the user that runs the server be either role; nobody else gets in.
///
/// PostgreSQL refuses to run as root: root's Tally runs it as the owner of the existing cluster, else as the system
/// user `tally`, else as `postgres`. Any other user runs it as himself, and needs a passwd entry.
///
/// Programs are taken from $TALLY_POSTGRES_BINDIR, else the newest /usr/lib/postgresql/N/bin that can serve the cluster
/// (14 or newer for a new one), else from $PATH.
///
/// The server lives in a session of its own: a Ctrl-C in Tally's terminal does not reach it. It outlives a crash of
/// Tally, and the next start() adopts it. When it dies by itself a thread restarts it, with growing pauses.
///
/// Thread safety: one thread calls start(); stop() may be called from any thread at any moment, also during start(),
/// but not from the observer. connection_url() may be called from any thread once start() has succeeded.
///
/// As root, start() and the watching thread lend their own thread's file access to the server's user for moments; other
/// threads are not affected.
class PrivateCluster {
 public:
  /// Does nothing but remember; the observer must outlive the object. Throws std::system_error when the process is out
  /// of file descriptors.
  PrivateCluster(PrivateClusterOptions options, ClusterObserver& observer);
  /// Stops, as stop() does.
  ~PrivateCluster();
  PrivateCluster(const PrivateCluster&) = delete;
  PrivateCluster& operator=(const PrivateCluster&) = delete;

  /// Takes the directory, makes the cluster if there is none, adopts or starts its server, makes role and database if
  /// they are missing, and returns when the server accepts connections. Once an object; on failure nothing it launched
  /// is left running, and a half-made cluster is never taken for a good one.
  std::expected<void, ClusterError> start();

  /// Ends the watch and shuts the server down, adopted or not: orderly first, which disconnects every client, by force
  /// after the stop timeout. Returns when the server is gone and the directory is free. Does nothing the second time; a
  /// start() in progress or yet to come fails with ClusterProblem::stopped.
  void stop() noexcept;

  /// A libpq URI with the socket, the role and the database; it stays the same over restarts. Empty before start() has
  /// succeeded.
  const std::string& connection_url() const noexcept;

 private:
  class Keeper;
  std::unique_ptr<Keeper> keeper_;
};

/// The connection URI of the cluster that a running Tally keeps in `data_dir`, for tools beside it; nullopt when none
/// does (also when the directory does not exist). Neither takes the lock nor starts anything. The answer may be
/// outdated at once: that Tally may be stopping. Fails when the directory may not be read by the caller, and while that
/// Tally is still starting. May be called from any thread.
std::expected<std::optional<std::string>, ClusterError> find_running(const std::filesystem::path& data_dir);

}  // namespace tally::embedded
