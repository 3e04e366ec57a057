#pragma once

namespace tally::postgres {

/// A bell that one thread rings and another waits for together with a socket (Linux eventfd).
class WakeUp {
 public:
  /// Throws std::system_error when no file descriptor is left.
  WakeUp();
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  /// Thread-safe.
  void ring() const noexcept;
  /// Makes it silent again.
  void take_ring() const noexcept;
  /// Readable from a ring on until it is taken.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace tally::postgres
