#pragma once
// Counts what a program takes from the heap by operator new. To be included by exactly one source
// of a program, whose operators it replaces.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace sandpiper::test {

struct memory {
  std::atomic<std::size_t> allocations{0};
  std::atomic<std::size_t> held_bytes{0};
  std::atomic<std::size_t> peak_bytes{0};

  void take(std::size_t n) noexcept {
    ++allocations;
    const auto held = held_bytes += n;
    if (held > peak_bytes) peak_bytes = held;
  }
  void give_back(std::size_t n) noexcept { held_bytes -= n; }
};
inline memory heap;

/// What was taken since it was made.
class memory_watch {
 public:
  memory_watch() noexcept { heap.peak_bytes = before_; }
  [[nodiscard]] std::size_t allocations() const noexcept { return heap.allocations - allocations_; }
  [[nodiscard]] std::size_t peak_bytes() const noexcept { return heap.peak_bytes - before_; }

 private:
  const std::size_t allocations_ = heap.allocations;
  const std::size_t before_ = heap.held_bytes;
};

/// Room in front of each block for its size.
inline constexpr std::size_t size_room_bytes = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace sandpiper::test

void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  auto* const block = static_cast<char*>(std::malloc(n + sandpiper::test::size_room_bytes));
  if (block == nullptr) return nullptr;
  *reinterpret_cast<std::size_t*>(block) = n;
  sandpiper::test::heap.take(n);
  return block + sandpiper::test::size_room_bytes;
}
void operator delete(void* p) noexcept {
  if (p == nullptr) return;
  char* const block = static_cast<char*>(p) - sandpiper::test::size_room_bytes;
  sandpiper::test::heap.give_back(*reinterpret_cast<std::size_t*>(block));
  std::free(block);
}

// All of them, since a sanitizer's own know nothing of the room for the size.
void* operator new(std::size_t n) {
  void* const p = operator new(n, std::nothrow);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}
void* operator new[](std::size_t n) { return operator new(n); }
void* operator new[](std::size_t n, const std::nothrow_t& t) noexcept { return operator new(n, t); }
void operator delete[](void* p) noexcept { operator delete(p); }
void operator delete(void* p, std::size_t) noexcept { operator delete(p); }
void operator delete[](void* p, std::size_t) noexcept { operator delete(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { operator delete(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { operator delete(p); }
