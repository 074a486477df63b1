#pragma once
// Who is reading right now? A reader says so in a line of its own; a writer frees what it unlinked
// only when everybody who could have seen it has gone.
//
//   reader   seat.announced = the epoch (seq_cst exchange);  look (seq_cst loads);  announced = 0
//   writer   unlink (release);  t = advance() (begins with a seq_cst fence);  quiescent(t)? free
//
// Why it holds. The writer reads each seat behind its fence. A seat that it saw idle, and that was
// entered since, was entered behind the fence in the one order of all seq_cst operations, so the
// loads that follow see the unlinking. A seat that announced an epoch above t read it from
// advance(), which comes after the unlinking. A seat that left did so with a release that the
// writer's read acquires: what was read there was read before it is freed.
// The reader's exchange could be a plain store if each writer's fence reached all cores
// (membarrier); that saves a reader 1 to 2 ns of some 17, and costs a writer a system call for each
// batch.

#include <atomic>
#include <cstdint>

namespace sandpiper::store::epoch {

/// One thread's place; process-wide, reused when the thread ends, never freed.
struct alignas(64) seat {
  std::atomic<std::uint64_t> announced{0};  // 0: not reading
  std::uint32_t index = 0;                  // dense from 0
  std::atomic<bool> taken{false};
  seat* next = nullptr;
};

/// This thread's seat.
[[nodiscard]] seat& own_seat();

/// While one lives, nothing that its thread can still see is freed. Keep it short: it holds back
/// memory. For the thread that made it.
class guard {
 public:
  guard() noexcept;
  ~guard() {
    if (outermost_) seat_.announced.store(0, std::memory_order_release);
  }
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;

  [[nodiscard]] std::uint32_t seat_index() const noexcept { return seat_.index; }

 private:
  seat& seat_;
  const bool outermost_;
};

/// Ends the epoch and returns its number. What was unlinked before may be freed when
/// quiescent() of that number.
[[nodiscard]] std::uint64_t advance() noexcept;
[[nodiscard]] bool quiescent(std::uint64_t ended) noexcept;

namespace hidden {
extern constinit thread_local seat* mine;
extern std::atomic<std::uint64_t> current;
}  // namespace hidden

inline guard::guard() noexcept
    : seat_(hidden::mine != nullptr ? *hidden::mine : own_seat()),
      outermost_(seat_.announced.load(std::memory_order_relaxed) == 0) {
  if (!outermost_) return;
  seat_.announced.exchange(hidden::current.load(std::memory_order_acquire),
                           std::memory_order_seq_cst);
}

}  // namespace sandpiper::store::epoch
