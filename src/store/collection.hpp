#pragma once
// A large hash, list, set, zset or stream: it changes in place, under a lock of its own.

#include <cstddef>
#include <optional>
#include <string_view>

#include "sandpiper/store/editor.hpp"
#include "sandpiper/store/value.hpp"
#include "store/heap.hpp"
#include "store/item_sequence.hpp"
#include "store/item_table.hpp"
#include "store/single_writer_lock.hpp"

namespace sandpiper::store {

/// hash, set: the table. list, stream: the sequence. zset: both, sharing the items.
///
/// Readers hold mutex() shared. A writer holds the shard's lock, and mutex() alone for each change.
/// Every change is whole or did not happen: `refused` and false leave all as it was.
class collection {
 public:
  explicit collection(value_type type) noexcept : type_(type) {}

  [[nodiscard]] single_writer_lock& mutex() const noexcept { return mutex_; }
  [[nodiscard]] value_type type() const noexcept { return type_; }
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] stream_state state() const noexcept { return state_; }

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  bool range(std::size_t first, std::size_t count, pair_visitor visit) const;
  [[nodiscard]] std::size_t lower_bound(double score, std::string_view member) const;
  [[nodiscard]] std::size_t lower_bound(stream_id id) const;

  /// hash, set, zset by name; a stream's entry goes behind the last.
  change put(heap& memory, std::string_view name, std::string_view value);
  [[nodiscard]] bool erase(heap& memory, std::string_view name);

  /// A list's items by place, which the caller has checked.
  [[nodiscard]] bool insert_at(heap& memory, std::size_t place, std::string_view text);
  [[nodiscard]] bool replace_at(heap& memory, std::size_t place, std::string_view text);

  /// A list's items, or a stream's entries.
  void erase_at(heap& memory, std::size_t place, std::size_t count) noexcept;

  void set_state(const stream_state& state) noexcept { state_ = state; }

  /// Bytes of its items, table and sequence; whoever lends it memory counts here.
  std::size_t held_bytes = 0;

  /// Gives everything back; only the destructor may follow.
  void clear(heap& memory) noexcept;

  /// Told every block it holds but its own, for those who check the sums.
  void for_each_item(function_ref<void(const item&)> visit) const;

 private:
  [[nodiscard]] bool has_table() const noexcept {
    return type_ == value_type::hash || type_ == value_type::set || type_ == value_type::zset;
  }
  [[nodiscard]] bool has_sequence() const noexcept {
    return type_ == value_type::list || type_ == value_type::zset || type_ == value_type::stream;
  }
  [[nodiscard]] std::size_t place_of(const item& held) const;
  change put_scored(heap& memory, item* old, item* added);

  mutable single_writer_lock mutex_;
  const value_type type_;
  stream_state state_;
  item_table table_;
  item_sequence sequence_;
};

}  // namespace sandpiper::store
