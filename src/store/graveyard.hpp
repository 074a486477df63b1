#pragma once
// What a shard unlinked and readers may still see. Guarded by the shard's lock.

#include <cstddef>
#include <cstdint>

#include "store/entry.hpp"

namespace sandpiper::store {

/// Two lists: those who wait for their epoch's readers to go, and those who came since. Together
/// they are freed in batches, because asking every reader costs a cache line for each.
class graveyard {
 public:
  /// Bytes that freeing it will give back, at least: the allocator's rounding is not in it.
  [[nodiscard]] static std::size_t bytes_of(const node& dead) noexcept;

  void retire(node& dead) noexcept;

  /// Whether enough has gathered to be worth asking.
  [[nodiscard]] bool worthwhile() const noexcept;

  /// Frees what no reader can see; a pinned one is left to its last pin.
  void collect(heap& memory) noexcept;

  [[nodiscard]] std::size_t bytes() const noexcept { return fresh_.bytes + waiting_.bytes; }
  [[nodiscard]] bool empty() const noexcept {
    return fresh_.first == nullptr && waiting_.first == nullptr;
  }

  void for_each(function_ref<void(node&)> visit) const;

 private:
  struct list {
    node* first = nullptr;
    std::size_t count = 0;
    std::size_t bytes = 0;
  };

  static void free_all(list& dead, heap& memory) noexcept;

  list fresh_;
  list waiting_;
  std::uint64_t waiting_epoch_ = 0;
};

}  // namespace sandpiper::store
