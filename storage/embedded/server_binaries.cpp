#include "server_binaries.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster_failure.hpp"

namespace tally::embedded {
namespace {

namespace fs = std::filesystem;

constexpr auto version_timeout = std::chrono::seconds{10};

bool holds_server(const fs::path& directory) {
  return ::access((directory / "postgres").c_str(), X_OK) == 0 && ::access((directory / "initdb").c_str(), X_OK) == 0;
}

std::optional<int> number_at(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && number > 0 ? std::optional(number) : std::nullopt;
}

/// Debian's folders, newest first.
std::vector<fs::path> packaged_directories() {
  std::vector<std::pair<int, fs::path>> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (const auto major = number_at(entry.path().filename().string()))
      found.emplace_back(*major, entry.path() / "bin");
  }
  std::ranges::sort(found, std::greater{});
  std::vector<fs::path> directories;
  directories.reserve(found.size());
  for (auto& [major, directory] : found) directories.push_back(std::move(directory));
  return directories;
}

std::vector<fs::path> path_directories() {
  std::vector<fs::path> directories;
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    const fs::path directory(rest.substr(0, end));
    // An empty or relative member means the working directory, from where nothing should be run as another user.
    if (directory.is_absolute()) directories.push_back(directory);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return directories;
}

/// Reads "postgres (PostgreSQL) 15.20 (Debian ...)".
std::expected<int, ClusterError> version_of(const fs::path& directory, const ServerAccount& account,
                                            const StopSignal& stop) {
  const auto said = run_to_end({directory / "postgres", {"--version"}, "/", {}}, account, stop,
                               std::chrono::steady_clock::now() + version_timeout);
  if (!said) return std::unexpected(said.error());
  constexpr std::string_view mark = "(PostgreSQL) ";
  const auto place = said->output.find(mark);
  if (place != std::string::npos) {
    if (const auto major = number_at(std::string_view(said->output).substr(place + mark.size()))) return *major;
  }
  return failed((directory / "postgres").string() + " does not tell its version");
}

bool fits(int major, std::optional<int> cluster_major) {
  return cluster_major ? major == *cluster_major : major >= postgres_major_min;
}

std::unexpected<ClusterError> unfit(std::optional<int> cluster_major, const std::string& found) {
  if (cluster_major) {
    const auto major = std::to_string(*cluster_major);
    return failed("the private cluster was made by PostgreSQL " + major + ", and only " + found + " is installed",
                  "Install postgresql-" + major + ", or upgrade the cluster with pg_upgrade.");
  }
  return failed(
      "no PostgreSQL server of version " + std::to_string(postgres_major_min) + " or newer is installed, only " + found,
      "Install Debian's package postgresql, name another folder in TALLY_POSTGRES_BINDIR, or use --database.");
}

}  // namespace

std::expected<ServerBinaries, ClusterError> find_binaries(std::optional<int> cluster_major,
                                                          const ServerAccount& account, const StopSignal& stop) {
  std::vector<fs::path> candidates;
  if (const char* chosen = std::getenv("TALLY_POSTGRES_BINDIR"); chosen != nullptr && *chosen != '\0') {
    if (!holds_server(chosen))
      return failed("TALLY_POSTGRES_BINDIR names " + std::string(chosen) + ", which does not hold postgres and initdb",
                    "Name the folder with PostgreSQL's server programs, such as /usr/lib/postgresql/15/bin.");
    candidates.push_back(fs::absolute(chosen));
  } else {
    candidates = packaged_directories();
    std::ranges::move(path_directories(), std::back_inserter(candidates));
  }
  std::string found;
  for (const auto& directory : candidates) {
    if (!holds_server(directory)) continue;
    const auto major = version_of(directory, account, stop);
    // A broken installation beside a good one is no reason to give up, unless it was asked for.
    if (!major && (major.error().problem == ClusterProblem::stopped || candidates.size() == 1))
      return std::unexpected(major.error());
    if (!major) continue;
    if (fits(*major, cluster_major)) return ServerBinaries{directory, *major};
    if (!found.empty()) found += ", ";
    found += std::to_string(*major);
  }
  return unfit(cluster_major, found.empty() ? "none" : found);
}

}  // namespace tally::embedded
