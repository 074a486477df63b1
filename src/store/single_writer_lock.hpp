#pragma once
// Many readers, or the one writer, who does not wait for those that come after it.
//
// std::shared_mutex lets readers overtake: threads that read without a pause keep a writer out for
// seconds, and here the writer holds its shard's lock meanwhile. The shard's lock also sees to it
// that there is one writer at most.

#include <atomic>
#include <cassert>
#include <cstdint>

namespace sandpiper::store {

class single_writer_lock {
 public:
  void lock_shared() noexcept {
    for (;;) {
      auto now = state_.load(std::memory_order_relaxed);
      if ((now & writer) != 0) {
        state_.wait(now, std::memory_order_relaxed);
      } else if (state_.compare_exchange_weak(now, now + 1, std::memory_order_acquire)) {
        return;
      }
    }
  }

  void unlock_shared() noexcept {
    // The last reader before a writer wakes it; it might not be the only one who waits.
    if (state_.fetch_sub(1, std::memory_order_release) == (writer | 1)) state_.notify_all();
  }

  void lock() noexcept {
    auto now = state_.fetch_or(writer, std::memory_order_acquire) | writer;
    for (; now != writer; now = state_.load(std::memory_order_acquire)) {
      state_.wait(now, std::memory_order_relaxed);
    }
  }

  void unlock() noexcept {
    assert(state_.load() == writer);
    state_.store(0, std::memory_order_release);
    state_.notify_all();
  }

 private:
  static constexpr std::uint32_t writer = std::uint32_t{1} << 31;

  std::atomic<std::uint32_t> state_{0};  // readers inside, and whether a writer is or wants to be
};

}  // namespace sandpiper::store
