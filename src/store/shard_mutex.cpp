#include "store/shard_mutex.hpp"

namespace sandpiper::store {

// Who slept once leaves `wanted` behind, since others may sleep still: at worst one wakes nobody.
void shard_mutex::sleep_until_mine() noexcept {
  while (state_.exchange(wanted, std::memory_order_acquire) != free) {
    state_.wait(wanted, std::memory_order_relaxed);
  }
}

void shard_mutex::wake_one() noexcept { state_.notify_one(); }

}  // namespace sandpiper::store
