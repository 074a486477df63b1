#pragma once
// Finds the pair of a large collection by its name. Open addressing; guarded by the collection.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/heap.hpp"

namespace sandpiper::store {

/// Does not own the items. Invariant: no two items have one name; at least one slot in eight is
/// free, so that every search ends.
class item_table {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] item* find(std::string_view name) const noexcept;

  /// Makes room for one more; false when that does not fit. insert() and replace() cannot fail.
  [[nodiscard]] bool reserve_one(heap& memory);
  void insert(item* added) noexcept;
  void replace(const item* old, item* added) noexcept;
  void erase(const item* old) noexcept;

  /// The item in slot `at` or in the first taken one behind it, and `at` moved past it; null at
  /// the end.
  [[nodiscard]] item* next(std::size_t& at) const noexcept;

  /// Gives its memory back; the items are somebody else's.
  void clear(heap& memory) noexcept;

 private:
  // The hash stands beside the address: most other items need not be looked at, none to grow.
  struct slot {
    item* held;
    std::uint64_t hash;
  };

  [[nodiscard]] slot* locate(std::string_view name, std::uint64_t hash) const noexcept;
  void check() const noexcept;

  slot* slots_ = nullptr;
  std::size_t capacity_ = 0;  // zero or a power of two
  std::size_t size_ = 0;
};

}  // namespace sandpiper::store
