#include "client/block_pool.hpp"

#include <new>
#include <thread>

namespace sandpiper {

class block_pool::holding {
 public:
  explicit holding(shelf& s) noexcept : shelf_(s) {
    while (shelf_.busy.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  }
  holding(const holding&) = delete;
  holding& operator=(const holding&) = delete;
  ~holding() { shelf_.busy.clear(std::memory_order_release); }

 private:
  shelf& shelf_;
};

block_pool::~block_pool() {
  for (auto& one : shelves_) {
    while (one.first) {
      auto* const next = one.first->next;
      ::operator delete(one.first);
      one.first = next;
    }
  }
}

std::size_t block_pool::shelf_of(std::size_t bytes) noexcept {
  std::size_t i = 0;
  while (i < shelves && size_min_bytes << i < bytes) ++i;
  return i;
}

void* block_pool::take(std::size_t bytes) {
  const auto i = shelf_of(bytes);
  if (i == shelves) return ::operator new(bytes);
  {
    auto& one = shelves_[i];
    const holding held(one);
    if (one.first) {
      auto* const block = one.first;
      one.first = block->next;
      --one.count;
      return block;
    }
  }
  return ::operator new(size_min_bytes << i);
}

void block_pool::give(void* block, std::size_t bytes) noexcept {
  const auto i = shelf_of(bytes);
  if (i < shelves) {
    auto& one = shelves_[i];
    const holding held(one);
    if (one.count < kept_max) {
      one.first = new (block) free_block{one.first};
      ++one.count;
      return;
    }
  }
  ::operator delete(block);
}

}  // namespace sandpiper
