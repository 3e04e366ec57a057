#include "run_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "cluster_failure.hpp"
#include "file_descriptor.hpp"

namespace tally::embedded {
namespace {

namespace fs = std::filesystem;

constexpr const char* choose_another = "Remove it, or name another folder for the socket.";

/// FNV-1a: short, the same in every process and version, and nobody gains from a collision but a confused operator,
/// whom the server's own lock file stops.
std::string hash_of(const fs::path& path) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char letter : path.native()) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

struct Base {
  fs::path path;
  bool of_account;  ///< Made and owned by the account rather than by root.
};

std::vector<Base> usual_bases(const ServerAccount& account) {
  const Base temporary{"/tmp/tally-" + std::to_string(account.uid), true};
  if (account.drop) return {{"/run/tally", false}, temporary};
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime == nullptr || *runtime != '/') return {temporary};
  return {{fs::path(runtime) / "tally", true}, temporary};
}

/// Makes the folder if it is missing and checks it through a descriptor, which no symbolic link can lead astray.
std::expected<void, ClusterError> make_folder(const fs::path& path, uid_t owner, mode_t mode) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST)
    return failed("cannot make " + path.string() + ": " + reason(errno));
  const FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder)
    return failed("cannot use " + path.string() + " for the database's socket: " +
                      (errno == ELOOP || errno == ENOTDIR ? "it is not a folder" : reason(errno)),
                  choose_another);
  struct stat status {};
  ::fstat(folder.get(), &status);
  if (status.st_uid != owner)
    return failed("cannot use " + path.string() + " for the database's socket: it belongs to " +
                      user_name(status.st_uid).value_or("user id " + std::to_string(status.st_uid)),
                  choose_another);
  if ((status.st_mode & 07777U) != mode && ::fchmod(folder.get(), mode) != 0)
    return failed("cannot set the mode of " + path.string() + ": " + reason(errno), choose_another);
  return {};
}

std::expected<void, ClusterError> make_leaf(const fs::path& path, const ServerAccount& account, bool by_account) {
  if (by_account || !account.drop) {
    const ActingAs acting(account);
    return make_folder(path, account.uid, 0700);
  }
  // In a folder of root's nobody else can put anything, so a new folder may be given away without a second look.
  if (::mkdir(path.c_str(), 0700) == 0 && ::lchown(path.c_str(), account.uid, account.gid) != 0)
    return failed("cannot give " + path.string() + " to user '" + account.name + "': " + reason(errno));
  return make_folder(path, account.uid, 0700);
}

std::expected<void, ClusterError> check_length(const fs::path& run_directory) {
  const auto socket = (run_directory / (".s.PGSQL." + std::to_string(server_port))).native();
  if (socket.size() < sizeof(sockaddr_un::sun_path)) return {};
  return failed("the path of the database's socket, " + socket + ", is longer than the system's 107 bytes",
                "Name a shorter folder for the socket, or unset XDG_RUNTIME_DIR.");
}

std::expected<void, ClusterError> make_base(const Base& base, const ServerAccount& account) {
  if (!base.of_account) return make_folder(base.path, 0, 0755);
  const ActingAs acting(account);
  return make_folder(base.path, account.uid, 0700);
}

/// Whether only root can put things into a folder, so that root need not fear what it finds there.
bool is_of_root(const fs::path& folder) {
  struct stat status {};
  return ::lstat(folder.c_str(), &status) == 0 && status.st_uid == 0 && (status.st_mode & 0022U) == 0;
}

std::expected<fs::path, ClusterError> make_in(const Base& base, const DataDirectory& directory) {
  auto path = base.path / hash_of(directory.path);
  auto made = check_length(path);
  if (made) made = make_base(base, directory.account);
  if (made) made = make_leaf(path, directory.account, base.of_account);
  if (!made) return std::unexpected(made.error());
  return path;
}

/// A folder that somebody named: it must exist, and needs to be writable by whoever makes the leaf.
std::expected<fs::path, ClusterError> make_in_named(const fs::path& base, const DataDirectory& directory) {
  std::error_code error;
  auto path = fs::canonical(base, error) / hash_of(directory.path);
  if (error)
    return failed("cannot use " + base.string() + " for the database's socket: " + error.message(), choose_another);
  if (auto length = check_length(path); !length) return std::unexpected(length.error());
  if (auto made = make_leaf(path, directory.account, !is_of_root(path.parent_path())); !made)
    return std::unexpected(made.error());
  return path;
}

}  // namespace

std::expected<fs::path, ClusterError> make_run_directory(const fs::path& base, const DataDirectory& directory) {
  if (!base.empty()) return make_in_named(base, directory);
  std::string troubles;
  for (const auto& usual : usual_bases(directory.account)) {
    auto made = make_in(usual, directory);
    if (made) return made;
    if (!troubles.empty()) troubles += "; ";
    troubles += made.error().message;
  }
  return failed(std::move(troubles), choose_another);
}

std::expected<void, ClusterError> renew_run_directory(const fs::path& run_directory, const ServerAccount& account) {
  const auto base = run_directory.parent_path();
  for (const auto& usual : usual_bases(account)) {
    if (usual.path != base) continue;
    if (auto made = make_base(usual, account); !made) return made;
  }
  return make_leaf(run_directory, account, !is_of_root(base));
}

}  // namespace tally::embedded
