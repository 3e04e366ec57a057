#include "child_process.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "cluster_failure.hpp"

namespace tally::embedded {
namespace {

/// How far a child came before it failed; told through a pipe that a successful exec closes.
enum class Step : int { session, account, directory, output, exec };

struct Failure {
  Step step;
  int error;
};

/// All that the child needs, made before the fork: other threads may hold the allocator's locks at that moment, so the
/// child must neither allocate nor call anything that POSIX does not list as async-signal-safe.
struct Plan {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* directory;
  const char* log;  ///< Null if `output` is to be used.
  int null_device;
  int output;
  int report;
  bool drop;
  uid_t uid;
  gid_t gid;
  const gid_t* groups;
  std::size_t group_count;
};

[[noreturn]] void give_up(const Plan& plan, Step step) noexcept {
  const Failure failure{step, errno};
  [[maybe_unused]] const auto written = ::write(plan.report, &failure, sizeof failure);
  ::_exit(127);
}

/// Tally's handlers must not run in the server, nor its ignored signals be ignored there. Signals were all blocked
/// before the fork and are let in only now.
void reset_signals() noexcept {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Raw calls: the C library's would try to change other threads as well, and there are none.
bool become(const Plan& plan) noexcept {
  if (!plan.drop) return true;
  return ::syscall(SYS_setgroups, plan.group_count, plan.groups) == 0 &&
         ::syscall(SYS_setresgid, plan.gid, plan.gid, plan.gid) == 0 &&
         ::syscall(SYS_setresuid, plan.uid, plan.uid, plan.uid) == 0;
}

bool put(int descriptor, int place) noexcept {
  if (descriptor == place) return ::fcntl(place, F_SETFD, 0) == 0;
  return ::dup2(descriptor, place) == place;
}

/// Marks everything above the standard three to be closed by exec; the report pipe has to live until then.
void let_exec_close_the_rest() noexcept {
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const int end = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 65536));
  for (int descriptor = 3; descriptor < end; ++descriptor) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void run_child(const Plan& plan) noexcept {
  reset_signals();
  if (::setsid() < 0) give_up(plan, Step::session);
  if (!become(plan)) give_up(plan, Step::account);
  if (::chdir(plan.directory) != 0) give_up(plan, Step::directory);
  ::umask(077);
  int output = plan.output;
  if (plan.log != nullptr) output = ::open(plan.log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (output < 0) give_up(plan, Step::output);
  if (!put(output, STDOUT_FILENO) || !put(output, STDERR_FILENO)) give_up(plan, Step::output);
  if (!put(plan.null_device, STDIN_FILENO)) give_up(plan, Step::output);
  let_exec_close_the_rest();
  ::execve(plan.program, plan.arguments, plan.environment);
  give_up(plan, Step::exec);
}

/// The raw call, because Debian 12's <sys/pidfd.h> declares its function for C only.
FileDescriptor open_handle(pid_t pid) { return FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

std::vector<std::string> small_environment() {
  std::vector<std::string> environment{"LC_ALL=C"};
  for (const char* name : {"PATH", "LD_LIBRARY_PATH", "TMPDIR"}) {
    if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  }
  if (environment.size() == 1 || !environment[1].starts_with("PATH=")) environment.emplace_back("PATH=/usr/bin:/bin");
  return environment;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::string describe(const Failure& failure, const Command& command, const ServerAccount& account) {
  const auto why = ": " + reason(failure.error);
  switch (failure.step) {
    case Step::session: return "cannot open a session for " + command.program.string() + why;
    case Step::account: return "cannot become user '" + account.name + "'" + why;
    case Step::directory: return "user '" + account.name + "' cannot enter " + command.working_directory.string() + why;
    case Step::output: return "user '" + account.name + "' cannot write " + command.log.string() + why;
    case Step::exec: return "user '" + account.name + "' cannot execute " + command.program.string() + why;
  }
  return "cannot run " + command.program.string() + why;
}

struct Pipe {
  FileDescriptor read_end;
  FileDescriptor write_end;
};

std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// Forks with all signals blocked, so that none of Tally's handlers runs in the child.
pid_t fork_quietly(const Plan& plan) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) run_child(plan);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

std::expected<Process, ClusterError> spawn_with_output(const Command& command, const ServerAccount& account,
                                                       int output) {
  auto report = make_pipe();
  const FileDescriptor null_device(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!report || !null_device) return failed("cannot start " + command.program.string() + ": " + reason(errno));

  std::vector<std::string> arguments{command.program.string()};
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  auto environment = small_environment();
  const auto argument_pointers = pointers(arguments);
  const auto environment_pointers = pointers(environment);
  const Plan plan{command.program.c_str(),
                  argument_pointers.data(),
                  environment_pointers.data(),
                  command.working_directory.c_str(),
                  command.log.empty() ? nullptr : command.log.c_str(),
                  null_device.get(),
                  output >= 0 ? output : null_device.get(),
                  report->write_end.get(),
                  account.drop,
                  account.uid,
                  account.gid,
                  account.groups.data(),
                  account.groups.size()};
  const pid_t pid = fork_quietly(plan);
  if (pid < 0) return failed("cannot start " + command.program.string() + ": " + reason(errno));
  report->write_end.reset();

  Process process(pid, open_handle(pid), true);
  const int handle_error = errno;
  Failure failure{};
  ssize_t count = -1;
  while ((count = ::read(report->read_end.get(), &failure, sizeof failure)) < 0 && errno == EINTR) continue;
  if (count == static_cast<ssize_t>(sizeof failure)) {
    process.bury();
    return failed(describe(failure, command, account));
  }
  if (!process) {
    ::kill(pid, SIGKILL);
    process.bury();
    return failed("cannot watch " + command.program.string() + ": " + reason(handle_error),
                  "The system must offer pidfd_open: Linux 5.3 or newer.");
  }
  return process;
}

}  // namespace

std::optional<Process> Process::find(pid_t pid) {
  auto handle = open_handle(pid);
  if (!handle) return std::nullopt;
  return Process(pid, std::move(handle), false);
}

void Process::signal(int number) const noexcept {
  if (handle_) ::syscall(SYS_pidfd_send_signal, handle_.get(), number, nullptr, 0);
}

std::string Process::bury() {
  int status = 0;
  pid_t buried = -1;
  while (child_ && (buried = ::waitpid(pid_, &status, 0)) < 0 && errno == EINTR) continue;
  handle_.reset();
  // Somebody else's child, or SIGCHLD is ignored in this process.
  if (buried != pid_) return "ended, nobody knows how";
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

std::expected<Process, ClusterError> spawn(const Command& command, const ServerAccount& account) {
  return spawn_with_output(command, account, -1);
}

std::expected<Finished, ClusterError> run_to_end(const Command& command, const ServerAccount& account,
                                                 const StopSignal& stop, Moment deadline) {
  constexpr std::size_t output_max = 64 * 1024;
  auto output = make_pipe();
  if (!output) return failed("cannot start " + command.program.string() + ": " + reason(errno));
  auto process = spawn_with_output(command, account, output->write_end.get());
  if (!process) return std::unexpected(process.error());
  output->write_end.reset();

  Finished finished;
  std::array<char, 4096> buffer{};
  Wake wake = Wake::ready;
  while ((wake = stop.wait(output->read_end.get(), deadline)) == Wake::ready) {
    const ssize_t count = ::read(output->read_end.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    if (finished.output.size() < output_max) finished.output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  // The pipe may close before the process ends, and the process may hang there.
  if (wake == Wake::ready) wake = stop.wait(process->handle(), deadline);
  if (wake != Wake::ready) ::kill(-process->pid(), SIGKILL);
  const auto how = process->bury();
  if (wake == Wake::stopped) return stopped_early();
  if (wake == Wake::late) return failed(command.program.string() + " took too long and was killed");
  finished.success = how == "ended with status 0";
  return finished;
}

}  // namespace tally::embedded
