#include "store/item_table.hpp"

#include <cassert>

#include "sandpiper/store/key.hpp"

namespace sandpiper::store {
namespace {

constexpr std::size_t capacity_min = 64;

}  // namespace

item_table::slot* item_table::locate(std::string_view name, std::uint64_t hash) const noexcept {
  if (capacity_ == 0) return nullptr;
  const std::size_t mask = capacity_ - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    slot& here = slots_[at];
    if (here.held == nullptr) return nullptr;
    if (here.hash == hash && here.held->name() == name) return &here;
  }
}

item* item_table::find(std::string_view name) const noexcept {
  const slot* const found = locate(name, hash_of(name));
  return found != nullptr ? found->held : nullptr;
}

bool item_table::reserve_one(heap& memory) {
  if ((size_ + 1) * 8 <= capacity_ * 7) return true;
  const std::size_t larger = capacity_ == 0 ? capacity_min : capacity_ * 2;
  auto* const slots = static_cast<slot*>(memory.allocate(larger * sizeof(slot)));
  if (slots == nullptr) return false;
  for (std::size_t i = 0; i < larger; ++i) new (slots + i) slot{nullptr, 0};
  for (std::size_t i = 0; i < capacity_; ++i) {
    if (slots_[i].held == nullptr) continue;
    std::size_t at = slots_[i].hash & (larger - 1);
    while (slots[at].held != nullptr) at = (at + 1) & (larger - 1);
    slots[at] = slots_[i];
  }
  if (slots_ != nullptr) memory.release(slots_);
  slots_ = slots;
  capacity_ = larger;
  check();
  return true;
}

void item_table::insert(item* added) noexcept {
  assert((size_ + 1) * 8 <= capacity_ * 7);
  const std::uint64_t hash = hash_of(added->name());
  std::size_t at = hash & (capacity_ - 1);
  while (slots_[at].held != nullptr) at = (at + 1) & (capacity_ - 1);
  slots_[at] = {added, hash};
  ++size_;
  check();
}

void item_table::replace(const item* old, item* added) noexcept {
  slot* const found = locate(old->name(), hash_of(old->name()));
  assert(found != nullptr && added->name() == old->name());
  found->held = added;
}

void item_table::erase(const item* old) noexcept {
  const slot* const found = locate(old->name(), hash_of(old->name()));
  assert(found != nullptr);
  const std::size_t mask = capacity_ - 1;
  auto hole = static_cast<std::size_t>(found - slots_);
  for (std::size_t at = (hole + 1) & mask; slots_[at].held != nullptr; at = (at + 1) & mask) {
    const std::size_t home = slots_[at].hash & mask;
    if (((at - home) & mask) < ((at - hole) & mask)) continue;  // its home is behind the hole
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {nullptr, 0};
  --size_;
  check();
}

item* item_table::next(std::size_t& at) const noexcept {
  while (at < capacity_) {
    if (item* const held = slots_[at++].held) return held;
  }
  return nullptr;
}

void item_table::clear(heap& memory) noexcept {
  if (slots_ != nullptr) memory.release(slots_);
  slots_ = nullptr;
  capacity_ = size_ = 0;
}

void item_table::check() const noexcept {
  assert((capacity_ & (capacity_ - 1)) == 0);
  assert(size_ * 8 <= capacity_ * 7);
}

}  // namespace sandpiper::store
