#pragma once

#include <filesystem>
#include <optional>

#include "child_process.hpp"
#include "server_account.hpp"

namespace tally::embedded {

/// A server process that works on a cluster right now.
struct LivePostmaster {
  Process process;
  bool single_user = false;                ///< Somebody repairs the cluster by hand; it serves no connections.
  std::filesystem::path socket_directory;  ///< Empty while it starts.
  int port = 0;
};

/// Finds it through postmaster.pid, but believes the number only if that process is a postgres whose working directory
/// is the cluster: after a reboot the number may be anybody's. A zombie is not alive.
std::optional<LivePostmaster> find_live_postmaster(const std::filesystem::path& cluster, const ServerAccount& account);

/// To be called when no live postmaster was found, before one is started. Removes what would make it refuse: lock files
/// whose process id was given to somebody else, and backends that outlived a killed postmaster and still hold its
/// shared memory. Those are killed outright: nobody supervises them, and recovery follows anyway.
void clear_the_way(const std::filesystem::path& cluster, const std::filesystem::path& run_directory,
                   const ServerAccount& account);

}  // namespace tally::embedded
