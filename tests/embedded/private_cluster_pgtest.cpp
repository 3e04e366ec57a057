#include "tally/embedded/private_cluster.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <thread>

#include "cluster_fixture.hpp"

namespace tally::embedded::test {
namespace {

namespace fs = std::filesystem;

std::string mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return std::to_string((status.st_mode >> 6U) & 7U) + std::to_string((status.st_mode >> 3U) & 7U) +
         std::to_string(status.st_mode & 7U);
}

void start(PrivateCluster& cluster) {
  const auto started = cluster.start();
  INFO((started ? "" : started.error().message));
  REQUIRE(started);
}

TEST_CASE("the first start makes a private cluster, and Tally's role owns its database and nothing more",
          "[embedded]") {
  const TemporaryFolder folder;
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  CHECK(cluster.connection_url().empty());
  start(cluster);
  const auto& url = cluster.connection_url();

  CHECK(observer.count("making") == 1);
  CHECK(observer.count("ready") == 1);
  CHECK(query(url, "SELECT current_user || ' ' || current_database()") == "tally tally");
  CHECK(
      query(
          url,
          "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication FROM pg_roles WHERE rolname = 'tally'") ==
      "f");
  CHECK(query(url, "CREATE ROLE other").error().starts_with("42501"));
  CHECK(query(url, "CREATE SCHEMA tally") == "");
  CHECK(query(as_maintenance(url), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "t");

  struct Setting {
    const char* name;
    const char* value;
  };
  for (const auto& [name, value] :
       {Setting{"listen_addresses", ""}, Setting{"data_checksums", "on"}, Setting{"server_encoding", "UTF8"},
        Setting{"fsync", "on"}, Setting{"synchronous_commit", "on"}, Setting{"full_page_writes", "on"},
        Setting{"TimeZone", "UTC"}, Setting{"max_connections", "50"}, Setting{"jit", "off"}}) {
    INFO(name);
    CHECK(query(url, std::string("SHOW ") + name) == value);
  }
  CHECK(mode_of(folder.data_dir()) == "700");
  CHECK(mode_of(folder.cluster()) == "700");
  CHECK(owner_of(folder.data_dir()) == owner_of(folder.cluster()));
  CHECK(owner_of(folder.cluster()) != 0);
}

TEST_CASE("data survives a stop, and the socket's folder does not", "[embedded]") {
  const TemporaryFolder folder;
  RecordingObserver observer;
  {
    PrivateCluster cluster(folder.options(), observer);
    start(cluster);
    REQUIRE(query(cluster.connection_url(), "CREATE TABLE kept AS SELECT 42 AS value") == "");
    cluster.stop();
    CHECK(observer.count("stopped") == 1);
    CHECK_FALSE(is_alive(observer.postmaster()));
    CHECK(fs::is_empty(folder.path() / "run"));
    cluster.stop();
    CHECK(cluster.start().error().problem == ClusterProblem::stopped);
  }
  PrivateCluster again(folder.options(), observer);
  start(again);
  CHECK(query(again.connection_url(), "SELECT value FROM kept") == "42");
  CHECK(observer.count("making") == 1);
}

TEST_CASE("the default folder of the socket serves as well", "[embedded]") {
  const TemporaryFolder folder;
  RecordingObserver observer;
  auto options = folder.options();
  options.run_base.clear();
  PrivateCluster cluster(options, observer);
  start(cluster);
  CHECK(query(cluster.connection_url(), "SELECT 1") == "1");
  cluster.stop();
  // Left to others who may use it; removed here only if nobody does.
  std::error_code ignored;
  for (const auto& base : {fs::path("/run/tally"), fs::path("/tmp/tally-" + std::to_string(::geteuid()))})
    fs::remove(base, ignored);
}

TEST_CASE("a killed server is restarted at the same address, with all its data", "[embedded]") {
  const TemporaryFolder folder;
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  start(cluster);
  const auto url = cluster.connection_url();
  REQUIRE(query(url, "CREATE TABLE kept AS SELECT 42 AS value") == "");
  for (int round = 1; round <= 3; ++round) {
    const pid_t postmaster = observer.postmaster();
    ::kill(postmaster, SIGKILL);
    REQUIRE(observer.wait_for("died", round) == postmaster);
    REQUIRE(observer.wait_for("ready", round + 1));
    CHECK(observer.postmaster() != postmaster);
    CHECK(cluster.connection_url() == url);
    CHECK(query(url, "SELECT value FROM kept") == "42");
  }
}

TEST_CASE("a backend that outlives its killed server does not keep the next one from starting", "[embedded]") {
  const TemporaryFolder folder;
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  start(cluster);
  const auto url = cluster.connection_url();
  std::thread client([&] { static_cast<void>(query(url, "SELECT pg_sleep(600)")); });
  std::string backend;
  const bool found = wait_until([&] {
    backend = query(as_maintenance(url),
                    "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)' AND pid <> pg_backend_pid()")
                  .value_or("");
    return !backend.empty();
  });
  // A stopped process notices nothing by itself, and holds the shared memory.
  if (found) ::kill(std::stoi(backend), SIGSTOP);
  ::kill(observer.postmaster(), SIGKILL);
  const auto ready = observer.wait_for("ready", 2);
  client.join();
  CHECK(found);
  CHECK(ready);
  CHECK(query(url, "SELECT 1") == "1");
}

TEST_CASE("the server is out of reach of the terminal's signals", "[embedded]") {
  const TemporaryFolder folder;
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  start(cluster);
  const pid_t postmaster = observer.postmaster();
  CHECK(::getpgid(postmaster) == postmaster);
  CHECK(::getsid(postmaster) == postmaster);
  CHECK(::getpgid(postmaster) != ::getpgrp());
}

TEST_CASE("the server inherits none of Tally's open files, which would stay open in it", "[embedded]") {
  const TemporaryFolder folder;
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  start(cluster);
  ::close(ends[1]);
  // Readable at once, because nobody is left who could write.
  pollfd reader{ends[0], POLLIN, 0};
  CHECK(::poll(&reader, 1, 0) == 1);
  ::close(ends[0]);
}

TEST_CASE("a server that outlived a crashed Tally is adopted, watched and stopped", "[embedded]") {
  const TemporaryFolder folder;
  OtherTally other(folder.options());
  const auto launched = other.line_with("launched ");
  const auto ready = other.line_with("ready ");
  REQUIRE_FALSE(ready.empty());
  const pid_t postmaster = std::stoi(launched.substr(9));
  REQUIRE(query(ready.substr(6), "CREATE TABLE kept AS SELECT 42 AS value") == "");
  other.kill();
  REQUIRE(is_alive(postmaster));
  CHECK(find_running(folder.data_dir()).value() == std::nullopt);

  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  start(cluster);
  CHECK(observer.wait_for("adopted") == postmaster);
  CHECK(observer.count("launched") == 0);
  CHECK(query(cluster.connection_url(), "SELECT value FROM kept") == "42");

  ::kill(postmaster, SIGKILL);
  REQUIRE(observer.wait_for("ready", 2));
  CHECK(query(cluster.connection_url(), "SELECT value FROM kept") == "42");
  cluster.stop();
  CHECK_FALSE(is_alive(observer.postmaster()));
}

TEST_CASE("an adopted server is stopped like any other", "[embedded]") {
  const TemporaryFolder folder;
  OtherTally other(folder.options());
  const auto launched = other.line_with("launched ");
  REQUIRE_FALSE(other.line_with("ready ").empty());
  other.kill();
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  start(cluster);
  cluster.stop();
  CHECK(observer.wait_for("stopped") == std::stoi(launched.substr(9)));
  CHECK_FALSE(is_alive(std::stoi(launched.substr(9))));
}

TEST_CASE("a crash of Tally at any moment of the start is mended by the next start", "[embedded]") {
  const TemporaryFolder folder;
  const auto moment = GENERATE(as<std::string>{}, "making", "launched ");
  {
    OtherTally other(folder.options());
    REQUIRE_FALSE(other.line_with(moment).empty());
    other.kill();
  }
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  start(cluster);
  CHECK(query(cluster.connection_url(), "SELECT current_user") == "tally");
}

TEST_CASE("one Tally a directory: the second is told who keeps it, and tools find the first", "[embedded]") {
  const TemporaryFolder folder;
  OtherTally other(folder.options());
  const auto ready = other.line_with("ready ");
  REQUIRE_FALSE(ready.empty());

  RecordingObserver observer;
  PrivateCluster second(folder.options(), observer);
  const auto started = second.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().problem == ClusterProblem::locked);
  CHECK(started.error().message.find("process " + std::to_string(other.pid())) != std::string::npos);

  CHECK(find_running(folder.data_dir()).value() == ready.substr(6));
  CHECK(query(ready.substr(6), "SELECT 1") == "1");
  other.stop();
  CHECK(find_running(folder.data_dir()).value() == std::nullopt);
  CHECK(find_running(folder.path() / "nowhere").value() == std::nullopt);
}

TEST_CASE("a start can be stopped at any moment, and leaves nothing that the next one stumbles over", "[embedded]") {
  const TemporaryFolder folder;
  const auto moment = GENERATE(as<std::string>{}, "making", "launched", "ready");
  {
    RecordingObserver observer;
    PrivateCluster cluster(folder.options(), observer);
    std::thread stopper([&] {
      observer.wait_for(moment);
      cluster.stop();
    });
    const auto started = cluster.start();
    stopper.join();
    // Between the last wait and the return a stop may come too late to make the start fail.
    if (moment != "ready") CHECK(started.error().problem == ClusterProblem::stopped);
    CHECK(find_running(folder.data_dir()).value() == std::nullopt);
    CHECK(observer.count("launched") == observer.count("stopped") + observer.count("killed"));
  }
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  start(cluster);
  CHECK(query(cluster.connection_url(), "SELECT current_user") == "tally");
}

TEST_CASE("a stop before the start makes it fail at once", "[embedded]") {
  const TemporaryFolder folder;
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  cluster.stop();
  CHECK(cluster.start().error().problem == ClusterProblem::stopped);
  CHECK_FALSE(fs::exists(folder.data_dir()));
}

}  // namespace
}  // namespace tally::embedded::test
