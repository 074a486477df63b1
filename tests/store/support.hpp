#pragma once
// What the store's tests share: a clock one sets, memory one counts, and a look inside.

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/store/store.hpp"
#include "store/collection.hpp"
#include "store/core.hpp"

namespace sandpiper::store {

/// The store's clock in tests; stands still until it is set.
struct fake_clock {
  static inline std::atomic<std::uint64_t> ms{1};
  static std::uint64_t now() noexcept { return ms.load(std::memory_order_relaxed); }
  static void set(std::uint64_t to) { ms.store(to, std::memory_order_relaxed); }
  static void advance(std::uint64_t by) { ms.fetch_add(by, std::memory_order_relaxed); }
};

/// Memory that knows what is out, and can be told to end.
class counted_heap final : public heap {
 public:
  [[nodiscard]] void* allocate(std::size_t bytes) override {
    if (allowed == 0) return nullptr;
    --allowed;
    void* const block = std::malloc(bytes);
    sizes_[block] = bytes;
    return block;
  }
  void release(void* block) noexcept override {
    EXPECT_EQ(sizes_.erase(block), 1u) << "released twice, or never allocated";
    std::free(block);
  }
  [[nodiscard]] std::size_t blocks() const { return sizes_.size(); }

  std::size_t allowed = SIZE_MAX;

 private:
  std::map<void*, std::size_t> sizes_;
};

/// Every invariant that spans classes, looked at from inside with all shards locked.
struct inspector {
  static void check(local_store& store) {
    const auto all = store.lock_all();
    core& inside = *store.core_;
    std::size_t sum = inside.memory.left() + inside.fixed_bytes;
    for (std::size_t i = 0; i < inside.shard_count; ++i) {
      shard& each = inside.shards[i];
      ASSERT_TRUE(each.index_.holds()) << "shard " << i;
      ASSERT_TRUE(each.queue_.holds()) << "shard " << i;
      ASSERT_EQ(each.index_.size(), each.queue_.size()) << "shard " << i;
      check_entries(each);
      sum += each.account_.credit() + each.account_.used();
    }
    ASSERT_EQ(sum, inside.memory.bytes()) << "a byte was lost, or charged twice";
  }

  static std::size_t measured(node& one) {
    const bool is_table = one.kind == node::layout::index_table;
    const collection* const large = is_table ? nullptr : static_cast<entry&>(one).large();
    const std::size_t own = measured_bytes(&one);
    if (large == nullptr) return own;
    return own + measured_bytes(const_cast<collection*>(large)) + large->held_bytes;
  }

  static void check_entries(shard& each) {
    std::size_t held = each.account_.spare_bytes();
    each.graveyard_.for_each([&](node& one) { held += measured(one); });
    std::size_t expiring = 0;
    each.queue_.for_each([&](entry& one) {
      held += measured(one);
      expiring += one.deadline_ms.load() != 0 ? 1 : 0;
      const collection* const large = one.large();
      std::size_t items = 0;
      if (large != nullptr) {
        large->for_each_item(
            [&](const item& i) { items += measured_bytes(const_cast<item*>(&i)); });
        ASSERT_LE(items, large->held_bytes);
      }
    });
    ASSERT_EQ(expiring, each.expiring_);
    held += table_bytes(each);
    ASSERT_EQ(held, each.account_.used());
  }

  static std::size_t table_bytes(const shard& each) {
    auto* const table = each.index_.table_.load();
    return table != nullptr ? measured_bytes(table) : 0;
  }
};

inline std::string text_of(const local_store& store, const key_ref& key) {
  std::string text = "(none)";
  store.copy(key, text);
  return text;
}

using pairs = std::vector<std::pair<std::string, std::string>>;

inline pairs pairs_of(const value_view& view, std::size_t first = 0, std::size_t count = SIZE_MAX) {
  pairs out;
  view.range(first, count, [&](std::string_view name, std::string_view value) {
    out.emplace_back(name, value);
    return true;
  });
  return out;
}

inline pairs pairs_of(const local_store& store, const key_ref& key) {
  pairs out;
  store.peek(key, [&](const entry_view& seen) { out = pairs_of(seen.value()); });
  return out;
}

}  // namespace sandpiper::store
