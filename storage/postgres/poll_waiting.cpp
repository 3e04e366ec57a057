#include "tally/postgres/poll_waiting.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace tally::postgres {

PollWaiting::PollWaiting() : bell_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (bell_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
}

PollWaiting::~PollWaiting() { close(bell_); }

PollWaiting::End PollWaiting::wait(int descriptor, bool to_write, std::chrono::milliseconds limit) {
  std::array<pollfd, 2> waits{pollfd{.fd = descriptor, .events = POLLIN, .revents = 0},
                              pollfd{.fd = bell_, .events = POLLIN, .revents = 0}};
  if (to_write) waits[0].events |= POLLOUT;
  if (poll(waits.data(), waits.size(), static_cast<int>(limit.count())) <= 0) return End::time;
  if (waits[1].revents != 0) {
    eventfd_t rings = 0;
    (void)eventfd_read(bell_, &rings);
  }
  // What came with the ring is found by the next look.
  return waits[0].revents != 0 ? End::ready : End::rung;
}

void PollWaiting::ring() noexcept { (void)eventfd_write(bell_, 1); }

}  // namespace tally::postgres
