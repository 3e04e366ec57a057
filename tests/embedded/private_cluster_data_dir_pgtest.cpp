#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "cluster_fixture.hpp"

namespace tally::embedded::test {
namespace {

namespace fs = std::filesystem;

/// Without a passwd entry on any sane system.
constexpr uid_t unknown_uid = 54321;

ClusterError failure_of(const PrivateClusterOptions& options) {
  RecordingObserver observer;
  PrivateCluster cluster(options, observer);
  const auto started = cluster.start();
  CHECK_FALSE(started);
  CHECK(observer.count("launched") == 0);
  return started ? ClusterError{} : started.error();
}

bool says(const ClusterError& error, const std::string& text) { return error.message.find(text) != std::string::npos; }

TEST_CASE("a user who is not root runs the server as himself", "[embedded]") {
  if (!is_root()) return;
  const TemporaryFolder folder;
  const uid_t nobody = uid_of("nobody");
  REQUIRE(::chown(folder.path().c_str(), nobody, nobody) == 0);
  REQUIRE(::chown((folder.path() / "run").c_str(), nobody, nobody) == 0);
  {
    OtherTally other(folder.options(), nobody);
    const auto ready = other.line_with("ready ");
    REQUIRE_FALSE(ready.empty());
    CHECK(owner_of(folder.cluster()) == nobody);
    // Root may come in beside him.
    CHECK(query(ready.substr(6), "SELECT current_user") == "tally");
  }
  // Root goes on with his cluster as him; a third user is told whose it is.
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  REQUIRE(cluster.start());
  CHECK(owner_of("/proc/" + std::to_string(observer.postmaster())) == nobody);
  cluster.stop();
  OtherTally third(folder.options(), uid_of("daemon"));
  CHECK(third.line_with("failed ").find("(mode 0700, owned by nobody)") != std::string::npos);
}

TEST_CASE("a user without a passwd entry is told why he cannot have a private cluster", "[embedded]") {
  if (!is_root()) return;
  const TemporaryFolder folder;
  REQUIRE(::chown(folder.path().c_str(), unknown_uid, unknown_uid) == 0);
  OtherTally other(folder.options(), unknown_uid);
  CHECK(other.line_with("failed ").starts_with("failed user id 54321 has no passwd entry"));
  CHECK_FALSE(fs::exists(folder.data_dir()));
}

TEST_CASE("a folder that the server's user cannot pass is named, and nothing is made behind it", "[embedded]") {
  if (!is_root()) return;
  const TemporaryFolder folder;
  const auto closed = folder.path() / "closed";
  fs::create_directory(closed);
  fs::permissions(closed, fs::perms(0700));
  auto options = folder.options();
  options.data_dir = closed / "deeper" / "data";
  const auto error = failure_of(options);
  CHECK(says(error, "cannot enter " + closed.string() + " (mode 0700, owned by root)"));
  CHECK(error.remedy.find("chmod o+x " + closed.string()) != std::string::npos);
  CHECK(fs::is_empty(closed));
}

TEST_CASE("missing parents of the data directory are made, whatever the umask", "[embedded]") {
  const TemporaryFolder folder;
  auto options = folder.options();
  options.data_dir = folder.path() / "a" / "b" / "data" / "";
  RecordingObserver observer;
  const mode_t before = ::umask(077);
  PrivateCluster cluster(options, observer);
  const auto started = cluster.start();
  ::umask(before);
  CHECK(started);
}

TEST_CASE("an empty directory made by the operator is taken, one with other things is left alone", "[embedded]") {
  const TemporaryFolder folder;
  fs::create_directory(folder.data_dir());
  SECTION("empty but for what a new file system has") {
    fs::create_directory(folder.data_dir() / "lost+found");
    RecordingObserver observer;
    PrivateCluster cluster(folder.options(), observer);
    CHECK(cluster.start());
  }
  SECTION("with other things") {
    std::ofstream(folder.data_dir() / "letters.txt") << "dear";
    const auto owner = owner_of(folder.data_dir());
    CHECK(says(failure_of(folder.options()), "letters.txt"));
    CHECK(owner_of(folder.data_dir()) == owner);
  }
  SECTION("with a folder in the cluster's place that is none") {
    fs::create_directories(folder.cluster() / "base");
    if (is_root()) REQUIRE(::chown(folder.cluster().c_str(), uid_of("nobody"), uid_of("nobody")) == 0);
    CHECK(says(failure_of(folder.options()), "is not a PostgreSQL cluster"));
  }
}

TEST_CASE("what an interrupted initdb left is removed and never taken for a cluster", "[embedded]") {
  const TemporaryFolder folder;
  const auto leftover = folder.data_dir() / "postgres.making.1";
  fs::create_directories(leftover / "base");
  std::ofstream(leftover / "PG_VERSION") << "15\n";
  if (is_root()) {
    // As an earlier Tally would have made it; the user is the one that root chooses.
    const uid_t uid = uid_of("tally") != static_cast<uid_t>(-1) ? uid_of("tally") : uid_of("postgres");
    for (const auto& path : {folder.data_dir(), leftover, leftover / "base", leftover / "PG_VERSION"})
      REQUIRE(::chown(path.c_str(), uid, uid) == 0);
  }
  RecordingObserver observer;
  PrivateCluster cluster(folder.options(), observer);
  REQUIRE(cluster.start());
  CHECK_FALSE(fs::exists(leftover));
  CHECK(observer.count("making") == 1);
}

TEST_CASE("a folder for the socket that is too long, missing or in wrong hands is refused by name", "[embedded]") {
  const TemporaryFolder folder;
  auto options = folder.options();
  SECTION("too long") {
    options.run_base = folder.path() / std::string(100, 'x');
    fs::create_directory(options.run_base);
    CHECK(says(failure_of(options), "longer than the system's 107 bytes"));
  }
  SECTION("missing") {
    options.run_base = folder.path() / "nowhere";
    CHECK(says(failure_of(options), "nowhere"));
  }
  SECTION("a symbolic link or a stranger's folder in its place") {
    std::string name;
    {
      RecordingObserver observer;
      PrivateCluster cluster(options, observer);
      REQUIRE(cluster.start());
      name = fs::directory_iterator(options.run_base)->path().filename();
    }
    fs::create_directory(folder.path() / "trap");
    fs::create_symlink(folder.path() / "trap", options.run_base / name);
    CHECK(says(failure_of(options),
               (options.run_base / name).string() + " for the database's socket: it is not a folder"));
    if (!is_root()) return;
    fs::remove(options.run_base / name);
    fs::create_directory(options.run_base / name);
    REQUIRE(::chown((options.run_base / name).c_str(), unknown_uid, unknown_uid) == 0);
    CHECK(says(failure_of(options), "it belongs to user id 54321"));
  }
}

TEST_CASE("a tool that may not read the directory is told so", "[embedded]") {
  const TemporaryFolder folder;
  fs::create_directory(folder.data_dir());
  fs::create_symlink("elsewhere", folder.data_dir() / "tally.lock");
  CHECK(find_running(folder.data_dir()).error().message.starts_with("cannot read "));
}

}  // namespace
}  // namespace tally::embedded::test
