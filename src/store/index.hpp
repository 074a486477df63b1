#pragma once
// Finds a shard's entries by key: buckets of one cache line, in the order of the hashes.
//
//   hash     top bits: the shard | the rest, scaled to the number of buckets: the home bucket
//            bits 16..23: the mark, one byte, never 0 | bits 0..7: the tag
//   bucket   one word of seven marks (0: free) and a byte of signs, then seven slots
//   slot     tag (8 bits) | how far from home (8 bits) | address of the entry (48 bits)
//
// An entry lies in its home bucket, or in the first behind it that had a free slot; each bucket
// that it was pushed past holds its sign, one bit of eight, by which a search knows whether to go
// on. When it goes its signs are looked through again. Entries never move: a reader, who takes no
// lock, finds what is there all the while it looks. Because the home is the hash scaled, a larger
// table keeps the order, and a position in it can be told as a hash: that is a scan's cursor.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sandpiper/store/function_ref.hpp"
#include "store/budget.hpp"
#include "store/entry.hpp"

namespace sandpiper::store {

class index {
 public:
  static constexpr unsigned bucket_slots = 7;

  struct alignas(64) bucket {
    std::atomic<std::uint64_t> marks;
    std::atomic<std::uint64_t> slots[bucket_slots];
  };
  struct table : node {
    std::size_t buckets = 0;
    bucket* first = nullptr;  // in the same block, on a line of its own
  };

  /// An entry and where it lies; null bucket: nowhere. Good until the table grows, or another entry
  /// takes its place.
  struct position {
    bucket* in = nullptr;
    unsigned slot = 0;
    entry* held = nullptr;

    explicit operator bool() const noexcept { return in != nullptr; }
  };

  /// `shard_bits` top bits of each hash are taken by the shard's number. Before first use.
  void open(unsigned shard_bits) noexcept { shard_bits_ = shard_bits; }

  /// For readers, within an epoch::guard; null when it is not there.
  /// Defined in index_search.hpp.
  [[nodiscard]] entry* find(std::uint64_t hash, std::string_view key) const noexcept;

  // ---- the rest under the shard's lock ----

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t slots_max() const noexcept { return buckets() * bucket_slots; }
  [[nodiscard]] bool full() const noexcept { return (size_ + 1) * 8 > slots_max() * 7; }

  /// Defined in index_search.hpp.
  [[nodiscard]] position locate(std::uint64_t hash, std::string_view key) const noexcept;

  /// Requires !full(), and that the key is not there.
  void insert(entry& added, std::uint64_t hash) noexcept;
  void replace(position at, entry& added, std::uint64_t hash) noexcept;
  void erase(position at) noexcept;

  /// Takes a table a sixth larger, charged to `memory`; false when that does not fit. What it
  /// replaced, null the first time, still has readers: retire it.
  struct growth {
    bool grown = false;
    table* retired = nullptr;
  };
  [[nodiscard]] growth grow(account& memory) noexcept;

  /// What has to be free for grow() to succeed.
  [[nodiscard]] std::size_t growth_bytes() const noexcept;

  /// Forgets every entry; the table it had, null when there was none, still has readers.
  [[nodiscard]] table* close() noexcept;

  [[nodiscard]] std::size_t buckets() const noexcept;
  [[nodiscard]] std::size_t home_of(std::uint64_t hash) const noexcept;
  /// Every entry whose home is that bucket, whichever bucket it lies in.
  void for_each_at(std::size_t home, function_ref<void(entry&, std::uint64_t hash)> visit) const;
  /// The least hash whose home is that bucket, without the shard's bits; 0 for the one past the
  /// end.
  [[nodiscard]] std::uint64_t first_hash_of(std::size_t home) const noexcept;

  /// Whether every entry can be found, and the signs are what they should be; for tests, linear.
  [[nodiscard]] bool holds() const;

 private:
  friend struct inspector;

  [[nodiscard]] table* current() const noexcept { return table_.load(std::memory_order_relaxed); }
  [[nodiscard]] position locate_behind(bucket* home, std::uint64_t hash,
                                       std::string_view key) const noexcept;
  void fill(table& larger, const table& smaller) const noexcept;

  std::atomic<table*> table_{nullptr};
  unsigned shard_bits_ = 0;
  std::size_t size_ = 0;  // not for readers
};

}  // namespace sandpiper::store
