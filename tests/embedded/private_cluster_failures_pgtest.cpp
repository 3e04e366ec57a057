#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "cluster_fixture.hpp"

namespace tally::embedded::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A cluster that was made and stopped.
void make_and_stop(const TemporaryFolder& folder) {
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  REQUIRE(cluster.start());
}

std::string failure_of(const PrivateClusterOptions& options) {
  RecordingObserver observer;
  PrivateCluster cluster(options, observer);
  const auto started = cluster.start();
  CHECK_FALSE(started);
  CHECK_FALSE(is_alive(observer.wait_for("launched", 0).value_or(-1)));
  return started ? "" : started.error().message;
}

/// A process of the server's user that has nothing to do with it.
class Bystander {
 public:
  explicit Bystander(uid_t uid) : pid_(::fork()) {
    if (pid_ != 0) return;
    if (::geteuid() == 0 && ::setuid(uid) != 0) ::_exit(1);
    while (true) ::pause();
  }
  ~Bystander() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

TEST_CASE("a lock file whose process id is somebody else's by now does not block the start", "[embedded]") {
  const TemporaryFolder folder;
  RecordingObserver observer;
  {
    PrivateCluster cluster(folder.options(), observer);
    REQUIRE(cluster.start());
    // What a power cut leaves: lock files, and after the reboot their number is anybody's.
    fs::copy_file(folder.cluster() / "postmaster.pid", folder.path() / "stale");
  }
  const Bystander bystander(owner_of(folder.cluster()));
  std::ifstream stale(folder.path() / "stale");
  std::string line;
  std::getline(stale, line);
  std::ofstream(folder.cluster() / "postmaster.pid") << bystander.pid() << '\n' << stale.rdbuf();

  PrivateCluster cluster(folder.options(), observer);
  const auto started = cluster.start();
  INFO((started ? "" : started.error().message));
  CHECK(started);
  CHECK(observer.count("adopted") == 0);
  CHECK(is_alive(bystander.pid()));
}

TEST_CASE("a server that cannot start is told with its own words, and the directory is free again", "[embedded]") {
  const TemporaryFolder folder;
  make_and_stop(folder);
  std::ofstream(folder.cluster() / "postgresql.conf", std::ios::app) << "no_such_setting = 1\n";
  for (int attempt = 0; attempt < 2; ++attempt)
    CHECK(failure_of(folder.options()).find("no_such_setting") != std::string::npos);
}

TEST_CASE("restarts go on with pauses until one succeeds, and can be stopped in a pause", "[embedded]") {
  const TemporaryFolder folder;
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  REQUIRE(cluster.start());
  const auto configuration = folder.cluster() / "postgresql.conf";
  const auto size = fs::file_size(configuration);
  std::ofstream(configuration, std::ios::app) << "no_such_setting = 1\n";
  ::kill(observer.postmaster(), SIGKILL);
  REQUIRE(observer.wait_for("restart_failed", 2));
  CHECK(observer.last_failure().find("no_such_setting") != std::string::npos);

  SECTION("it comes back when the cause is gone") {
    fs::resize_file(configuration, size);
    REQUIRE(observer.wait_for("ready", 2));
    CHECK(query(cluster.connection_url(), "SELECT 1") == "1");
  }
  SECTION("it stops without waiting for the next try") {
    REQUIRE(observer.wait_for("restart_failed", 5));
    cluster.stop();
    CHECK(find_running(folder.data_dir()).value() == std::nullopt);
  }
}

TEST_CASE("a server that does not stop in time is forced, and recovers at the next start", "[embedded]") {
  const TemporaryFolder folder;
  RecordingObserver observer;
  {
    auto options = folder.options();
    options.stop_timeout = 50ms;
    PrivateCluster cluster(options, observer);
    REQUIRE(cluster.start());
    REQUIRE(query(cluster.connection_url(), "CREATE TABLE kept AS SELECT 42 AS value") == "");
    ::kill(observer.postmaster(), SIGSTOP);
    cluster.stop();
    CHECK(observer.count("killed") == 1);
    CHECK_FALSE(is_alive(observer.postmaster()));
  }
  PrivateCluster cluster(folder.options(), observer);
  REQUIRE(cluster.start());
  CHECK(query(cluster.connection_url(), "SELECT value FROM kept") == "42");
}

TEST_CASE("a folder of programs that holds none is named", "[embedded]") {
  const TemporaryFolder folder;
  ::setenv("TALLY_POSTGRES_BINDIR", folder.path().c_str(), 1);
  const auto failure = failure_of(folder.options());
  ::unsetenv("TALLY_POSTGRES_BINDIR");
  CHECK(failure.find("TALLY_POSTGRES_BINDIR names " + folder.path().string()) != std::string::npos);
}

TEST_CASE("a cluster of a version that is not installed is told so", "[embedded]") {
  const TemporaryFolder folder;
  make_and_stop(folder);
  std::ofstream(folder.cluster() / "PG_VERSION", std::ios::trunc) << "9\n";
  CHECK(failure_of(folder.options()).starts_with("the private cluster was made by PostgreSQL 9, and only "));
}

TEST_CASE("a server that somebody started by hand is not taken over", "[embedded]") {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  OtherTally other(folder.options());
  REQUIRE_FALSE(other.line_with("ready ").empty());
  other.kill();
  // As if its socket stood in a folder that everybody may enter.
  for (const auto& run : fs::directory_iterator(folder.path() / "run")) fs::permissions(run, fs::perms(0755));
  auto options = folder.options();
  options.run_base = elsewhere.path();
  CHECK(failure_of(options).find("that Tally did not start") != std::string::npos);

  // The usual folder is made private again, and the server is ours.
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  CHECK(cluster.start());
  CHECK(observer.count("adopted") == 1);
}

TEST_CASE("a server is adopted where its socket is, also after the usual folder has changed", "[embedded]") {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  OtherTally other(folder.options());
  const auto ready = other.line_with("ready ");
  REQUIRE_FALSE(ready.empty());
  other.kill();
  auto options = folder.options();
  options.run_base = elsewhere.path();
  RecordingObserver observer;
  PrivateCluster cluster(options, observer);
  REQUIRE(cluster.start());
  CHECK(cluster.connection_url() == ready.substr(6));
  ::kill(observer.postmaster(), SIGKILL);
  REQUIRE(observer.wait_for("ready", 2));
  CHECK(query(cluster.connection_url(), "SELECT 1") == "1");
}

}  // namespace
}  // namespace tally::embedded::test
