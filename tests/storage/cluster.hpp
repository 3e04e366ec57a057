#pragma once

#include <string>

namespace tally::storage::test {

/// A PostgreSQL server of the tests' own, made when it is first asked for and removed at the end. It runs with fsync
/// off, which the ledger must be told to accept.
class Cluster {
 public:
  static Cluster& instance();
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// The URL of a database that is new and empty.
  std::string new_database();

 private:
  Cluster();
  [[nodiscard]] std::string url_of(const std::string& database) const;

  std::string folder_;
  int databases_ = 0;
};

/// Runs statements, and returns the first value of the last one's first row; empty when there is none.
std::string query(const std::string& url, const std::string& sql);

}  // namespace tally::storage::test
