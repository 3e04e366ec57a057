#include "cluster_setup.hpp"

#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <string_view>

#include "cluster_failure.hpp"
#include "database_bootstrap.hpp"
#include "run_directory.hpp"
#include "text_file.hpp"

namespace tally::embedded {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view unfinished_prefix = "postgres.making.";

constexpr std::string_view settings =
    R"(# Tally writes this file at every start. Your own settings belong into postgresql.conf, below the line that includes this
# file, and win over it. Where the server listens is said on its command line and cannot be changed here.

# A private server with one client: a connection that commits, and a pool for lists and reports.
max_connections = 50
superuser_reserved_connections = 3
shared_buffers = 64MB
huge_pages = off
jit = off
# Containers offer little shared memory, and no query here is worth a second process.
max_parallel_workers_per_gather = 0

# A license once given must survive a power cut.
fsync = on
synchronous_commit = on
full_page_writes = on
max_wal_size = 1GB
min_wal_size = 80MB

# The folder of the socket is private as well.
unix_socket_permissions = 0700

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'

# Into ../postgres.log, whose size Tally bounds. Statements and their parameters stay out of it.
logging_collector = off
log_destination = 'stderr'
log_line_prefix = '%m [%p] %q%u@%d '
log_min_messages = warning
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_autovacuum_min_duration = -1
)";

constexpr std::string_view access_rules =
    R"(# Tally writes this file at every start. Only the users of the map in pg_ident.conf get in, and only over the socket.
local all         all      peer map=tally
local replication postgres peer map=tally
)";

std::expected<void, ClusterError> cannot_write(const fs::path& path, int error) {
  return failed("cannot write " + path.string() + ": " + reason(error));
}

/// Expects to act as the account.
std::expected<void, ClusterError> sync_path(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fsync(file.get()) != 0) return cannot_write(path, errno);
  return {};
}

/// Replaces a file in one step, so that a crash leaves the old one or the new one. Expects to act as the account.
std::expected<void, ClusterError> replace_file(const fs::path& path, std::string_view content) {
  if (read_text(path) == content) return {};
  const auto fresh = fs::path(path).concat(".new");
  ::unlink(fresh.c_str());
  FileDescriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return cannot_write(fresh, errno);
  const auto written = ::write(file.get(), content.data(), content.size());
  if (written != static_cast<ssize_t>(content.size())) return cannot_write(fresh, written < 0 ? errno : ENOSPC);
  if (::fsync(file.get()) != 0 || ::rename(fresh.c_str(), path.c_str()) != 0) return cannot_write(path, errno);
  return sync_path(path.parent_path());
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"') result += '"';
    result += letter;
  }
  return result + "\"";
}

/// Root and the server's user may be either role.
std::string ident_map(const ServerAccount& account) {
  std::string map = "# Tally writes this file at every start.\n";
  const auto let = [&map](const std::string& user) {
    for (const char* role : {tally_role, maintenance_role}) map += "tally " + quoted(user) + " " + role + "\n";
  };
  if (auto root = user_name(0); root && *root != account.name) let(*root);
  let(account.name);
  return map;
}

void remove_unfinished(const DataDirectory& directory) {
  const ActingAs acting(directory.account);
  std::error_code error;
  std::vector<fs::path> unfinished;
  for (const auto& entry : fs::directory_iterator(directory.path, error)) {
    if (entry.path().filename().string().starts_with(unfinished_prefix)) unfinished.push_back(entry.path());
  }
  // What resists, such as a folder that an orphaned initdb still fills, is left to a later start: its name is not
  // reused.
  for (const auto& path : unfinished) fs::remove_all(path, error);
}

/// Code-point order is the same everywhere and never changes with the system's library; "C" knows no letters beyond
/// ASCII.
const char* best_locale() {
  const locale_t locale = ::newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
  if (locale == nullptr) return "C";
  ::freelocale(locale);
  return "C.UTF-8";
}

std::expected<void, ClusterError> run_initdb(const DataDirectory& directory, const ServerBinaries& binaries,
                                             const fs::path& unfinished, const StopSignal& stop, Moment deadline) {
  const Command initdb{binaries.directory / "initdb",
                       {"--pgdata=" + unfinished.string(), std::string("--username=") + maintenance_role,
                        "--encoding=UTF8", std::string("--locale=") + best_locale(), "--data-checksums",
                        "--auth-local=peer", "--auth-host=reject", "--no-instructions"},
                       directory.path,
                       {}};
  const auto finished = run_to_end(initdb, directory.account, stop, deadline);
  if (!finished) return std::unexpected(finished.error());
  if (!finished->success) return failed("initdb could not make the private cluster:\n" + finished->output);
  return {};
}

std::expected<void, ClusterError> put_in_place(const DataDirectory& directory, const fs::path& unfinished) {
  const ActingAs acting(directory.account);
  const auto configuration = unfinished / "postgresql.conf";
  auto done = replace_file(configuration, read_text(configuration) + "\ninclude 'tally.conf'\n");
  if (!done) return done;
  if (::rename(unfinished.c_str(), directory.cluster().c_str()) != 0) return cannot_write(directory.cluster(), errno);
  return sync_path(directory.path);
}

}  // namespace

std::expected<std::optional<int>, ClusterError> cluster_version(const DataDirectory& directory) {
  const ActingAs acting(directory.account);
  const auto cluster = directory.cluster();
  std::error_code error;
  const auto kind = fs::symlink_status(cluster, error).type();
  if (kind == fs::file_type::not_found) return std::nullopt;
  if (kind == fs::file_type::directory && fs::is_empty(cluster, error)) return std::nullopt;
  const auto text = read_text(cluster / "PG_VERSION");
  int major = 0;
  std::from_chars(text.data(), text.data() + text.size(), major);
  if (major == 0)
    return failed(cluster.string() + " is not a PostgreSQL cluster: it has no PG_VERSION",
                  "Move it away, or restore the cluster from a backup.");
  return major;
}

std::expected<void, ClusterError> make_cluster(const DataDirectory& directory, const ServerBinaries& binaries,
                                               const StopSignal& stop, Moment deadline) {
  remove_unfinished(directory);
  // A new name each time: an initdb that outlived its Tally may still be at work under the old one.
  const auto moment = std::chrono::system_clock::now().time_since_epoch().count();
  const auto unfinished = directory.path / (std::string(unfinished_prefix) + std::to_string(moment));
  auto made = run_initdb(directory, binaries, unfinished, stop, deadline);
  if (made) made = put_in_place(directory, unfinished);
  if (!made) remove_unfinished(directory);
  return made;
}

std::expected<void, ClusterError> write_settings(const DataDirectory& directory) {
  const ActingAs acting(directory.account);
  auto written = replace_file(directory.cluster() / "tally.conf", settings);
  if (written) written = replace_file(directory.cluster() / "pg_hba.conf", access_rules);
  if (written) written = replace_file(directory.cluster() / "pg_ident.conf", ident_map(directory.account));
  return written;
}

Command server_command(const DataDirectory& directory, const ServerBinaries& binaries, const fs::path& run_directory) {
  // The list of socket directories is split at commas unless they are quoted.
  const auto sockets = quoted(run_directory.string());
  return {binaries.directory / "postgres",
          {"-D", directory.cluster().string(), "-c", "listen_addresses=", "-c", "port=" + std::to_string(server_port),
           "-c", "unix_socket_directories=" + sockets},
          directory.path,
          directory.log()};
}

}  // namespace tally::embedded
