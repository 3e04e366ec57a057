#include "cluster_fixture.hpp"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace tally::embedded::test {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = "/tmp/tally-test-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  ::chmod(name.c_str(), 0755);
  path_ = name;
  fs::create_directory(path_ / "run");
  fs::permissions(path_ / "run", fs::perms(0755));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

PrivateClusterOptions TemporaryFolder::options() const {
  PrivateClusterOptions options;
  options.data_dir = data_dir();
  options.run_base = path_ / "run";
  return options;
}

void RecordingObserver::restart_failed(const ClusterError& error, std::chrono::milliseconds) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    failure_ = error.message;
  }
  hear("restart_failed", 0);
}

void RecordingObserver::hear(std::string_view what, pid_t pid) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    heard_.push_back({std::string(what), pid});
  }
  changed_.notify_all();
  if (on_event) on_event(what);
}

int RecordingObserver::count(std::string_view what) const {
  const std::scoped_lock lock(mutex_);
  return static_cast<int>(std::ranges::count(heard_, what, &Heard::what));
}

std::optional<pid_t> RecordingObserver::wait_for(std::string_view what, int count) {
  std::unique_lock lock(mutex_);
  const auto enough = [&] { return std::ranges::count(heard_, what, &Heard::what) >= count; };
  if (!changed_.wait_for(lock, patience, enough)) return std::nullopt;
  const auto last = std::ranges::find(heard_.rbegin(), heard_.rend(), what, &Heard::what);
  return last == heard_.rend() ? std::nullopt : std::optional(last->pid);
}

pid_t RecordingObserver::postmaster() const {
  const std::scoped_lock lock(mutex_);
  const auto last = std::ranges::find(heard_.rbegin(), heard_.rend(), "ready", &Heard::what);
  return last == heard_.rend() ? -1 : last->pid;
}

std::string RecordingObserver::last_failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

std::expected<std::string, std::string> query(const std::string& url, const std::string& sql) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url.c_str()), &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) return std::unexpected(PQerrorMessage(connection.get()));
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK) return "";
  if (status == PGRES_TUPLES_OK) return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  return std::unexpected(std::string(state != nullptr ? state : "") + " " + PQerrorMessage(connection.get()));
}

std::string as_maintenance(std::string url) {
  const std::string_view mark = "tally@/tally?";
  return url.replace(url.find(mark), mark.size(), "postgres@/postgres?");
}

bool is_alive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const auto end = text.rfind(')');
  return end != std::string::npos && text.substr(end + 2, 1) != "Z";
}

bool wait_until(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::poll(nullptr, 0, 2);
  }
  return true;
}

OtherTally::OtherTally(const PrivateClusterOptions& options, std::optional<uid_t> uid) {
  std::array<int, 2> to{};
  std::array<int, 2> from{};
  if (::pipe2(to.data(), O_CLOEXEC) != 0 || ::pipe2(from.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(to[0], STDIN_FILENO);
    ::dup2(from[1], STDOUT_FILENO);
    const gid_t group = uid.value_or(0);
    if (uid && (::setgroups(0, nullptr) != 0 || ::setgid(group) != 0 || ::setuid(*uid) != 0)) ::_exit(99);
    ::execl("/proc/self/exe", "embedded_pgtests", "--keep", options.data_dir.c_str(), options.run_base.c_str(),
            nullptr);
    ::_exit(98);
  }
  ::close(to[0]);
  ::close(from[1]);
  input_ = to[1];
  output_ = from[0];
}

OtherTally::~OtherTally() {
  stop();
  ::close(output_);
}

std::string OtherTally::next_line() {
  while (true) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    std::array<char, 512> block{};
    const auto count = ::read(output_, block.data(), block.size());
    if (count <= 0) return {};
    buffer_.append(block.data(), static_cast<std::size_t>(count));
  }
}

std::string OtherTally::line_with(std::string_view beginning) {
  std::string line = next_line();
  while (!line.empty() && !line.starts_with(beginning)) line = next_line();
  return line;
}

void OtherTally::kill() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void OtherTally::stop() {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

namespace {

/// Says on stdout what it hears.
class SpeakingObserver : public ClusterObserver {
 public:
  void making(const fs::path&, int) noexcept override { say("making"); }
  void launched(pid_t pid) noexcept override { say("launched " + std::to_string(pid)); }
  void stopped(pid_t pid, bool) noexcept override { say("stopped " + std::to_string(pid)); }
  static void say(const std::string& line) noexcept {
    std::puts(line.c_str());
    std::fflush(stdout);
  }
};

}  // namespace

int keep_cluster(const fs::path& data_dir, const fs::path& run_base) {
  SpeakingObserver observer;
  PrivateClusterOptions options;
  options.data_dir = data_dir;
  options.run_base = run_base;
  PrivateCluster cluster(options, observer);
  if (const auto started = cluster.start(); !started) {
    SpeakingObserver::say("failed " + started.error().message);
    return 1;
  }
  SpeakingObserver::say("ready " + cluster.connection_url());
  while (std::getchar() != EOF) continue;
  return 0;
}

bool is_root() { return ::geteuid() == 0; }

uid_t uid_of(const char* user) {
  const passwd* entry = ::getpwnam(user);
  return entry != nullptr ? entry->pw_uid : static_cast<uid_t>(-1);
}

uid_t owner_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw std::runtime_error("no " + path.string());
  return status.st_uid;
}

}  // namespace tally::embedded::test
