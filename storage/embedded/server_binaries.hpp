#pragma once

#include <expected>
#include <filesystem>
#include <optional>

#include "child_process.hpp"

namespace tally::embedded {

inline constexpr int postgres_major_min = 14;

struct ServerBinaries {
  std::filesystem::path directory;  ///< Holds `postgres` and `initdb`.
  int major = 0;                    ///< What `postgres --version` says, not what the path promises.
};

/// Finds programs that can serve a cluster of the given version, or make a new one if none is given.
std::expected<ServerBinaries, ClusterError> find_binaries(std::optional<int> cluster_major,
                                                          const ServerAccount& account, const StopSignal& stop);

}  // namespace tally::embedded
