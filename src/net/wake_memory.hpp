#pragma once
// Memory for the handler that wakes a connection: taken by one thread, given back by another, which
// is what the allocators of threads do badly.

#include <array>
#include <atomic>
#include <cstddef>
#include <new>

namespace sandpiper::net {

/// A few blocks in place; a further one comes from the heap. Thread-safe, lock-free.
class wake_memory {
 public:
  [[nodiscard]] void* take(std::size_t bytes) {
    for (auto& one : blocks_) {
      if (bytes <= block_bytes && !one.taken.exchange(true, std::memory_order_acquire)) {
        return one.bytes;
      }
    }
    return ::operator new(bytes);
  }

  void give(void* taken) noexcept {
    for (auto& one : blocks_) {
      if (taken == one.bytes) return one.taken.store(false, std::memory_order_release);
    }
    ::operator delete(taken);
  }

 private:
  static constexpr std::size_t block_bytes = 256;
  struct place {
    std::atomic<bool> taken = false;
    alignas(std::max_align_t) std::byte bytes[block_bytes];
  };

  std::array<place, 2> blocks_;  // one waits while another is being run
};

/// As Asio wants it. The memory outlives whatever was allocated.
template <class T>
class wake_allocator {
 public:
  using value_type = T;

  explicit wake_allocator(wake_memory& memory) noexcept : memory_(&memory) {}
  template <class U>
  wake_allocator(const wake_allocator<U>& other) noexcept : memory_(other.memory_) {}

  [[nodiscard]] T* allocate(std::size_t n) { return static_cast<T*>(memory_->take(n * sizeof(T))); }
  void deallocate(T* taken, std::size_t) noexcept { memory_->give(taken); }

  friend bool operator==(const wake_allocator& a, const wake_allocator& b) noexcept {
    return a.memory_ == b.memory_;
  }

 private:
  template <class U>
  friend class wake_allocator;

  wake_memory* memory_;
};

}  // namespace sandpiper::net
