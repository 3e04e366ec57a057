#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "data_directory.hpp"
#include "file_descriptor.hpp"

namespace tally::embedded {

/// One Tally a directory: holds `tally.lock` locked for its life. The kernel frees it when the process dies, however it
/// dies. The file tells others the keeper's process id, and once it is known the connection URI.
class DirectoryLock {
 public:
  /// An object that holds nothing.
  DirectoryLock() = default;

  static std::expected<DirectoryLock, ClusterError> take(const DataDirectory& directory);

  /// Tells the readers of the file where the server is.
  void publish(const std::string& url) noexcept;
  /// Tells them that it is no longer there.
  void withdraw() noexcept;
  void release() noexcept { file_.reset(); }

 private:
  FileDescriptor file_;
};

/// What a keeper has published about a directory.
struct Keeping {
  std::string pid;
  std::string url;  ///< Empty while it starts or stops.
};

/// Reads the file without keeping the lock; nullopt when nobody holds it.
std::expected<std::optional<Keeping>, ClusterError> read_keeping(const std::filesystem::path& data_dir);

}  // namespace tally::embedded
