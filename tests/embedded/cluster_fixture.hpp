#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <expected>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/embedded/private_cluster.hpp"

namespace tally::embedded::test {

/// Long enough for a slow machine under a sanitizer; nobody waits so long unless something is broken.
inline constexpr std::chrono::seconds patience{60};

/// A folder under /tmp that everybody may pass, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path data_dir() const { return path_ / "data"; }
  std::filesystem::path cluster() const { return data_dir() / "postgres"; }
  /// Both inside the folder, so that nothing is left behind.
  PrivateClusterOptions options() const;

 private:
  std::filesystem::path path_;
};

/// Keeps what it hears, and lets a test wait for it.
class RecordingObserver : public ClusterObserver {
 public:
  struct Heard {
    std::string what;
    pid_t pid;
  };

  void making(const std::filesystem::path&, int) noexcept override { hear("making", 0); }
  void launched(pid_t pid) noexcept override { hear("launched", pid); }
  void adopted(pid_t pid) noexcept override { hear("adopted", pid); }
  void ready(pid_t pid) noexcept override { hear("ready", pid); }
  void died(pid_t pid, std::string_view) noexcept override { hear("died", pid); }
  void restart_failed(const ClusterError& error, std::chrono::milliseconds) noexcept override;
  void stopped(pid_t pid, bool orderly) noexcept override { hear(orderly ? "stopped" : "killed", pid); }

  /// Waits until it was heard so many times; the last one's process, or nullopt when it does not come.
  std::optional<pid_t> wait_for(std::string_view what, int count = 1);
  int count(std::string_view what) const;
  pid_t postmaster() const;
  std::string last_failure() const;

  /// Runs inside the call, to act at an exact moment. Set before start().
  std::function<void(std::string_view)> on_event;

 private:
  void hear(std::string_view what, pid_t pid) noexcept;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Heard> heard_;
  std::string failure_;
};

/// The first value of a query, or the server's error text with its SQLSTATE in front.
std::expected<std::string, std::string> query(const std::string& url, const std::string& sql);

/// The same for the maintenance role.
std::string as_maintenance(std::string url);

bool is_alive(pid_t pid);
/// Whether the condition came true while there was patience.
bool wait_until(const std::function<bool()>& condition);

/// Another process that keeps a cluster: this program itself, see embedded_main.cpp.
class OtherTally {
 public:
  /// As `uid` if given (needs root).
  OtherTally(const PrivateClusterOptions& options, std::optional<uid_t> uid = {});
  ~OtherTally();
  OtherTally(const OtherTally&) = delete;
  OtherTally& operator=(const OtherTally&) = delete;

  pid_t pid() const { return pid_; }
  /// The next line that it says: "making", "launched PID", "ready URL", "failed MESSAGE", "stopped PID"; empty at its
  /// end.
  std::string next_line();
  /// Reads on until a line begins so, or the end.
  std::string line_with(std::string_view beginning);
  void kill();
  /// Asks it to stop, and waits.
  void stop();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string buffer_;
};

/// What a child process does: keeps a cluster until its stdin ends.
int keep_cluster(const std::filesystem::path& data_dir, const std::filesystem::path& run_base);

bool is_root();
uid_t uid_of(const char* user);
uid_t owner_of(const std::filesystem::path& path);

}  // namespace tally::embedded::test
