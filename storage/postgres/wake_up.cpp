#include "wake_up.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tally::postgres {

WakeUp::WakeUp() : descriptor_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (descriptor_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
}

WakeUp::~WakeUp() { close(descriptor_); }

void WakeUp::ring() const noexcept { (void)eventfd_write(descriptor_, 1); }

void WakeUp::take_ring() const noexcept {
  eventfd_t rings = 0;
  (void)eventfd_read(descriptor_, &rings);
}

}  // namespace tally::postgres
