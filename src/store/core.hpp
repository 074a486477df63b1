#pragma once
// What local_store, its pins and its transactions share.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "sandpiper/store/store.hpp"
#include "store/budget.hpp"
#include "store/bytes.hpp"
#include "store/epoch.hpp"
#include "store/index_search.hpp"
#include "store/shard.hpp"

namespace sandpiper::store {

/// What assign() does, without its search for room where none is needed.
inline void copy_bytes(std::string_view from, std::string& into) {
  if (into.size() != from.size()) {
    into.assign(from);
  } else {
    put_bytes(into.data(), from);
  }
}

struct core {
  explicit core(const options& chosen);

  [[nodiscard]] std::size_t shard_number(const key_ref& key) const noexcept {
    return key.hash() >> 1 >> (63 - shard_bits);  // none of the bits when there is one shard
  }
  [[nodiscard]] shard& shard_of(const key_ref& key) const noexcept {
    return shards[shard_number(key)];
  }

  /// A key's entry if it may be shown now, marked and counted. The caller's guard keeps it.
  [[nodiscard]] entry* read(const epoch::guard& guard, const key_ref& key) const noexcept;

  /// Shows it, a large collection under its lock.
  static void show(const entry& held, entry_visitor visit) {
    held.kind == node::layout::large ? show_large(held, visit) : visit(seen(held));
  }
  static void show_large(const entry& held, entry_visitor visit);
  [[nodiscard]] static entry_view seen(const entry& held) noexcept {
    return {held.key(), view_of(held), held.deadline_ms.load(std::memory_order_relaxed),
            held.tag.load(std::memory_order_relaxed)};
  }

  /// As local_store::scan. Shards in `held` are locked already.
  std::uint64_t scan(std::uint64_t cursor, std::size_t count, entry_visitor visit,
                     const glob* match, const shard_set& held);

  bool peek(const key_ref& key, entry_visitor visit) const;
  bool copy(const key_ref& key, std::string& into) const;

  static void hold(entry& held) noexcept {
    held.references.fetch_add(1, std::memory_order_relaxed);
  }
  /// Drops a pin; frees the entry when it was the last that knew it.
  void drop(entry& held) noexcept;
  static pin make_pin(std::shared_ptr<core> owner, entry& held) noexcept {
    return {std::move(owner), &held};
  }

  /// Moves room to `to` from the others, those that hold more than their share first. Passes by
  /// who is locked. True when `to` can now reserve `bytes`.
  bool borrow(shard& to, std::size_t bytes, bool from_rich_only);

  [[nodiscard]] std::size_t fair_bytes() const noexcept { return memory.bytes() / shard_count; }

  // Hits and misses, a line for each of the first readers; the last line is shared by all others.
  struct alignas(64) read_counts {
    std::atomic<std::uint64_t> hits{0};
    std::atomic<std::uint64_t> misses{0};
  };
  static constexpr std::size_t own_lines = 63;
  void count(std::uint32_t seat, bool hit) const noexcept;

  options chosen;
  unsigned shard_bits = 0;
  std::size_t shard_count = 1;
  budget memory;
  std::size_t fixed_bytes = 0;  // of this struct and its arrays; taken first
  std::unique_ptr<shard[]> shards;
  std::atomic<std::size_t> sweep_at{0};
  std::unique_ptr<read_counts[]> reads;
};

inline void core::count(std::uint32_t seat, bool hit) const noexcept {
  auto& line = reads[std::min<std::size_t>(seat, own_lines)];
  auto& counter = hit ? line.hits : line.misses;
  if (seat < own_lines) {  // nobody else writes to it
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  } else {
    counter.fetch_add(1, std::memory_order_relaxed);
  }
}

inline entry* core::read(const epoch::guard& guard, const key_ref& key) const noexcept {
  entry* found = shard_of(key).find(key);
  if (found != nullptr) {
    const auto deadline = found->deadline_ms.load(std::memory_order_relaxed);
    if (deadline != 0 && chosen.now_ms() >= deadline) found = nullptr;
  }
  count(guard.seat_index(), found != nullptr);
  if (found != nullptr) found->mark_visited();
  return found;
}

inline bool core::peek(const key_ref& key, entry_visitor visit) const {
  const epoch::guard guard;
  const entry* const found = read(guard, key);
  if (found == nullptr) return false;
  show(*found, visit);
  return true;
}

inline bool core::copy(const key_ref& key, std::string& into) const {
  const epoch::guard guard;
  const entry* const found = read(guard, key);
  if (found == nullptr || found->type != value_type::string) return false;
  copy_bytes(found->bytes(), into);
  return true;
}

}  // namespace sandpiper::store
