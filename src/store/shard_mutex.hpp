#pragma once
// The lock of one shard.
//
//   free    0     lock: one compare-and-exchange      unlock: one exchange
//   held    1
//   wanted  2     somebody sleeps: who unlocks wakes one

#include <atomic>
#include <cstdint>

namespace sandpiper::store {

/// A mutex without what std::mutex brings along for all the kinds that POSIX has, and that can be
/// passed by while somebody, oneself included, holds it. Shared.
class shard_mutex {
 public:
  void lock() noexcept {
    std::uint32_t found = free;
    if (!state_.compare_exchange_strong(found, held, std::memory_order_acquire,
                                        std::memory_order_relaxed)) [[unlikely]] {
      sleep_until_mine();
    }
  }

  [[nodiscard]] bool try_lock() noexcept {
    std::uint32_t found = state_.load(std::memory_order_relaxed);
    return found == free && state_.compare_exchange_strong(found, held, std::memory_order_acquire,
                                                           std::memory_order_relaxed);
  }

  void unlock() noexcept {
    if (state_.exchange(free, std::memory_order_release) == wanted) [[unlikely]]
      wake_one();
  }

 private:
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t wanted = 2;

  void sleep_until_mine() noexcept;
  void wake_one() noexcept;

  std::atomic<std::uint32_t> state_{free};
};

}  // namespace sandpiper::store
