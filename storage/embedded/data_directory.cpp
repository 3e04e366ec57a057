#include "data_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <vector>

#include "cluster_failure.hpp"
#include "file_descriptor.hpp"

namespace tally::embedded {
namespace {

namespace fs = std::filesystem;

std::string owner_and_mode(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return reason(errno);
  std::array<char, 16> mode{};
  std::snprintf(mode.data(), mode.size(), "%04o", status.st_mode & 07777U);
  return "mode " + std::string(mode.data()) + ", owned by " +
         user_name(status.st_uid).value_or("user id " + std::to_string(status.st_uid));
}

/// PostgreSQL runs as the account and walks the whole path itself; its own message would not name the closed door.
std::expected<void, ClusterError> check_way(const fs::path& path, const ServerAccount& account) {
  fs::path step;
  for (const auto& part : path) {
    step /= part;
    int error = 0;
    {
      const ActingAs acting(account);
      struct stat status {};
      if (::stat((step / ".").c_str(), &status) != 0) error = errno;
    }
    if (error == ENOENT) return {};  // The rest is still to be made.
    if (error != 0)
      return failed(
          "user '" + account.name + "', who runs the private database, cannot enter " + step.string() + " (" +
              (error == EACCES ? owner_and_mode(step) : reason(error)) + ") on the way to " + path.string(),
          "Choose another --data-dir, such as /var/lib/tally, or let others pass with: chmod o+x " + step.string());
  }
  return {};
}

/// Missing parents are made for everybody to pass whatever the umask says, or the check of the way would fail on our
/// own work.
std::expected<void, ClusterError> make_parents(const fs::path& path) {
  struct stat status {};
  if (path.empty() || ::lstat(path.c_str(), &status) == 0) return {};
  if (auto made = make_parents(path.parent_path()); !made) return made;
  if ((::mkdir(path.c_str(), 0755) != 0 || ::chmod(path.c_str(), 0755) != 0) && errno != EEXIST)
    return failed("cannot make " + path.string() + ": " + reason(errno), "Choose another --data-dir.");
  return {};
}

/// What Tally makes here, and what every new file system has.
bool may_be_here(const std::string& name) {
  return name.starts_with("tally") || name.starts_with("postgres") || name == "lost+found";
}

std::expected<void, ClusterError> check_content(const fs::path& path) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const auto name = entry.path().filename().string();
    if (!may_be_here(name))
      return failed(path.string() + " holds things that are not Tally's, such as " + name,
                    "Choose an empty --data-dir.");
  }
  if (error) return failed("cannot read " + path.string() + ": " + error.message(), "Choose another --data-dir.");
  return {};
}

std::expected<void, ClusterError> check_owner(const fs::path& path, const ServerAccount& account) {
  struct stat status {};
  if (account.drop || (::stat(path.c_str(), &status) == 0 && status.st_uid == account.uid)) return {};
  return failed(path.string() + " does not belong to user '" + account.name + "' (" + owner_and_mode(path) + ")",
                "Run Tally as its owner or as root, or choose another --data-dir.");
}

std::expected<void, ClusterError> own(const fs::path& path, const ServerAccount& account) {
  const FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) return failed("cannot open " + path.string() + ": " + reason(errno), "Choose another --data-dir.");
  struct stat status {};
  ::fstat(directory.get(), &status);
  if (status.st_uid != account.uid && ::fchown(directory.get(), account.uid, account.gid) != 0)
    return failed("cannot give " + path.string() + " to user '" + account.name + "': " + reason(errno));
  if ((status.st_mode & 07777U) != 0700 && ::fchmod(directory.get(), 0700) != 0)
    return failed("cannot close " + path.string() + " to others: " + reason(errno));
  return {};
}

/// The owner of the cluster decides as whom root runs it: PostgreSQL accepts nobody else.
std::optional<uid_t> cluster_owner(const fs::path& path) {
  struct stat status {};
  if (::lstat((path / "postgres").c_str(), &status) != 0) return std::nullopt;
  return status.st_uid;
}

}  // namespace

std::expected<DataDirectory, ClusterError> prepare_data_directory(const fs::path& wanted) {
  std::error_code error;
  auto path = fs::weakly_canonical(fs::absolute(wanted, error), error);
  if (error || wanted.empty())
    return failed("cannot use the data directory " + wanted.string() + ": " + error.message(),
                  "Choose another --data-dir.");
  if (!path.has_filename()) path = path.parent_path();  // It ended in a slash.

  const auto owner = cluster_owner(path);
  auto account = choose_account(owner);
  if (!account) return std::unexpected(account.error());
  if (auto way = check_way(path.parent_path(), *account); !way) return std::unexpected(way.error());
  if (auto made = make_parents(path.parent_path()); !made) return std::unexpected(made.error());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return failed("cannot make " + path.string() + ": " + reason(errno), "Choose another --data-dir.");
  if (auto belongs = check_owner(path, *account); !belongs) return std::unexpected(belongs.error());
  if (!owner) {
    if (auto content = check_content(path); !content) return std::unexpected(content.error());
  }
  if (auto owned = own(path, *account); !owned) return std::unexpected(owned.error());
  if (auto way = check_way(path, *account); !way) return std::unexpected(way.error());
  return DataDirectory{std::move(path), std::move(*account)};
}

}  // namespace tally::embedded
