#pragma once
// Which entry goes first: SIEVE. A queue from the newest to the oldest, and a hand that walks it
// from the oldest on. Whom it finds visited it spares, and takes the mark; the first without a mark
// goes. A hit only sets a mark, nobody moves, and what is used once is gone after one round.
// Guarded by the shard's lock.
//
//   newest -> ... -> hand -> ... -> oldest
//
// Source     Zhang et al., "SIEVE is Simpler than LRU", NSDI 2024

#include <cstddef>

#include "sandpiper/store/function_ref.hpp"
#include "store/entry.hpp"

namespace sandpiper::store {

class sieve {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void push(entry& added) noexcept;
  void remove(entry& gone) noexcept;

  /// `fresh` takes the place of `old`, visited: writing a key again is using it.
  void replace(entry& old, entry& fresh) noexcept;

  enum class verdict { spare, take };
  /// The entry to evict, still in the queue; null when all are spared. `judge` is asked about each
  /// in turn; a visited one that is spared loses its mark.
  [[nodiscard]] entry* victim(function_ref<verdict(entry&, bool visited)> judge) noexcept;

  /// The entries one after the other, round and round; null when there is none.
  [[nodiscard]] entry* next_to_sweep() noexcept;

  void for_each(function_ref<void(entry&)> visit) const;

  /// Asserts that the links agree with one another; for tests, linear.
  [[nodiscard]] bool holds() const noexcept;

 private:
  node* newest_ = nullptr;
  node* oldest_ = nullptr;
  node* hand_ = nullptr;   // null: begin at the oldest
  node* sweep_ = nullptr;  // likewise
  std::size_t size_ = 0;
};

}  // namespace sandpiper::store
