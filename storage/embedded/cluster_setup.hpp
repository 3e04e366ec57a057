#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "data_directory.hpp"
#include "server_binaries.hpp"

namespace tally::embedded {

/// The PostgreSQL version that made the cluster; nullopt if there is no cluster. A folder in its place that is not a
/// cluster is an error, since Tally makes none that is not whole.
std::expected<std::optional<int>, ClusterError> cluster_version(const DataDirectory& directory);

/// Makes the cluster under another name and renames it when it is whole and on disk, so that one cut short by a crash
/// is never taken for a good one. Removes what earlier attempts left.
std::expected<void, ClusterError> make_cluster(const DataDirectory& directory, const ServerBinaries& binaries,
                                               const StopSignal& stop, Moment deadline);

/// Writes the settings and the rules of access, which are Tally's and follow its version and its user, unless they are
/// the same already.
std::expected<void, ClusterError> write_settings(const DataDirectory& directory);

/// The command that serves the cluster over a socket in the run directory and nowhere else.
Command server_command(const DataDirectory& directory, const ServerBinaries& binaries,
                       const std::filesystem::path& run_directory);

}  // namespace tally::embedded
