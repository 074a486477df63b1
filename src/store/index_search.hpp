#pragma once
// The search that every read makes, inlined where it is made.

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "store/index.hpp"

namespace sandpiper::store {
namespace index_bits {

__extension__ using wide = unsigned __int128;

constexpr unsigned tag_shift = 56;
constexpr unsigned distance_shift = 48;
constexpr std::uint64_t address_mask = (std::uint64_t{1} << distance_shift) - 1;
constexpr std::uint64_t ones = 0x0001'0101'0101'0101;
constexpr std::uint64_t tops = 0x0080'8080'8080'8080;
constexpr unsigned signs_shift = 56;
inline entry* entry_of(std::uint64_t slot) noexcept {
  return reinterpret_cast<entry*>(slot & address_mask);
}

inline bool same_tag(std::uint64_t slot, std::uint64_t hash) noexcept {
  return slot >> tag_shift == (hash & 255);
}

inline std::uint64_t mark_of(std::uint64_t hash) noexcept {
  return std::max<std::uint64_t>(hash >> 16 & 255, 1);
}

// The top bit of each of the seven bytes that is zero; above a byte that is, others may be set too.
inline std::uint64_t zero_bytes(std::uint64_t word) noexcept {
  return (word - ones) & ~word & tops;
}

inline unsigned first_byte(std::uint64_t tops_of_bytes) noexcept {
  return static_cast<unsigned>(std::countr_zero(tops_of_bytes)) / 8;
}

/// The sign that a bucket holds of an entry pushed past it.
inline std::uint64_t sign_of(std::uint64_t hash) noexcept {
  return std::uint64_t{1} << (signs_shift + (hash & 7));
}

inline std::size_t scaled(std::uint64_t rest, std::size_t buckets) noexcept {
  return static_cast<std::size_t>(static_cast<wide>(rest) * buckets >> 64);
}

inline std::uint64_t word_at(const char* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

inline std::uint32_t half_at(const char* from) noexcept {
  std::uint32_t half = 0;
  std::memcpy(&half, from, sizeof half);
  return half;
}

// memcmp, without the call for what most keys are.
inline bool same(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  const std::size_t size = a.size();
  const char* const x = a.data();
  const char* const y = b.data();
  if (size < 8 && size >= 4) {
    return ((half_at(x) ^ half_at(y)) | (half_at(x + size - 4) ^ half_at(y + size - 4))) == 0;
  }
  if (size < 4 || size > 32) return std::memcmp(x, y, size) == 0;
  std::uint64_t differ =
      (word_at(x) ^ word_at(y)) | (word_at(x + size - 8) ^ word_at(y + size - 8));
  if (size > 16) {
    differ |= (word_at(x + 8) ^ word_at(y + 8)) | (word_at(x + size - 16) ^ word_at(y + size - 16));
  }
  return differ == 0;
}

// The entry of `key` in one bucket, and its slot; null when it is not there. `order` is what the
// caller needs of a slot to look at what it points to.
[[gnu::always_inline]] inline entry* find_in(const index::bucket& in, std::uint64_t marks,
                                             std::uint64_t hash, std::string_view key,
                                             std::memory_order order, unsigned& slot) noexcept {
  for (auto hits = zero_bytes(marks ^ mark_of(hash) * ones); hits != 0; hits &= hits - 1) {
    slot = first_byte(hits);
    const std::uint64_t bits = in.slots[slot].load(order);
    if (!same_tag(bits, hash)) continue;
    entry* const held = entry_of(bits);
    if (held != nullptr && same(held->key(), key)) return held;
  }
  return nullptr;
}

// The same in the buckets behind the first, as long as they hold its sign.
[[nodiscard]] entry* find_behind(const index::table& in, const index::bucket* home,
                                 std::uint64_t hash, std::string_view key) noexcept;

}  // namespace index_bits

[[gnu::always_inline]] inline entry* index::find(std::uint64_t hash,
                                                 std::string_view key) const noexcept {
  const table* const in = table_.load(std::memory_order_seq_cst);
  if (in == nullptr) return nullptr;
  const auto& home = in->first[index_bits::scaled(hash << shard_bits_, in->buckets)];
  const std::uint64_t marks = home.marks.load(std::memory_order_acquire);
  unsigned slot = 0;
  entry* const found = index_bits::find_in(home, marks, hash, key, std::memory_order_seq_cst, slot);
  if (found != nullptr || (marks & index_bits::sign_of(hash)) == 0) [[likely]]
    return found;
  return index_bits::find_behind(*in, &home, hash, key);
}

[[gnu::always_inline]] inline index::position index::locate(std::uint64_t hash,
                                                            std::string_view key) const noexcept {
  constexpr auto relaxed = std::memory_order_relaxed;
  const table* const in = current();
  if (in == nullptr) return {};
  bucket* const home = in->first + index_bits::scaled(hash << shard_bits_, in->buckets);
  const std::uint64_t marks = home->marks.load(relaxed);
  unsigned slot = 0;
  entry* const found = index_bits::find_in(*home, marks, hash, key, relaxed, slot);
  if (found != nullptr) return {home, slot, found};
  if ((marks & index_bits::sign_of(hash)) == 0) return {};
  return locate_behind(home, hash, key);
}

}  // namespace sandpiper::store
