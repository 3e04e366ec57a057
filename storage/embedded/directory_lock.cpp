#include "directory_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "cluster_failure.hpp"
#include "stop_signal.hpp"

namespace tally::embedded {
namespace {

constexpr const char* file_name = "tally.lock";

Keeping read_file(int file) {
  std::array<char, 4096> buffer{};
  const ssize_t count = ::pread(file, buffer.data(), buffer.size(), 0);
  std::string_view text(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  const auto next_line = [&text]() -> std::string {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};  // Unfinished, so not said.
    std::string line(text.substr(0, end));
    text.remove_prefix(end + 1);
    return line;
  };
  Keeping keeping;
  keeping.pid = next_line();
  keeping.url = next_line();
  return keeping;
}

std::string own_line() { return std::to_string(::getpid()) + "\n"; }

void write_file(int file, const std::string& text) noexcept {
  // One write, and nothing is cut before it: readers see the old text or the new one. What cannot be written is missed
  // by tools only, which then say that Tally is still starting.
  if (::pwrite(file, text.data(), text.size(), 0) < 0) return;
  [[maybe_unused]] const int cut = ::ftruncate(file, static_cast<off_t>(text.size()));
}

/// A holder may be a tool that only looks, or the child of a crashed Tally on its way to exec; both are gone in no
/// time.
bool lock_patiently(int file) {
  using namespace std::chrono_literals;
  const auto until = std::chrono::steady_clock::now() + 500ms;
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR && errno != EWOULDBLOCK) return false;
    if (std::chrono::steady_clock::now() >= until) return false;
    ::usleep(10'000);
  }
  return true;
}

}  // namespace

std::expected<DirectoryLock, ClusterError> DirectoryLock::take(const DataDirectory& directory) {
  const auto path = directory.path / file_name;
  DirectoryLock lock;
  {
    const ActingAs acting(directory.account);
    lock.file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  }
  if (!lock.file_)
    return failed("cannot open " + path.string() + ": " + reason(errno), "If no Tally runs there, remove that file.");
  if (!lock_patiently(lock.file_.get())) {
    if (errno != EWOULDBLOCK) return failed("cannot lock " + path.string() + ": " + reason(errno));
    return std::unexpected(
        ClusterError{ClusterProblem::locked,
                     "another Tally, process " + read_file(lock.file_.get()).pid + ", keeps " + directory.path.string(),
                     "Stop that one, or choose another --data-dir."});
  }
  write_file(lock.file_.get(), own_line());
  return lock;
}

void DirectoryLock::publish(const std::string& url) noexcept {
  if (file_) write_file(file_.get(), own_line() + url + "\n");
}

void DirectoryLock::withdraw() noexcept {
  if (file_) write_file(file_.get(), own_line());
}

std::expected<std::optional<Keeping>, ClusterError> read_keeping(const std::filesystem::path& data_dir) {
  const auto path = data_dir / file_name;
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!file)
    return failed("cannot read " + path.string() + ": " + reason(errno),
                  "Run this as root or as the user that runs Tally's database.");
  if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) return std::nullopt;
  if (errno != EWOULDBLOCK) return failed("cannot look at the lock of " + path.string() + ": " + reason(errno));
  return read_file(file.get());
}

}  // namespace tally::embedded
