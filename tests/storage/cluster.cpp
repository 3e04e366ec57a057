#include "cluster.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <pqxx/pqxx>

namespace tally::storage::test {
namespace {

/// PostgreSQL refuses to run as root.
std::string as_server_user(const std::string& command) {
  return (geteuid() == 0 ? "runuser -u postgres -- " : "") + ("/usr/lib/postgresql/15/bin/" + command) +
         " >/dev/null 2>&1 </dev/null";
}

void run(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error{"failed: " + command};
}

}  // namespace

Cluster& Cluster::instance() {
  static Cluster cluster;
  return cluster;
}

Cluster::Cluster() {
  std::string pattern = "/tmp/tally-storage-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no folder for the tests' cluster"};
  folder_ = pattern;
  if (geteuid() == 0) run("chown postgres " + folder_);
  run(as_server_user("initdb -D " + folder_ + "/data -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync"));
  run(as_server_user("pg_ctl -D " + folder_ + "/data -l " + folder_ + "/log -w -o \"-k " + folder_ +
                     " -c listen_addresses= -c fsync=off -c autovacuum=off -c max_connections=50\" start"));
}

Cluster::~Cluster() {
  (void)std::system(as_server_user("pg_ctl -D " + folder_ + "/data -m immediate -w stop").c_str());
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Cluster::url_of(const std::string& database) const {
  return "host=" + folder_ + " user=postgres dbname=" + database;
}

std::string Cluster::new_database() {
  const std::string name = "t" + std::to_string(++databases_);
  pqxx::connection connection{url_of("postgres")};
  pqxx::nontransaction{connection}.exec("CREATE DATABASE " + name);
  return url_of(name);
}

std::string query(const std::string& url, const std::string& sql) {
  pqxx::connection connection{url};
  const auto result = pqxx::nontransaction{connection}.exec(sql);
  return result.empty() || result[0].empty() || result[0][0].is_null() ? std::string{}
                                                                       : std::string{result[0][0].c_str()};
}

}  // namespace tally::storage::test
