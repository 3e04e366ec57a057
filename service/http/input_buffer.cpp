#include "input_buffer.hpp"

#include <cassert>
#include <cstring>

namespace tally::http {

void InputBuffer::reserve(std::size_t capacity) {
  if (capacity > capacity_) move_to(capacity);
}

void InputBuffer::erase(std::size_t offset, std::size_t count) {
  assert(offset + count <= size_);
  const auto tail = size_ - offset - count;
  if (tail > 0 && count > 0) std::memmove(memory_.get() + offset, memory_.get() + offset + count, tail);
  size_ -= count;
}

void InputBuffer::shrink() {
  if (capacity_ > first_capacity && size_ <= first_capacity) move_to(first_capacity);
}

void InputBuffer::move_to(std::size_t capacity) {
  assert(capacity >= size_);
  auto memory = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) std::memcpy(memory.get(), memory_.get(), size_);
  memory_ = std::move(memory);
  capacity_ = capacity;
}

}  // namespace tally::http
