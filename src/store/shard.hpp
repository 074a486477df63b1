#pragma once
// One shard: its index, its queue, its part of the budget, its dead. Readers use find() alone and
// take no lock; all else is under mutex().

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sandpiper/store/store.hpp"
#include "store/budget.hpp"
#include "store/entry.hpp"
#include "store/graveyard.hpp"
#include "store/heap.hpp"
#include "store/index.hpp"
#include "store/shard_mutex.hpp"
#include "store/sieve.hpp"

namespace sandpiper::store {

class shard final : private heap {
 public:
  shard() = default;
  shard(const shard&) = delete;
  shard& operator=(const shard&) = delete;
  ~shard();

  void open(core& owner, unsigned shard_bits, std::size_t credit_step) noexcept;

  [[nodiscard]] entry* find(const key_ref& key) const noexcept {
    return index_.find(key.hash(), key.bytes());
  }

  [[nodiscard]] shard_mutex& mutex() const noexcept { return mutex_; }

  // ---- under mutex() ----

  /// The entry of a key, also one past its deadline.
  [[nodiscard]] entry* locate(const key_ref& key) const noexcept;

  outcome set(const key_ref& key, value_type type, std::string_view bytes,
              const write_options& how);
  outcome set_string(const key_ref& key, std::string_view bytes, const write_options& how) {
    return put(key, {value_type::string, node::layout::inline_bytes, bytes}, how);
  }
  outcome set_value(const key_ref& key, const value& typed, const write_options& how);
  outcome update(const key_ref& key, value_editor change, const write_options& how, bool keep_tag);
  bool erase(const key_ref& key);
  bool expire(const key_ref& key, std::uint64_t deadline_ms);

  /// Looks at up to `entries_max` entries and frees those past their deadline.
  struct sweeping {
    std::size_t seen = 0;
    std::size_t freed = 0;
  };
  sweeping sweep(std::size_t entries_max);
  void clear();

  /// Pins entries that match, from the hash `from` on, until `count` were looked at. Returns the
  /// first hash not looked at, without the shard's bits; 0 at the shard's end.
  std::uint64_t gather(std::uint64_t from, std::size_t& count, const glob* match,
                       std::vector<entry*>& into) const;

  [[nodiscard]] shard_statistics stats() const noexcept;

  /// Gives another shard up to `bytes` of credit, evicting for it. Returns what it gave.
  std::size_t shed(account& to, std::size_t bytes);

  [[nodiscard]] account& memory() noexcept { return account_; }
  [[nodiscard]] const account& memory() const noexcept { return account_; }

 private:
  friend class editor;
  friend struct editor::state;
  friend struct inspector;  // the tests' look at the sums
  template <class Heap>
  friend entry* make_entry(Heap& memory, std::string_view key, value_type type, node::layout kind,
                           std::string_view value);

  struct new_value {
    value_type type = value_type::none;
    node::layout kind = node::layout::inline_bytes;
    std::string_view bytes;
  };

  [[nodiscard]] void* allocate(std::size_t bytes) override;
  void release(void* block) noexcept override { account_.release(block); }

  [[nodiscard]] bool expired(const entry& held) const noexcept;
  [[nodiscard]] bool make_room(std::size_t bytes);
  [[nodiscard]] bool wait_for_readers(std::size_t bytes);
  [[nodiscard]] bool evict_one();
  [[nodiscard]] bool make_slot();

  outcome put(const key_ref& key, const new_value& fresh, const write_options& how);
  outcome put_large(const key_ref& key, collection* large, const write_options& how);
  [[nodiscard]] collection* build(value_type type, std::string_view packed);
  [[nodiscard]] bool is_compact(value_type type, std::string_view packed) const noexcept;
  void unlink(entry& gone) noexcept;
  void unlink(entry& gone, index::position at) noexcept;
  void set_deadline(entry& held, std::uint64_t deadline_ms) noexcept;
  void collect() noexcept { graveyard_.collect(*this); }

  // Readers' line: written only when the table grows or entries move.
  alignas(64) index index_;

  // Writers' lines.
  alignas(64) mutable shard_mutex mutex_;
  core* core_ = nullptr;
  account account_;
  sieve queue_;
  graveyard graveyard_;
  const entry* keep_ = nullptr;  // being changed: not to be evicted
  std::size_t expiring_ = 0;     // entries with a deadline
  shard_statistics counts_;
};

}  // namespace sandpiper::store
