#include "tally/embedded/private_cluster.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "cluster_failure.hpp"
#include "cluster_setup.hpp"
#include "database_bootstrap.hpp"
#include "directory_lock.hpp"
#include "live_postmaster.hpp"
#include "run_directory.hpp"
#include "text_file.hpp"

namespace tally::embedded {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds readiness_poll = 10ms;
constexpr milliseconds readiness_poll_max = 200ms;
constexpr milliseconds pause_min = 100ms;
constexpr milliseconds pause_max = 10s;
constexpr milliseconds steady_after = 1min;  ///< A server that lived so long is restarted as if it had never died.
constexpr milliseconds log_check = 1min;
constexpr std::uintmax_t log_size_max = 16 * 1024 * 1024;

/// How long a server may keep silent; for ever without a value.
using Patience = std::optional<milliseconds>;

Moment from_now(milliseconds time) { return std::chrono::steady_clock::now() + time; }

std::uintmax_t size_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

/// The last that a server wrote before it died, from where its log stood when it was launched.
std::string log_since(const fs::path& log, std::uintmax_t begin) {
  constexpr std::uintmax_t tail_max = 2000;
  const auto size = size_of(log);
  return read_text(log, std::max(begin, size - std::min(size, tail_max)));
}

/// Errors are values here, also those of the standard library: a full disk or a missing thread is no reason to end
/// Tally.
std::expected<void, ClusterError> without_exceptions(auto body) {
  try {
    return body();
  } catch (const std::exception& error) {
    return failed(std::string("the private database could not be started: ") + error.what());
  }
}

/// The watching thread must not receive signals that Tally handles elsewhere.
std::thread start_without_signals(auto body) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

/// What the public class stands for. One thread at a time works with the server: the caller of start() until it
/// returns, then the watching thread, then, after it was joined, the caller of stop(). `work_` keeps start() and stop()
/// apart; only the stop signal crosses.
class PrivateCluster::Keeper {
 public:
  Keeper(PrivateClusterOptions options, ClusterObserver& observer)
      : options_(std::move(options)), observer_(observer) {}
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper() { stop(); }

  std::expected<void, ClusterError> start();
  void stop() noexcept;
  const std::string& connection_url() const noexcept { return url_; }

 private:
  std::expected<void, ClusterError> prepare();
  std::expected<void, ClusterError> bring_up(Patience patience);
  std::expected<bool, ClusterError> adopt(Patience patience);
  std::expected<void, ClusterError> check_adoptable(const LivePostmaster& found) const;
  std::expected<void, ClusterError> launch();
  std::expected<bool, ClusterError> await_ready(Patience patience);
  void watch();
  void restart(milliseconds& pause);
  void bound_log();
  void shut_down(milliseconds patience) noexcept;

