#pragma once

#include "tally/storage/waiting.hpp"

namespace tally::postgres {

/// Sleeps in poll(); the bell is an eventfd.
class PollWaiting final : public storage::Waiting {
 public:
  /// Throws std::system_error when no file descriptor is left.
  PollWaiting();
  ~PollWaiting() override;
  PollWaiting(const PollWaiting&) = delete;
  PollWaiting& operator=(const PollWaiting&) = delete;

  End wait(int descriptor, bool to_write, std::chrono::milliseconds limit) override;
  void stand_down() noexcept override {}
  void ring() noexcept override;

 private:
  int bell_;
};

}  // namespace tally::postgres
