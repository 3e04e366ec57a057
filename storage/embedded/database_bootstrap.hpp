#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "tally/embedded/cluster_error.hpp"

namespace tally::embedded {

inline constexpr const char* tally_role = "tally";
inline constexpr const char* tally_database = "tally";
inline constexpr const char* maintenance_role = "postgres";

/// The libpq URI of a role and a database over the socket in this folder.
std::string socket_url(const std::filesystem::path& run_directory, const char* role, const char* database);

enum class Answer {
  accepting,
  refusing,  ///< It lives, and is recovering, starting or shutting down.
  silent
};

/// Asks the server whether it accepts connections. Returns at once unless the server hangs, then after two seconds.
Answer ask_server(const std::filesystem::path& run_directory);

/// Makes Tally's role and database if they are missing; safe to repeat after any interruption.
std::expected<void, ClusterError> ensure_database(const std::filesystem::path& run_directory);

}  // namespace tally::embedded
