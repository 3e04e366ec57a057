#pragma once

#include <sys/types.h>

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "file_descriptor.hpp"
#include "server_account.hpp"
#include "stop_signal.hpp"
#include "tally/embedded/cluster_error.hpp"

namespace tally::embedded {

struct Command {
  std::filesystem::path program;
  std::vector<std::string> arguments;  ///< Without the program's own name.
  std::filesystem::path working_directory;
  std::filesystem::path log;  ///< Both outputs are appended to this file, made by the account; empty for /dev/null.
};

/// A process, held by a descriptor that never comes to mean another one. Not ended when this object is.
class Process {
 public:
  Process() = default;
  Process(pid_t pid, FileDescriptor handle, bool child) : pid_(pid), handle_(std::move(handle)), child_(child) {}

  /// Takes hold of any process by number; nullopt if there is none.
  static std::optional<Process> find(pid_t pid);

  explicit operator bool() const noexcept { return static_cast<bool>(handle_); }
  pid_t pid() const noexcept { return pid_; }
  bool child() const noexcept { return child_; }
  /// Readable once the process has ended.
  int handle() const noexcept { return handle_.get(); }
  void signal(int number) const noexcept;
  /// Says in words how a process that has ended did so, and forgets it. Only children leave a status to tell.
  std::string bury();

 private:
  pid_t pid_ = -1;
  FileDescriptor handle_;
  bool child_ = false;
};

/// Starts a program as the account, in a session of its own, with default signals, no descriptors but the standard
/// three, stdin from /dev/null, and a small environment: Tally's own may hold secrets, and PG* variables would steer
/// the server. Fails also when the program cannot be executed. Usable in a process with other threads.
std::expected<Process, ClusterError> spawn(const Command& command, const ServerAccount& account);

struct Finished {
  bool success = false;
  std::string output;  ///< Both outputs, its beginning if it is overlong.
};

/// Runs a program to its end and collects what it says. When stopped or too late, it and its children are killed.
std::expected<Finished, ClusterError> run_to_end(const Command& command, const ServerAccount& account,
                                                 const StopSignal& stop, Moment deadline);

}  // namespace tally::embedded
