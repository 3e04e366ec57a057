#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "server_account.hpp"

namespace tally::embedded {

/// The data directory, ready for use: it exists, belongs to the account, is closed to others and can be reached by the
/// account.
struct DataDirectory {
  std::filesystem::path path;  ///< Absolute, without symbolic links.
  ServerAccount account;

  std::filesystem::path cluster() const { return path / "postgres"; }
  std::filesystem::path log() const { return path / "postgres.log"; }
};

/// Makes the directory if it is missing and puts owner and mode right. A directory with things in it that Tally did not
/// put there is left alone and refused: it was probably not meant.
std::expected<DataDirectory, ClusterError> prepare_data_directory(const std::filesystem::path& wanted);

}  // namespace tally::embedded
