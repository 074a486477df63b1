#pragma once
// Every malloc, calloc and realloc of this program, counted: ours, the standard library's, and
// those of shared libraries such as hiredis. Linking this file puts the count between a program and
// its allocator, which costs about 2 ns a call.

#include <cstdint>

namespace bench {

struct allocations {
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;

  friend allocations operator-(const allocations& a, const allocations& b) noexcept {
    return {a.calls - b.calls, a.bytes - b.bytes};
  }
};

/// What the calling thread asked for so far.
[[nodiscard]] allocations allocated_by_this_thread() noexcept;

/// What all threads asked for so far, those that have ended included.
[[nodiscard]] allocations allocated() noexcept;

/// Switches the counting off where the time of a contender that allocates is taken; it begins on.
/// Returns what it was.
bool count_allocations(bool on) noexcept;

/// How often `operation` allocates, once it has the memory it needs.
template <class Operation>
[[nodiscard]] unsigned long long steady_allocations(Operation& operation) {
  operation();
  operation();
  const bool was_on = count_allocations(true);
  const auto before = allocated_by_this_thread();
  operation();
  const auto during = allocated_by_this_thread() - before;
  count_allocations(was_on);
  return during.calls;
}

}  // namespace bench
