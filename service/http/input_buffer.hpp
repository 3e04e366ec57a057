#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace tally::http {

/// Bytes read from a socket and not yet done with. It grows for what needs it and goes back to its first size, which
/// most requests do not exceed, so that ten thousand idle connections cost little; its bytes move when it does, which
/// is why positions in it are offsets.
class InputBuffer {
 public:
  [[nodiscard]] std::string_view bytes() const { return {memory_.get(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

  /// Where to read into, after `reserve`.
  [[nodiscard]] std::span<char> space() { return {memory_.get() + size_, capacity_ - size_}; }
  void add(std::size_t count) { size_ += count; }

  /// Makes room for at least `capacity` bytes in all.
  void reserve(std::size_t capacity);
  /// Takes out `count` bytes at `offset`; what follows moves forward.
  void erase(std::size_t offset, std::size_t count);
  /// Gives memory back if little is held.
  void shrink();

  static constexpr std::size_t first_capacity = 2048;

 private:
  void move_to(std::size_t capacity);

  std::unique_ptr<char[]> memory_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace tally::http
