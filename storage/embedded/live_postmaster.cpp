#include "live_postmaster.hpp"

#include <sys/stat.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "text_file.hpp"

namespace tally::embedded {
namespace {

namespace fs = std::filesystem;

constexpr auto orphan_patience = std::chrono::seconds{5};

pid_t to_number(const std::string& text) {
  pid_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The lines of postmaster.pid or of a socket's lock file: process id (negative for single-user mode), data directory,
/// start time, port, socket directory, and more (PostgreSQL: src/include/utils/pidfile.h).
std::vector<std::string> read_lines(const fs::path& path) {
  std::istringstream file(read_text(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// Expects to act as the account, which alone may surely see the working directory of its processes.
bool is_postgres_in(pid_t pid, const fs::path& cluster) {
  const auto process = fs::path("/proc") / std::to_string(pid);
  const auto name = read_text(process / "comm");
  if (name != "postgres\n" && name != "postmaster\n") return false;
  struct stat theirs {};
  struct stat ours {};
  return ::stat((process / "cwd").c_str(), &theirs) == 0 && ::stat(cluster.c_str(), &ours) == 0 &&
         theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

/// Takes hold of the process before looking at it, so that what was looked at is what is held.
std::optional<Process> find_postgres(pid_t pid, const fs::path& cluster) {
  auto process = Process::find(pid);
  if (!process || !is_postgres_in(pid, cluster)) return std::nullopt;
  return process;
}

/// PostgreSQL removes a stale lock file itself unless its number is in use again by the same user.
void remove_if_recycled(const fs::path& lock_file) {
  const auto lines = read_lines(lock_file);
  const pid_t pid = lines.empty() ? 0 : std::abs(to_number(lines[0]));
  std::error_code ignored;
  if (pid > 0 && ::kill(pid, 0) == 0) fs::remove(lock_file, ignored);
}

void end_orphans(const fs::path& cluster) {
  std::vector<Process> orphans;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const pid_t pid = to_number(entry->path().filename().string());
    if (pid <= 0) continue;
    if (auto orphan = find_postgres(pid, cluster)) orphans.push_back(std::move(*orphan));
  }
  for (const auto& orphan : orphans) orphan.signal(SIGKILL);
  for (const auto& orphan : orphans) wait_readable(orphan.handle(), orphan_patience);
}

}  // namespace

std::optional<LivePostmaster> find_live_postmaster(const fs::path& cluster, const ServerAccount& account) {
  const ActingAs acting(account);
  const auto lines = read_lines(cluster / "postmaster.pid");
  const pid_t number = lines.empty() ? 0 : to_number(lines[0]);
  if (number == 0) return std::nullopt;
  auto process = find_postgres(std::abs(number), cluster);
  if (!process) return std::nullopt;
  LivePostmaster found{std::move(*process), number < 0, {}, 0};
  if (lines.size() >= 5) {
    found.port = to_number(lines[3]);
    found.socket_directory = lines[4];
  }
  return found;
}

void clear_the_way(const fs::path& cluster, const fs::path& run_directory, const ServerAccount& account) {
  const ActingAs acting(account);
  end_orphans(cluster);
  remove_if_recycled(cluster / "postmaster.pid");
  remove_if_recycled(run_directory / ".s.PGSQL.5432.lock");
}

}  // namespace tally::embedded
