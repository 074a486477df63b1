#include "store/item_sequence.hpp"

#include <algorithm>
#include <cassert>

namespace sandpiper::store {
namespace {

constexpr std::size_t run_capacity_min = 4;
constexpr std::size_t joined_items_max = item_sequence::run_items_max * 3 / 4;

}  // namespace

item_sequence::position item_sequence::find(std::size_t place) const noexcept {
  position here;
  while (here.run < run_count_ && place >= runs_[here.run].count) place -= runs_[here.run++].count;
  here.offset = place;
  return here;
}

item* item_sequence::at(std::size_t place) const noexcept {
  assert(place < size_);
  const auto here = find(place);
  return runs_[here.run].items[here.offset];
}

std::size_t item_sequence::partition_point(function_ref<bool(const item&)> before) const {
  run* const end = runs_ + run_count_;
  run* const found =
      std::partition_point(runs_, end, [&](const run& r) { return before(*r.items[r.count - 1]); });
  std::size_t place = 0;
  for (const run* r = runs_; r != found; ++r) place += r->count;
  if (found == end) return place;
  item** const first = found->items;
  item** const inside = std::partition_point(first, first + found->count,
                                             [&](const item* held) { return before(*held); });
  return place + static_cast<std::size_t>(inside - first);
}

bool item_sequence::range(std::size_t first, std::size_t count,
                          function_ref<bool(const item&)> visit) const {
  auto here = find(first);
  for (; here.run < run_count_ && count > 0; ++here.run, here.offset = 0) {
    const run& current = runs_[here.run];
    for (; here.offset < current.count && count > 0; ++here.offset, --count) {
      if (!visit(*current.items[here.offset])) return false;
    }
  }
  return true;
}

bool item_sequence::add_run(heap& memory, std::size_t index) {
  if (run_count_ == run_capacity_) {
    const std::size_t larger = std::max(run_capacity_min, run_capacity_ * 2);
    auto* const runs = static_cast<run*>(memory.allocate(larger * sizeof(run)));
    if (runs == nullptr) return false;
    std::uninitialized_copy_n(runs_, run_count_, runs);
    if (runs_ != nullptr) memory.release(runs_);
    runs_ = runs;
    run_capacity_ = larger;
  }
  auto* const items = static_cast<item**>(memory.allocate(run_items_max * sizeof(item*)));
  if (items == nullptr) return false;
  new (runs_ + run_count_) run;
  std::move_backward(runs_ + index, runs_ + run_count_, runs_ + run_count_ + 1);
  runs_[index] = {items, 0};
  ++run_count_;
  return true;
}

// A full run at either end of the whole stays full: a queue that only grows wastes nothing.
bool item_sequence::split(heap& memory, std::size_t index) {
  if (!add_run(memory, index + 1)) return false;
  run& left = runs_[index];
  run& right = runs_[index + 1];
  const std::size_t kept = left.count / 2;
  std::copy(left.items + kept, left.items + left.count, right.items);
  right.count = left.count - kept;
  left.count = kept;
  return true;
}

bool item_sequence::insert(heap& memory, std::size_t place, item* added) {
  assert(place <= size_);
  const bool at_end = place == size_ && run_count_ > 0;
  position here = at_end ? position{run_count_ - 1, runs_[run_count_ - 1].count} : find(place);
  if (run_count_ == 0 || runs_[here.run].count == run_items_max) {
    if (run_count_ == 0 || place == 0) {
      if (!add_run(memory, 0)) return false;
      here = {0, 0};
    } else if (at_end) {
      if (!add_run(memory, run_count_)) return false;
      here = {run_count_ - 1, 0};
    } else {
      if (!split(memory, here.run)) return false;
      const std::size_t left = runs_[here.run].count;
      if (here.offset > left) here = {here.run + 1, here.offset - left};
    }
  }
  run& target = runs_[here.run];
  std::move_backward(target.items + here.offset, target.items + target.count,
                     target.items + target.count + 1);
  target.items[here.offset] = added;
  ++target.count;
  ++size_;
  check();
  return true;
}

item* item_sequence::replace(std::size_t place, item* added) noexcept {
  assert(place < size_);
  const auto here = find(place);
  return std::exchange(runs_[here.run].items[here.offset], added);
}

void item_sequence::remove_run(heap& memory, std::size_t index) noexcept {
  memory.release(runs_[index].items);
  std::move(runs_ + index + 1, runs_ + run_count_, runs_ + index);
  --run_count_;
}

void item_sequence::join_with_next(heap& memory, std::size_t index) noexcept {
  if (index + 1 >= run_count_) return;
  run& left = runs_[index];
  run& right = runs_[index + 1];
  if (left.count + right.count > joined_items_max) return;
  std::copy_n(right.items, right.count, left.items + left.count);
  left.count += right.count;
  remove_run(memory, index + 1);
}

item* item_sequence::erase(heap& memory, std::size_t place) noexcept {
  assert(place < size_);
  const auto here = find(place);
  run& source = runs_[here.run];
  item* const taken = source.items[here.offset];
  std::move(source.items + here.offset + 1, source.items + source.count,
            source.items + here.offset);
  --size_;
  if (--source.count == 0) {
    remove_run(memory, here.run);
  } else if (source.count < run_items_max / 4) {
    join_with_next(memory, here.run);
  }
  check();
  return taken;
}

void item_sequence::clear(heap& memory) noexcept {
  for (std::size_t i = 0; i < run_count_; ++i) memory.release(runs_[i].items);
  if (runs_ != nullptr) memory.release(runs_);
  *this = {};
}

void item_sequence::check() const noexcept {
  assert(run_count_ <= run_capacity_);
  assert((size_ == 0) == (run_count_ == 0));
  assert(size_ <= run_count_ * run_items_max);
}

}  // namespace sandpiper::store
