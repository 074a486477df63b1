#include "support/alloc_count.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>

namespace bench {
namespace {

// One for each thread, so that counting makes no thread wait for another. Threads beyond the last
// share it, and pay for that.
struct alignas(64) counter {
  std::atomic<std::uint64_t> calls;
  std::atomic<std::uint64_t> bytes;
};
constexpr std::uint32_t counters_max = 1024;
constinit counter counters[counters_max] = {};
constinit std::atomic<std::uint32_t> counters_taken = 0;
constinit std::atomic<bool> counting = true;
constinit thread_local counter* mine = nullptr;

counter& take_counter() noexcept {
  const auto n = counters_taken.fetch_add(1, std::memory_order_relaxed);
  mine = &counters[std::min(n, counters_max - 1)];
  return *mine;
}

void count(std::size_t bytes) noexcept {
  constexpr auto relaxed = std::memory_order_relaxed;
  if (!counting.load(relaxed)) return;
  counter& c = mine ? *mine : take_counter();
  if (&c == &counters[counters_max - 1]) [[unlikely]] {
    c.calls.fetch_add(1, relaxed);
    c.bytes.fetch_add(bytes, relaxed);
  } else {
    c.calls.store(c.calls.load(relaxed) + 1, relaxed);
    c.bytes.store(c.bytes.load(relaxed) + bytes, relaxed);
  }
}

allocations read(const counter& c) noexcept { return {c.calls.load(), c.bytes.load()}; }

}  // namespace

allocations allocated_by_this_thread() noexcept { return mine ? read(*mine) : allocations{}; }

bool count_allocations(bool on) noexcept { return counting.exchange(on); }

allocations allocated() noexcept {
  allocations all;
  const auto taken = std::min(counters_taken.load(), counters_max);
  for (std::uint32_t i = 0; i < taken; ++i) {
    const auto one = read(counters[i]);
    all.calls += one.calls;
    all.bytes += one.bytes;
  }
  return all;
}

}  // namespace bench

// glibc keeps its own allocator reachable under these names.
extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t n, std::size_t bytes);
void* __libc_realloc(void* block, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);

void* malloc(std::size_t bytes) {
  bench::count(bytes);
  return __libc_malloc(bytes);
}
void* calloc(std::size_t n, std::size_t bytes) {
  bench::count(n * bytes);
  return __libc_calloc(n, bytes);
}
void* realloc(void* block, std::size_t bytes) {
  bench::count(bytes);
  return __libc_realloc(block, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  bench::count(bytes);
  return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) {
  bench::count(bytes);
  *block = __libc_memalign(alignment, bytes);
  return *block == nullptr ? ENOMEM : 0;
}
}
