#include "store/index.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <new>

#include "sandpiper/store/key.hpp"
#include "store/index_search.hpp"

namespace sandpiper::store {

using namespace index_bits;

namespace {

constexpr std::uint64_t distance_max = 255;
constexpr std::uint64_t signs_mask = std::uint64_t{255} << signs_shift;

std::uint64_t slot_of(const entry& held, std::uint64_t hash, std::uint64_t distance) noexcept {
  return reinterpret_cast<std::uint64_t>(&held) | distance << distance_shift | hash << tag_shift;
}

std::uint64_t distance_of(std::uint64_t slot) noexcept {
  return slot >> distance_shift & distance_max;
}

// The tag is the part of the hash that signs are made of.
std::uint64_t sign_of_slot(std::uint64_t slot) noexcept { return sign_of(slot >> tag_shift); }

std::size_t larger_than(const index::table* old) noexcept {
  return old == nullptr ? 1 : old->buckets + std::max<std::size_t>(1, old->buckets / 6);
}

std::size_t table_bytes(std::size_t buckets) noexcept {
  return sizeof(index::table) + alignof(index::bucket) + buckets * sizeof(index::bucket);
}

index::bucket* next_of(const index::table& in, index::bucket* at) noexcept {
  return at + 1 == in.first + in.buckets ? in.first : at + 1;
}

// The signs first, then the slot, then the mark: whoever sees the mark finds the rest.
void place(index::table& in, std::size_t home, const entry& added, std::uint64_t hash) noexcept {
  std::uint64_t distance = 0;
  for (auto* at = in.first + home;; at = next_of(in, at), ++distance) {
    const std::uint64_t marks = at->marks.load(std::memory_order_relaxed);
    const std::uint64_t free = zero_bytes(marks);
    if (free == 0) {
      at->marks.store(marks | sign_of(hash), std::memory_order_release);
      continue;
    }
    const unsigned slot = first_byte(free);
    const auto bits = slot_of(added, hash, std::min(distance, distance_max));
    at->slots[slot].store(bits, std::memory_order_release);
    at->marks.store(marks | mark_of(hash) << (8 * slot), std::memory_order_release);
    return;
  }
}

// The signs of all entries that were pushed past a bucket and are still there. They lie behind it,
// as far as there are signs. When one lies too far to be told, all signs stay.
std::uint64_t signs_past(const index::table& in, index::bucket* passed) noexcept {
  std::uint64_t signs = 0;
  std::uint64_t distance = 1;
  auto* before = passed;
  for (; distance <= in.buckets; ++distance) {
    if ((before->marks.load(std::memory_order_relaxed) & signs_mask) == 0) break;
    before = next_of(in, before);
    for (const auto& each : before->slots) {
      const std::uint64_t bits = each.load(std::memory_order_relaxed);
      if (bits == 0 || distance_of(bits) < distance) continue;
      if (distance_of(bits) == distance_max) return signs_mask;
      signs |= sign_of_slot(bits);
    }
  }
  return signs;
}

}  // namespace

std::size_t index::buckets() const noexcept {
  const table* const in = current();
  return in != nullptr ? in->buckets : 0;
}

entry* index_bits::find_behind(const index::table& in, const index::bucket* home,
                               std::uint64_t hash, std::string_view key) noexcept {
  const index::bucket* const end = in.first + in.buckets;
  unsigned slot = 0;
  for (const auto* at = home + 1 == end ? in.first : home + 1; at != home;) {
    const std::uint64_t marks = at->marks.load(std::memory_order_acquire);
    entry* const found = find_in(*at, marks, hash, key, std::memory_order_seq_cst, slot);
    if (found != nullptr || (marks & sign_of(hash)) == 0) return found;
    if (++at == end) at = in.first;
  }
  return nullptr;
}

index::position index::locate_behind(bucket* home, std::uint64_t hash,
                                     std::string_view key) const noexcept {
  const table& in = *current();
  unsigned slot = 0;
  for (auto* at = next_of(in, home); at != home; at = next_of(in, at)) {
    const std::uint64_t marks = at->marks.load(std::memory_order_relaxed);
    if (entry* const found = find_in(*at, marks, hash, key, std::memory_order_relaxed, slot)) {
      return {at, slot, found};
    }
    if ((marks & sign_of(hash)) == 0) break;
  }
  return {};
}

void index::insert(entry& added, std::uint64_t hash) noexcept {
  assert(!full());
  place(*current(), home_of(hash), added, hash);
  ++size_;
}

void index::replace(position at, entry& added, std::uint64_t hash) noexcept {
  assert(at && at.held->key() == added.key());
  auto& slot = at.in->slots[at.slot];
  const auto distance = distance_of(slot.load(std::memory_order_relaxed));
  slot.store(slot_of(added, hash, distance), std::memory_order_release);
}

void index::erase(position at) noexcept {
  const table& in = *current();
  const std::uint64_t marks = at.in->marks.load(std::memory_order_relaxed);
  const std::uint64_t bits = at.in->slots[at.slot].load(std::memory_order_relaxed);
  at.in->marks.store(marks & ~(std::uint64_t{255} << (8 * at.slot)), std::memory_order_release);
  at.in->slots[at.slot].store(0, std::memory_order_release);
  --size_;
  auto* passed = at.in;
  for (auto distance = distance_of(bits); distance > 0; --distance) {
    passed = passed == in.first ? in.first + in.buckets - 1 : passed - 1;
    const std::uint64_t before = passed->marks.load(std::memory_order_relaxed);
    const std::uint64_t now = (before & ~signs_mask) | (before & signs_past(in, passed));
    passed->marks.store(now, std::memory_order_release);
  }
}

std::size_t index::growth_bytes() const noexcept {
  return account::bound(table_bytes(larger_than(current())));
}

index::growth index::grow(account& memory) noexcept {
  table* const old = current();
  const std::size_t buckets = larger_than(old);
  void* const block = memory.allocate(table_bytes(buckets));
  if (block == nullptr) return {};
  auto* const larger = new (block) table;
  larger->kind = node::layout::index_table;
  larger->buckets = buckets;
  const auto behind = reinterpret_cast<std::uintptr_t>(larger + 1) + alignof(bucket) - 1;
  larger->first = reinterpret_cast<bucket*>(behind / alignof(bucket) * alignof(bucket));
  for (std::size_t i = 0; i < buckets; ++i) new (larger->first + i) bucket{};
  if (old != nullptr) fill(*larger, *old);
  table_.store(larger, std::memory_order_release);
  return {true, old};
}

// Looks at the entries a few buckets ahead: each one's key is a cache miss otherwise.
void index::fill(table& larger, const table& smaller) const noexcept {
  constexpr std::size_t ahead = 2;
  auto* const all = smaller.first;
  for (std::size_t i = 0; i < smaller.buckets; ++i) {
    if (i + ahead < smaller.buckets) {
      for (const auto& soon : all[i + ahead].slots) {
        __builtin_prefetch(entry_of(soon.load(std::memory_order_relaxed)) + 1);
      }
    }
    for (const auto& slot : all[i].slots) {
      const std::uint64_t bits = slot.load(std::memory_order_relaxed);
      if (bits == 0) continue;
      const std::uint64_t hash = hash_of(entry_of(bits)->key());
      place(larger, scaled(hash << shard_bits_, larger.buckets), *entry_of(bits), hash);
    }
  }
}

index::table* index::close() noexcept {
  size_ = 0;
  return table_.exchange(nullptr, std::memory_order_acq_rel);
}

std::size_t index::home_of(std::uint64_t hash) const noexcept {
  return scaled(hash << shard_bits_, buckets());
}

std::uint64_t index::first_hash_of(std::size_t home) const noexcept {
  if (home >= buckets()) return 0;
  const wide least = ((static_cast<wide>(home) << 64) + buckets() - 1) / buckets();
  const auto rest = static_cast<std::uint64_t>(least);
  const std::uint64_t below = (std::uint64_t{1} << shard_bits_) - 1;
  return (rest >> shard_bits_) + ((rest & below) != 0 ? 1 : 0);
}

void index::for_each_at(std::size_t home, function_ref<void(entry&, std::uint64_t)> visit) const {
  const table& in = *current();
  auto* at = in.first + home;
  for (std::uint64_t distance = 0; distance < in.buckets; ++distance, at = next_of(in, at)) {
    for (const auto& slot : at->slots) {
      const std::uint64_t bits = slot.load(std::memory_order_relaxed);
      if (bits == 0 || distance_of(bits) != std::min(distance, distance_max)) continue;
      const std::uint64_t hash = hash_of(entry_of(bits)->key());
      if (home_of(hash) == home) visit(*entry_of(bits), hash);
    }
    if ((at->marks.load(std::memory_order_relaxed) & signs_mask) == 0) return;
  }
}

bool index::holds() const {
  const table* const in = current();
  if (in == nullptr) return size_ == 0;
  std::size_t found = 0;
  bool right = true;
  for (std::size_t home = 0; home < in->buckets; ++home) {
    for_each_at(home, [&](entry& each, std::uint64_t hash) {
      const auto at = locate(hash, each.key());
      found += at && at.held == &each ? 1 : 0;
    });
    const auto signs = in->first[home].marks.load(std::memory_order_relaxed) & signs_mask;
    right = right && signs == (signs & signs_past(*in, in->first + home));
  }
  return right && found == size_;
}

}  // namespace sandpiper::store
