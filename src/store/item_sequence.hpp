#pragma once
// The pairs of a large list, zset or stream in their order, entered by place.

#include <cstddef>
#include <cstdint>

#include "sandpiper/store/function_ref.hpp"
#include "store/heap.hpp"

namespace sandpiper::store {

/// Runs of up to `run_items_max` item addresses behind one array of runs: a place is found by
/// walking the runs' counts, an order by halving over the runs and then within one; a change moves
/// at most one run, now and then the array. Does not own the items. Guarded by the collection.
///
/// Invariant: no run is empty, and size() is the sum of their counts.
class item_sequence {
 public:
  static constexpr std::size_t run_items_max = 128;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] item* at(std::size_t place) const noexcept;

  /// The first place whose item is not `before`; items must be parted so.
  [[nodiscard]] std::size_t partition_point(function_ref<bool(const item&)> before) const;

  /// Up to `count` items from `first` on; false when the visitor ended it.
  bool range(std::size_t first, std::size_t count, function_ref<bool(const item&)> visit) const;

  /// False when it does not fit, and then nothing changed.
  [[nodiscard]] bool insert(heap& memory, std::size_t place, item* added);
  item* replace(std::size_t place, item* added) noexcept;
  item* erase(heap& memory, std::size_t place) noexcept;

  /// Gives its memory back; the items are somebody else's.
  void clear(heap& memory) noexcept;

 private:
  struct run {
    item** items = nullptr;
    std::size_t count = 0;
  };
  struct position {
    std::size_t run = 0;
    std::size_t offset = 0;
  };

  [[nodiscard]] position find(std::size_t place) const noexcept;
  [[nodiscard]] bool add_run(heap& memory, std::size_t index);
  [[nodiscard]] bool split(heap& memory, std::size_t index);
  void remove_run(heap& memory, std::size_t index) noexcept;
  void join_with_next(heap& memory, std::size_t index) noexcept;
  void check() const noexcept;

  run* runs_ = nullptr;
  std::size_t run_count_ = 0;
  std::size_t run_capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace sandpiper::store
