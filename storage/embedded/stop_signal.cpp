#include "stop_signal.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace tally::embedded {
namespace {

/// What poll() takes: rounded up, so that a wait never ends early and spins.
int milliseconds_until(std::optional<Moment> until) {
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

bool passed(std::optional<Moment> until) { return until && std::chrono::steady_clock::now() >= *until; }

}  // namespace

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void StopSignal::raise() noexcept {
  const std::uint64_t one = 1;
  // Cannot fail in a way that matters: a counter that is full is raised as well.
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

bool StopSignal::raised() const noexcept { return wait(-1, std::chrono::steady_clock::now()) == Wake::stopped; }

Wake StopSignal::wait(int descriptor, std::optional<Moment> until) const noexcept {
  std::array<pollfd, 2> watched{{{event_.get(), POLLIN, 0}, {descriptor, POLLIN, 0}}};
  while (true) {
    const int count = ::poll(watched.data(), watched.size(), milliseconds_until(until));
    if (count > 0) return watched[0].revents != 0 ? Wake::stopped : Wake::ready;
    if (passed(until)) return Wake::late;
  }
}

bool wait_readable(int descriptor, std::chrono::milliseconds time) noexcept {
  const auto until = std::chrono::steady_clock::now() + time;
  pollfd watched{descriptor, POLLIN, 0};
  while (true) {
    if (::poll(&watched, 1, milliseconds_until(until)) > 0) return true;
    if (passed(until)) return false;
  }
}

}  // namespace tally::embedded