  const PrivateClusterOptions options_;
  ClusterObserver& observer_;
  StopSignal stop_;
  std::mutex work_;
  bool started_ = false;
  DataDirectory directory_;
  DirectoryLock lock_;
  ServerBinaries binaries_;
  fs::path run_directory_;
  std::string url_;
  Process server_;
  std::uintmax_t log_begin_ = 0;
  std::thread watcher_;
};

std::expected<void, ClusterError> PrivateCluster::Keeper::start() {
  const std::scoped_lock working(work_);
  if (stop_.raised()) return stopped_early();
  if (std::exchange(started_, true)) return failed("the private database was started before");
  auto done = without_exceptions([this] {
    auto step = prepare();
    if (step) step = bring_up(options_.start_timeout);
    if (step) step = ensure_database(run_directory_);
    if (!step) return step;
    url_ = socket_url(run_directory_, tally_role, tally_database);
    watcher_ = start_without_signals([this] { watch(); });
    return step;
  });
  if (done) {
    lock_.publish(url_);
    return done;
  }
  // A server that another Tally left and that did not get ready is left as it was: it may be recovering still.
  if (server_ && (server_.child() || stop_.raised())) shut_down(options_.stop_timeout);
  server_ = Process();
  url_.clear();
  lock_.release();
  return stop_.raised() ? stopped_early() : done;
}

std::expected<void, ClusterError> PrivateCluster::Keeper::prepare() {
  auto directory = prepare_data_directory(options_.data_dir);
  if (!directory) return std::unexpected(directory.error());
  directory_ = std::move(*directory);
  auto lock = DirectoryLock::take(directory_);
  if (!lock) return std::unexpected(lock.error());
  lock_ = std::move(*lock);

  const auto version = cluster_version(directory_);
  if (!version) return std::unexpected(version.error());
  auto binaries = find_binaries(*version, directory_.account, stop_);
  if (!binaries) return std::unexpected(binaries.error());
  binaries_ = std::move(*binaries);
  auto run_directory = make_run_directory(options_.run_base, directory_);
  if (!run_directory) return std::unexpected(run_directory.error());
  run_directory_ = std::move(*run_directory);
  if (*version) return {};
  observer_.making(directory_.cluster(), binaries_.major);
  return make_cluster(directory_, binaries_, stop_, from_now(options_.start_timeout));
}

/// Adopts the living server or launches one, and waits until it is ready. An adopted one may be on its way out, and a
/// launched one may lose against one that a crashed Tally had just launched: then look again.
std::expected<void, ClusterError> PrivateCluster::Keeper::bring_up(Patience patience) {
  while (true) {
    const auto adopted = adopt(patience);
    if (!adopted) return std::unexpected(adopted.error());
    if (!*adopted) {
      if (auto launched = launch(); !launched) return launched;
    }
    const auto ready = await_ready(patience);
    if (!ready) return std::unexpected(ready.error());
    if (*ready) {
      observer_.ready(server_.pid());
      return {};
    }
    const bool launched_here = server_.child();
    const auto how = server_.bury();
    const ActingAs acting(directory_.account);
    if (launched_here && !find_live_postmaster(directory_.cluster(), directory_.account))
      return failed("the private database's server " + how + " at its start; it said:\n" +
                        log_since(directory_.log(), log_begin_),
                    "Its whole log is " + directory_.log().string() + ".");
  }
}

/// Whether a living server was found and taken over.
std::expected<bool, ClusterError> PrivateCluster::Keeper::adopt(Patience patience) {
  const auto deadline = patience ? from_now(*patience) : Moment::max();
  while (auto found = find_live_postmaster(directory_.cluster(), directory_.account)) {
    if (found->socket_directory.empty() && !found->single_user) {
      if (stop_.wait(found->process.handle(), from_now(readiness_poll)) == Wake::stopped) return stopped_early();
      if (std::chrono::steady_clock::now() < deadline) continue;
    }
    if (auto adoptable = check_adoptable(*found); !adoptable) return std::unexpected(adoptable.error());
    run_directory_ = found->socket_directory;
    server_ = std::move(found->process);
    observer_.adopted(server_.pid());
    return true;
  }
  return false;
}

/// Only a server that some Tally started is taken over: one socket in a private folder. Somebody is at work in any
/// other, and its socket may be open to everybody.
std::expected<void, ClusterError> PrivateCluster::Keeper::check_adoptable(const LivePostmaster& found) const {
  if (found.socket_directory == run_directory_ && found.port == server_port) return {};
  struct stat status {};
  const bool is_private = ::lstat(found.socket_directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                          status.st_uid == directory_.account.uid && (status.st_mode & 0077U) == 0;
  if (is_private && found.port == server_port && url_.empty()) return {};
  return failed("a PostgreSQL server that Tally did not start, process " + std::to_string(found.process.pid()) +
                    ", works on " + directory_.cluster().string(),
                "Stop it, for example with pg_ctl stop.");
}

std::expected<void, ClusterError> PrivateCluster::Keeper::launch() {
  if (auto renewed = renew_run_directory(run_directory_, directory_.account); !renewed) return renewed;
  if (auto written = write_settings(directory_); !written) return written;
  clear_the_way(directory_.cluster(), run_directory_, directory_.account);
  bound_log();
  log_begin_ = size_of(directory_.log());
  auto server = spawn(server_command(directory_, binaries_, run_directory_), directory_.account);
  if (!server) return std::unexpected(server.error());
  server_ = std::move(*server);
  observer_.launched(server_.pid());
  return {};
}

/// Whether it became ready; false means that it died. A server launched here that says it is not ready yet is
/// recovering, which takes as long as it takes: to give up would only make it begin anew. An adopted one may be
/// shutting down instead, and wait for its last client for ever.
std::expected<bool, ClusterError> PrivateCluster::Keeper::await_ready(Patience patience) {
  auto deadline = patience ? from_now(*patience) : Moment::max();
  auto pause = readiness_poll;
  while (true) {
    const auto answer = ask_server(run_directory_);
    if (answer == Answer::accepting) return true;
    // Each refusal is a line in the server's log, so a long recovery is asked less often.
    pause = answer == Answer::refusing ? std::min(pause * 2, readiness_poll_max) : readiness_poll;
    if (answer == Answer::refusing && server_.child() && patience) deadline = from_now(*patience);
    switch (stop_.wait(server_.handle(), from_now(pause))) {
      case Wake::stopped: return stopped_early();
      case Wake::ready: return false;
      case Wake::late: break;
    }
    if (std::chrono::steady_clock::now() >= deadline)
      return failed(
          "the private database's server, process " + std::to_string(server_.pid()) + ", does not become ready",
          "See its log, " + directory_.log().string() + ".");
  }
}

void PrivateCluster::Keeper::watch() {
  milliseconds pause = 0ms;
  auto ready_since = std::chrono::steady_clock::now();
  while (true) {
    switch (stop_.wait(server_.handle(), from_now(log_check))) {
      case Wake::stopped: return;
      case Wake::late: bound_log(); continue;
      case Wake::ready: break;
    }
    const pid_t pid = server_.pid();
    observer_.died(pid, server_.bury());
    if (std::chrono::steady_clock::now() - ready_since >= steady_after) pause = 0ms;
    restart(pause);
    if (stop_.raised()) return;
    ready_since = std::chrono::steady_clock::now();
  }
}

/// Tries until it succeeds or is stopped. The pause before each try grows, and goes on growing in the next call if the
/// server died soon again.
void PrivateCluster::Keeper::restart(milliseconds& pause) {
  while (true) {
    if (pause > 0ms && stop_.wait(-1, from_now(pause)) == Wake::stopped) return;
    pause = std::clamp(pause * 2, pause_min, pause_max);
    const auto up = without_exceptions([this] { return bring_up(std::nullopt); });
    if (up || stop_.raised()) return;
    observer_.restart_failed(up.error(), pause);
  }
}

/// The server appends, so the file may be cut under its hands; one earlier generation is kept.
void PrivateCluster::Keeper::bound_log() {
  const ActingAs acting(directory_.account);
  const auto log = directory_.log();
  std::error_code error;
  if (size_of(log) <= log_size_max) return;
  fs::copy_file(log, fs::path(log).concat(".1"), fs::copy_options::overwrite_existing, error);
  fs::resize_file(log, 0, error);
}

void PrivateCluster::Keeper::stop() noexcept {
  stop_.raise();
  const std::scoped_lock working(work_);
  if (watcher_.joinable()) watcher_.join();
  lock_.withdraw();
  if (server_) shut_down(options_.stop_timeout);
  lock_.release();
}

/// First the way that writes a checkpoint, then the one that leaves recovery to the next start, then the one that works
/// even on a stopped process.
void PrivateCluster::Keeper::shut_down(milliseconds patience) noexcept {
  const pid_t pid = server_.pid();
  server_.signal(SIGINT);
  const bool orderly = wait_readable(server_.handle(), patience);
  if (!orderly) {
    server_.signal(SIGQUIT);
    // PostgreSQL itself gives its children five seconds.
    if (!wait_readable(server_.handle(), 7s)) server_.signal(SIGKILL);
    wait_readable(server_.handle(), 5s);
  }
  server_.bury();
  if (orderly) ::rmdir(run_directory_.c_str());
  observer_.stopped(pid, orderly);
}

PrivateCluster::PrivateCluster(PrivateClusterOptions options, ClusterObserver& observer)
    : keeper_(std::make_unique<Keeper>(std::move(options), observer)) {}

PrivateCluster::~PrivateCluster() = default;

std::expected<void, ClusterError> PrivateCluster::start() { return keeper_->start(); }

void PrivateCluster::stop() noexcept { keeper_->stop(); }

const std::string& PrivateCluster::connection_url() const noexcept { return keeper_->connection_url(); }

std::expected<std::optional<std::string>, ClusterError> find_running(const fs::path& data_dir) {
  auto keeping = read_keeping(data_dir);
  if (!keeping) return std::unexpected(keeping.error());
  if (!*keeping) return std::nullopt;
  if ((*keeping)->url.empty())
    return failed(
        "the Tally that keeps " + data_dir.string() + ", process " + (*keeping)->pid + ", is starting or stopping",
        "Try again in a moment.");
  return std::move((*keeping)->url);
}

}  // namespace tally::embedded
