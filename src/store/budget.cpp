#include "store/budget.hpp"

#include <malloc.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <utility>

namespace sandpiper::store {
namespace {

constexpr std::size_t page_bytes = 4096;
constexpr std::size_t large_bytes = 64 * 1024;  // may come as whole pages
constexpr std::size_t slack_bytes = 48;         // a remainder too small for a block of its own
constexpr std::size_t spare_bytes_max = 4096;

// Address sanitizer is to see every block that is freed.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool keeps_spares = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool keeps_spares = false;
#else
constexpr bool keeps_spares = true;
#endif
#else
constexpr bool keeps_spares = true;
#endif

}  // namespace

std::size_t measured_bytes(void* block) noexcept { return ::malloc_usable_size(block); }

std::size_t budget::take(std::size_t needed, std::size_t wanted) noexcept {
  std::size_t left = pool_.load(std::memory_order_relaxed);
  for (;;) {
    const std::size_t taken = std::min(left, std::max(needed, wanted));
    if (taken < needed || taken == 0) return 0;
    if (pool_.compare_exchange_weak(left, left - taken, std::memory_order_relaxed)) return taken;
  }
}

std::size_t account::bound(std::size_t bytes) noexcept {
  if (bytes > SIZE_MAX / 2) return SIZE_MAX / 2;
  return bytes + slack_bytes + (bytes >= large_bytes ? page_bytes : 0);
}

void* account::allocate_anew(std::size_t bytes) noexcept {
  if (!reserve(bound(bytes))) return nullptr;
  void* const block = std::malloc(bytes);
  if (block == nullptr) return nullptr;
  const std::size_t measured = measured_bytes(block);
  // Another allocator may round further than ours: then it is asked for, or given back unused.
  if (measured > credit_ && !reserve(measured)) {
    std::free(block);
    return nullptr;
  }
  credit_ -= measured;
  add_used(measured);
  return block;
}

void account::release(void* block) noexcept {
  spare leaves{block, measured_bytes(block)};
  if (keeps_spares && leaves.bytes <= spare_bytes_max) {
    if (spare_count_ < spares_max) {
      spares_[spare_count_++] = leaves;
      return;
    }
    // The longest there makes place: of its size none was asked for.
    std::swap(leaves, spares_[next_to_leave_]);
    next_to_leave_ = (next_to_leave_ + 1) % spares_max;
  }
  std::free(leaves.block);
  add_used(std::size_t{0} - leaves.bytes);
  give_credit(leaves.bytes);
}

void account::free_spares() noexcept {
  while (spare_count_ > 0) {
    const spare& last = spares_[--spare_count_];
    std::free(last.block);
    add_used(std::size_t{0} - last.bytes);
    credit_ += last.bytes;
  }
}

std::size_t account::spare_bytes() const noexcept {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < spare_count_; ++i) sum += spares_[i].bytes;
  return sum;
}

void account::give_credit(std::size_t bytes) noexcept {
  credit_ += bytes;
  if (credit_ <= 4 * credit_step_) return;
  budget_->give(credit_ - 2 * credit_step_);
  credit_ = 2 * credit_step_;
}

void account::release_unlocked(void* block) noexcept {
  const std::size_t measured = measured_bytes(block);
  std::free(block);
  returned_.fetch_add(measured, std::memory_order_relaxed);
  budget_->give(measured);
}

bool account::reserve(std::size_t bytes) noexcept {
  if (credit_ >= bytes) return true;
  free_spares();
  if (credit_ >= bytes) return true;
  fold_returned();
  credit_ += budget_->take(bytes - credit_, bytes - credit_ + credit_step_);
  return credit_ >= bytes;
}

void account::lend(account& other, std::size_t bytes) noexcept {
  if (credit_ < bytes) free_spares();
  const std::size_t lent = std::min(bytes, credit_);
  credit_ -= lent;
  other.credit_ += lent;
}

void account::fold_returned() noexcept {
  if (returned_.load(std::memory_order_relaxed) == 0) return;
  const std::size_t returned = returned_.exchange(0, std::memory_order_relaxed);
  add_used(std::size_t{0} - returned);
}

void account::add_used(std::size_t bytes) noexcept {
  const std::size_t used = used_.load(std::memory_order_relaxed) + bytes;
  assert(used <= budget_->bytes());
  used_.store(used, std::memory_order_relaxed);
}

}  // namespace sandpiper::store
