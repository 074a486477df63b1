#include "store/epoch.hpp"

namespace sandpiper::store::epoch {
namespace hidden {

constinit thread_local seat* mine = nullptr;
alignas(64) std::atomic<std::uint64_t> current{1};

}  // namespace hidden

namespace {

alignas(64) std::atomic<seat*> seats{nullptr};
std::atomic<std::uint32_t> seat_count{0};

seat* reused() noexcept {
  for (seat* each = seats.load(std::memory_order_seq_cst); each != nullptr; each = each->next) {
    if (!each->taken.load(std::memory_order_relaxed) &&
        !each->taken.exchange(true, std::memory_order_acquire)) {
      return each;
    }
  }
  return nullptr;
}

seat* added() {
  auto* const fresh = new seat;
  fresh->taken.store(true, std::memory_order_relaxed);
  fresh->index = seat_count.fetch_add(1, std::memory_order_relaxed);
  fresh->next = seats.load(std::memory_order_relaxed);
  while (!seats.compare_exchange_weak(fresh->next, fresh, std::memory_order_seq_cst)) {
  }
  return fresh;
}

// Gives the seat back when the thread ends. A guard taken even later (by another thread_local's
// destructor) finds no seat, takes a new one and keeps it: idle, so it harms nobody.
struct releaser {
  ~releaser() {
    if (hidden::mine == nullptr) return;
    hidden::mine->taken.store(false, std::memory_order_release);
    hidden::mine = nullptr;
  }
};

}  // namespace

seat& own_seat() {
  if (hidden::mine != nullptr) return *hidden::mine;
  thread_local releaser at_thread_end;
  static_cast<void>(at_thread_end);
  seat* const free = reused();
  hidden::mine = free != nullptr ? free : added();
  return *hidden::mine;
}

std::uint64_t advance() noexcept { return hidden::current.fetch_add(1, std::memory_order_seq_cst); }

bool quiescent(std::uint64_t ended) noexcept {
  for (seat* each = seats.load(std::memory_order_seq_cst); each != nullptr; each = each->next) {
    const auto announced = each->announced.load(std::memory_order_seq_cst);
    if (announced != 0 && announced <= ended) return false;
  }
  return true;
}

}  // namespace sandpiper::store::epoch
