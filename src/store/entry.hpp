#pragma once
// What the store keeps for one key: one block of header, key and value.
//
//   node (24) | deadline (8) | tag (8) | key bytes (4) | value bytes (4) | key ... value ...
//
// The value is the bytes of a string, a packed collection, or the address of a large one. Once
// others can see an entry only the marked fields change; a new value is a new entry.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <string_view>

#include "sandpiper/store/value.hpp"
#include "store/bytes.hpp"
#include "store/heap.hpp"
#include "store/view.hpp"

namespace sandpiper::store {

/// What can be unlinked now and freed later: an entry, or a table of the index.
struct node {
  enum class layout : std::uint8_t { inline_bytes, large, index_table };

  node* newer = nullptr;  // in the queue, or the next that was retired; under the shard's lock
  node* older = nullptr;
  std::atomic<std::uint32_t> references{1};  // one is the store's own
  value_type type = value_type::none;
  layout kind = layout::inline_bytes;
  std::atomic<std::uint8_t> visited{0};  // readers set it, once; the hand clears it
};

struct entry : node {
  std::atomic<std::uint64_t> deadline_ms{0};  // 0: never. Changes under the shard's lock
  std::atomic<std::uint64_t> tag{0};          // likewise
  std::uint32_t key_bytes = 0;
  std::uint32_t value_bytes = 0;

  [[nodiscard]] char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  [[nodiscard]] const char* data() const noexcept {
    return reinterpret_cast<const char*>(this + 1);
  }
  [[nodiscard]] std::string_view key() const noexcept { return {data(), key_bytes}; }
  [[nodiscard]] std::string_view bytes() const noexcept {
    return {data() + key_bytes, value_bytes};
  }
  [[nodiscard]] collection* large() const noexcept {
    if (kind != layout::large) return nullptr;
    collection* held = nullptr;
    std::memcpy(&held, data() + key_bytes, sizeof held);
    return held;
  }

  void mark_visited() noexcept {
    if (visited.load(std::memory_order_relaxed) == 0) visited.store(1, std::memory_order_relaxed);
  }
};

/// The value as entry_view shows it. A large one is to be read under its lock.
[[nodiscard]] inline value_view view_of(const entry& held) noexcept {
  if (held.kind == node::layout::large) return view_of(held.type, {}, held.large());
  return view_of(held.type, held.bytes(), nullptr);
}

/// An entry of its own, with that key and value; null when it does not fit, or where its address is
/// higher than a slot of the index can tell. `memory`: a heap, by the type it is known by, so that
/// a shard's own is called and not looked up.
template <class Heap>
[[nodiscard]] entry* make_entry(Heap& memory, std::string_view key, value_type type,
                                node::layout kind, std::string_view value) {
  constexpr std::size_t part_bytes_max = std::numeric_limits<std::uint32_t>::max();
  constexpr unsigned address_bits = 48;
  if (key.size() > part_bytes_max || value.size() > part_bytes_max) return nullptr;
  void* const block = memory.allocate(sizeof(entry) + key.size() + value.size());
  if (block == nullptr) return nullptr;
  if (reinterpret_cast<std::uintptr_t>(block) >> address_bits != 0) {
    memory.release(block);
    return nullptr;
  }
  auto* const made = new (block) entry;
  made->type = type;
  made->kind = kind;
  made->key_bytes = static_cast<std::uint32_t>(key.size());
  made->value_bytes = static_cast<std::uint32_t>(value.size());
  put_bytes(put_bytes(made->data(), key), value);
  return made;
}

[[nodiscard]] collection* make_collection(heap& memory, value_type type);

/// Its items and itself.
void destroy_collection(heap& memory, collection* large) noexcept;

/// An entry with all it holds, or a table of the index.
inline void destroy_node(heap& memory, node* dead) noexcept {
  if (dead->kind == node::layout::large) {
    destroy_collection(memory, static_cast<entry*>(dead)->large());
  }
  memory.release(dead);
}

/// Lends a collection memory and counts it there.
class collection_heap final : public heap {
 public:
  collection_heap(heap& source, collection& borrower) noexcept
      : source_(source), borrower_(borrower) {}
  [[nodiscard]] void* allocate(std::size_t bytes) override;
  void release(void* block) noexcept override;

 private:
  heap& source_;
  collection& borrower_;
};

static_assert(sizeof(entry) == 48, "with 8 bytes of index and its free share: 64 an entry");

}  // namespace sandpiper::store
