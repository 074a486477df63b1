#include "store/sieve.hpp"

#include <cassert>
#include <utility>

namespace sandpiper::store {

void sieve::push(entry& added) noexcept {
  added.newer = nullptr;
  added.older = newest_;
  if (newest_ != nullptr) newest_->newer = &added;
  newest_ = &added;
  if (oldest_ == nullptr) oldest_ = &added;
  ++size_;
}

void sieve::remove(entry& gone) noexcept {
  assert(size_ > 0);
  if (hand_ == &gone) hand_ = gone.newer;
  if (sweep_ == &gone) sweep_ = gone.newer;
  (gone.newer != nullptr ? gone.newer->older : newest_) = gone.older;
  (gone.older != nullptr ? gone.older->newer : oldest_) = gone.newer;
  --size_;
}

void sieve::replace(entry& old, entry& fresh) noexcept {
  fresh.newer = old.newer;
  fresh.older = old.older;
  fresh.visited.store(1, std::memory_order_relaxed);
  (fresh.newer != nullptr ? fresh.newer->older : newest_) = &fresh;
  (fresh.older != nullptr ? fresh.older->newer : oldest_) = &fresh;
  if (hand_ == &old) hand_ = &fresh;
  if (sweep_ == &old) sweep_ = &fresh;
}

entry* sieve::victim(function_ref<verdict(entry&, bool)> judge) noexcept {
  // Two rounds take every mark there was; readers may set some again meanwhile, but not for ever.
  for (std::size_t steps = 2 * size_ + 1; steps > 0 && size_ > 0; --steps) {
    node* const at = hand_ != nullptr ? hand_ : oldest_;
    hand_ = at->newer;
    const bool visited = at->visited.load(std::memory_order_relaxed) != 0;
    auto& candidate = static_cast<entry&>(*at);
    if (judge(candidate, visited) == verdict::take) return &candidate;
    if (visited) at->visited.store(0, std::memory_order_relaxed);
  }
  return nullptr;
}

entry* sieve::next_to_sweep() noexcept {
  node* const at = sweep_ != nullptr ? sweep_ : oldest_;
  if (at == nullptr) return nullptr;
  sweep_ = at->newer;
  return static_cast<entry*>(at);
}

void sieve::for_each(function_ref<void(entry&)> visit) const {
  for (node* at = oldest_; at != nullptr;) {
    auto& each = static_cast<entry&>(*at);
    at = at->newer;
    visit(each);
  }
}

bool sieve::holds() const noexcept {
  std::size_t seen = 0;
  const node* last = nullptr;
  bool hand = hand_ == nullptr;
  for (const node* at = oldest_; at != nullptr; last = at, at = at->newer, ++seen) {
    if (at->older != last) return false;
    hand = hand || at == hand_;
  }
  return last == newest_ && seen == size_ && hand;
}

}  // namespace sandpiper::store
