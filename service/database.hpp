#pragma once

#include <expected>
#include <memory>
#include <string>

#include "failure.hpp"
#include "tally/config/options.hpp"
#include "tally/embedded/private_cluster.hpp"

namespace tally {

/// The database that the settings name, ready to be connected to: the one behind the URL, or the private cluster, which
/// runs for as long as this object lives if it was started here.
class Database {
 public:
  /// For the process that will write: starts the private cluster, and brings the schema up where that is ours to do
  /// (the private one always, another with --migrate).
  [[nodiscard]] static std::expected<Database, Failure> open(const config::DatabaseOptions& options,
                                                             embedded::ClusterObserver& observer);

  /// For a tool beside a server: the same database, or the private cluster that a running Tally keeps. Starts one only
  /// when none runs.
  [[nodiscard]] static std::expected<Database, Failure> find(const config::DatabaseOptions& options,
                                                             embedded::ClusterObserver& observer);

  [[nodiscard]] const std::string& url() const { return url_; }
  /// Nobody else can be the writer: the private cluster was started by this process.
  [[nodiscard]] bool is_ours_alone() const { return cluster_ != nullptr; }

 private:
  explicit Database(std::string url, std::unique_ptr<embedded::PrivateCluster> cluster = nullptr)
      : url_{std::move(url)}, cluster_{std::move(cluster)} {}

  std::string url_;
  std::unique_ptr<embedded::PrivateCluster> cluster_;
};

}  // namespace tally
