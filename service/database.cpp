#include "database.hpp"

#include <filesystem>
#include <system_error>

#include "tally/logging/log.hpp"
#include "tally/postgres/migrate.hpp"

namespace tally {
namespace {

using config::ExitCode;

Failure cluster_failure(const embedded::ClusterError& error) {
  const ExitCode code =
      error.problem == embedded::ClusterProblem::locked ? ExitCode::refused : ExitCode::database_unavailable;
  return {code, error.message + (error.remedy.empty() ? "" : ". " + error.remedy)};
}

std::expected<void, Failure> migrate(const std::string& url) {
  const auto applied = postgres::migrate(url);
  if (!applied) return std::unexpected{Failure{ExitCode::database_unavailable, applied.error()}};
  if (*applied > 0)
    logging::log(logging::Level::info, logging::Channel::storage, "schema brought up", {{"files", *applied}});
  return {};
}

}  // namespace

std::expected<Database, Failure> Database::open(const config::DatabaseOptions& options,
                                                embedded::ClusterObserver& observer) {
  if (!options.is_private()) {
    if (options.migrate) {
      if (auto done = migrate(options.url); !done) return std::unexpected{done.error()};
    }
    return Database{options.url};
  }
  auto cluster = std::make_unique<embedded::PrivateCluster>(
      embedded::PrivateClusterOptions{.data_dir = options.data_dir, .run_base = {}}, observer);
  if (auto started = cluster->start(); !started) return std::unexpected{cluster_failure(started.error())};
  const std::string url = cluster->connection_url();
  if (auto done = migrate(url); !done) return std::unexpected{done.error()};
  return Database{url, std::move(cluster)};
}

std::expected<Database, Failure> Database::find(const config::DatabaseOptions& options,
                                                embedded::ClusterObserver& observer) {
  if (!options.is_private()) return Database{options.url};
  auto running = embedded::find_running(options.data_dir);
  if (!running) return std::unexpected{cluster_failure(running.error())};
  if (*running) return Database{**running};
  // A tool looks at what there is; it is serve and migrate that make a new one.
  std::error_code unreadable;
  if (!std::filesystem::exists(options.data_dir / "postgres", unreadable)) {
    return std::unexpected{
        Failure{ExitCode::database_unavailable,
                "there is no database in " + options.data_dir.string() + "; name it with --data-dir or --database"}};
  }
  return open(options, observer);
}

}  // namespace tally
