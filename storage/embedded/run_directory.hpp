#pragma once

#include <expected>
#include <filesystem>

#include "data_directory.hpp"

namespace tally::embedded {

inline constexpr int server_port = 5432;  ///< Only names the socket file; no network port is opened.

/// Makes the short private folder of the server's socket: BASE/HASH, where the hash is that of the data directory's
/// path. An empty base means the usual places, see PrivateClusterOptions. The folder belongs to the account and is
/// closed to others; what stands in its place and is not so is refused, since whoever owns it could pose as the server.
std::expected<std::filesystem::path, ClusterError> make_run_directory(const std::filesystem::path& base,
                                                                      const DataDirectory& directory);

/// Checks or makes again a folder that was in use before.
std::expected<void, ClusterError> renew_run_directory(const std::filesystem::path& run_directory,
                                                      const ServerAccount& account);

}  // namespace tally::embedded
