#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace tally::http {

/// Where the one read that a connection has under way is kept by Asio. Asio's own cache has room for two operations a
/// thread; a thread with more connections would ask malloc for aligned memory again with every read.
class ReadMemory {
 public:
  ReadMemory() = default;
  ReadMemory(const ReadMemory&) = delete;
  ReadMemory& operator=(const ReadMemory&) = delete;

  void* take(std::size_t bytes) {
    if (is_taken_ || bytes > memory_.size()) return ::operator new(bytes);
    is_taken_ = true;
    return memory_.data();
  }
  void give_back(void* memory) {
    if (memory != memory_.data()) return ::operator delete(memory);
    is_taken_ = false;
  }

 private:
  alignas(std::max_align_t) std::array<std::byte, 256> memory_;
  bool is_taken_ = false;
};

/// For Asio; the memory outlives the operation, whose handler holds the connection.
template<class T>
class ReadAllocator {
 public:
  using value_type = T;

  explicit ReadAllocator(ReadMemory& memory) : memory_(&memory) {}
  template<class Other>
  ReadAllocator(const ReadAllocator<Other>& other) : memory_(other.memory_) {}

  T* allocate(std::size_t count) { return static_cast<T*>(memory_->take(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t) { memory_->give_back(memory); }

  bool operator==(const ReadAllocator&) const = default;

 private:
  template<class Other>
  friend class ReadAllocator;
  ReadMemory* memory_;
};

}  // namespace tally::http
