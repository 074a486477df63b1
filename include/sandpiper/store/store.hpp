#pragma once
// A sharded, budgeted map from keys to typed values, for many threads, without any server.
//
//   local_store cache({.budget_bytes = 64 << 20});
//   cache.set("user:7", "Ada", {.deadline_ms = cache.deadline(5min)});
//   std::string name;
//   if (cache.copy("user:7", name)) ...
//
// Three ways to read, by how long the value is needed:
//
//   copy, peek    in place, under a guard      no allocation, nothing shared is written but a mark
//                                              that says "used", and that only once
//   share, visit  pinned by a reference count  for as long as one likes
//   transaction   several keys at one moment   their shards' locks are held
//
// Bytes: every block the store holds is charged by its measured size, before anything else may use
// the room. What does not fit is made to fit by evicting (SIEVE in each shard), else refused; no
// call waits for memory. While a reader stands still inside peek, or a pin is kept, what it may see
// stays charged. Per-thread reader seats (one cache line a thread, of the process) are not charged.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sandpiper/base/clock.hpp"
#include "sandpiper/base/glob.hpp"
#include "sandpiper/store/editor.hpp"
#include "sandpiper/store/function_ref.hpp"
#include "sandpiper/store/key.hpp"
#include "sandpiper/store/value.hpp"

namespace sandpiper::store {

/// Up to which size a collection is one packed block, copied when it changes. The server's figures.
struct compact_limits {
  std::size_t pairs_max = 128;  // hash, set, zset, stream
  std::size_t text_bytes_max = 64;
  std::size_t list_bytes_max = 8192;
  std::size_t stream_bytes_max = 4096;
};

struct options {
  std::size_t budget_bytes = std::size_t{64} << 20;
  std::size_t shards = 16;  // rounded up to a power of two, 256 at most
  bool evict = true;        // false: what does not fit is refused
  compact_limits compact = {};
  std::uint64_t (*now_ms)() noexcept = &coarse_now_ms;  // asked only where there is a deadline
};

/// How to write. `tag` is the caller's: kept beside the value and given back, never looked at.
struct write_options {
  enum class only_if : std::uint8_t {
    always,
    absent,   // there is no such key, as far as is known
    present,  // there is one
    unknown,  // nothing is known of the key, not even that it does not exist
  };

  std::uint64_t deadline_ms = 0;  // on the store's clock; 0: never
  std::uint64_t tag = 0;
  only_if when = only_if::always;
  bool keep_deadline = false;  // what the key has; deadline_ms where it has none or is new
};

enum class outcome : std::uint8_t {
  stored,
  kept,     // only_if said no, or an update changed nothing
  refused,  // it does not fit, or the type cannot hold it
};

/// One shard's counters.
struct shard_statistics {
  std::size_t entries = 0;        // also those past their deadline and not yet swept
  std::size_t charged_bytes = 0;  // all it holds, unlinked blocks that wait for readers included
  std::size_t retired_bytes = 0;  // those alone
  std::uint64_t writes = 0;
  std::uint64_t erasures = 0;
  std::uint64_t evictions = 0;
  std::uint64_t expirations = 0;  // found past their deadline and freed
  std::uint64_t refusals = 0;
};

struct statistics : shard_statistics {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
};

/// What is known of one key, where it lies. Valid for the call, or as long as its pin.
class entry_view {
 public:
  [[nodiscard]] std::string_view key() const noexcept { return key_; }
  [[nodiscard]] const value_view& value() const noexcept { return value_; }
  [[nodiscard]] std::uint64_t deadline_ms() const noexcept { return deadline_ms_; }
  [[nodiscard]] std::uint64_t tag() const noexcept { return tag_; }

 private:
  friend struct core;
  entry_view(std::string_view key, const value_view& value, std::uint64_t deadline_ms,
             std::uint64_t tag) noexcept
      : key_(key), value_(value), deadline_ms_(deadline_ms), tag_(tag) {}

  std::string_view key_;
  value_view value_;
  std::uint64_t deadline_ms_;
  std::uint64_t tag_;
};

using entry_visitor = function_ref<void(const entry_view&)>;
using value_editor = function_ref<void(editor&)>;

struct core;
struct entry;

/// Keeps one key's value alive, whatever happens to the key meanwhile. A string or a compact value
/// never changes; a large collection shows later changes, and read() holds its lock shared. A pin
/// keeps the store's memory alive too, past the store's own end. Movable; for one thread at a time.
class pin {
 public:
  pin() noexcept = default;
  pin(pin&& other) noexcept;
  pin& operator=(pin&& other) noexcept;
  ~pin();

  explicit operator bool() const noexcept { return held_ != nullptr; }

  /// The bytes of a string; empty for all else.
  [[nodiscard]] std::string_view string() const noexcept;

  /// Requires a pin that holds something. Inside `visit` do not use the store for that key.
  void read(entry_visitor visit) const;

 private:
  friend struct core;
  pin(std::shared_ptr<core> owner, entry* held) noexcept : owner_(std::move(owner)), held_(held) {}

  std::shared_ptr<core> owner_;
  entry* held_ = nullptr;
};

/// Some of up to 256 shards, one bit each.
class shard_set {
 public:
  [[nodiscard]] bool has(std::size_t number) const noexcept {
    return (bits_[number / 64] >> (number % 64) & 1) != 0;
  }
  void add(std::size_t number) noexcept { bits_[number / 64] |= std::uint64_t{1} << (number % 64); }

 private:
  std::array<std::uint64_t, 4> bits_{};
};

/// The shards of some keys, locked together: nobody else writes to them until it ends, so reads of
/// those keys see one moment. Writing a key of another shard is refused. While it lives, its thread
/// must not call the store itself but to read a key, nor make another: it would wait for itself.
/// For one thread.
class transaction {
 public:
  transaction(transaction&& other) noexcept;
  transaction& operator=(transaction&&) = delete;
  ~transaction();

  [[nodiscard]] bool covers(const key_ref& key) const noexcept;

  bool peek(const key_ref& key, entry_visitor visit) const;
  bool copy(const key_ref& key, std::string& into) const;
  outcome set(const key_ref& key, std::string_view bytes, const write_options& how = {});
  outcome set(const key_ref& key, const value& typed, const write_options& how = {});
  outcome update(const key_ref& key, value_editor change, const write_options& how);
  outcome update(const key_ref& key, value_editor change);
  bool erase(const key_ref& key);
  bool expire(const key_ref& key, std::uint64_t deadline_ms);

  /// Empties the shards it holds: with lock_all(), the store.
  void clear();

  /// As local_store::scan; other shards are locked one after the other.
  std::uint64_t scan(std::uint64_t cursor, std::size_t count, entry_visitor visit,
                     const glob* match = nullptr) const;

 private:
  friend class local_store;
  transaction(std::shared_ptr<core> owner, std::span<const key_ref> keys, bool all);

  std::shared_ptr<core> owner_;
  shard_set held_;
};

/// Thread-safe. Reads never wait: not for reads, and for writes only inside a large collection.
class local_store {
 public:
  explicit local_store(const options& chosen = {});
  ~local_store();
  local_store(const local_store&) = delete;
  local_store& operator=(const local_store&) = delete;

  /// `span` from now, on this store's clock.
  [[nodiscard]] std::uint64_t deadline(std::chrono::milliseconds span) const noexcept;
  [[nodiscard]] std::uint64_t now_ms() const noexcept;

  // ---- reading; a key past its deadline is not there, a key known not to exist is, as none ----

  /// The bytes of a string into `into`. False, and `into` is as it was: no such key, another type.
  bool copy(const key_ref& key, std::string& into) const;

  /// In place. Short work only: `visit` must not block, nor use the store for that key; while it
  /// runs, memory that others free stays charged.
  bool peek(const key_ref& key, entry_visitor visit) const;

  /// Pinned: `visit` may take its time.
  bool visit(const key_ref& key, entry_visitor visit) const;
  [[nodiscard]] pin share(const key_ref& key) const;

  /// What is known of the key: its type, none for "no such key", nothing when it is not known.
  [[nodiscard]] std::optional<value_type> type(const key_ref& key) const;

  // ---- writing ----

  outcome set(const key_ref& key, std::string_view bytes, const write_options& how = {});

  /// value{} stores the knowledge that there is no such key. Until the new value is stored the old
  /// one stays: for a moment both must fit.
  outcome set(const key_ref& key, const value& typed, const write_options& how = {});

  /// Changes a value where it lies; a key that is not there is type none. The deadline and the tag
  /// stay as they are, or become those of `how`. Inside `change` use only its editor.
  outcome update(const key_ref& key, value_editor change, const write_options& how);
  outcome update(const key_ref& key, value_editor change);

  /// True when there was something to forget, "no such key" included.
  bool erase(const key_ref& key);

  /// Sets the deadline, 0 for none. False when there is no such key.
  bool expire(const key_ref& key, std::uint64_t deadline_ms);

  /// Frees some of what is past its deadline, looking at up to `entries_max` entries. Returns how
  /// many it freed. Reads need none of this to be exact; memory does.
  std::size_t sweep(std::size_t entries_max);

  void clear();

  // ---- the whole ----

  /// Entries, those past their deadline and not yet swept included.
  [[nodiscard]] std::size_t size() const;

  /// Visits some entries that match, pinned, about `count` looked at; returns where to go on, 0 at
  /// the end. Begin with 0. A key that is there during the whole scan is visited, once, however the
  /// store grows meanwhile; one that comes or goes may be; one known not to exist is not. `visit`
  /// may write to the store.
  std::uint64_t scan(std::uint64_t cursor, std::size_t count, entry_visitor visit,
                     const glob* match = nullptr) const;

  /// Locks the shards of these keys; of all.
  [[nodiscard]] transaction lock(std::span<const key_ref> keys);
  [[nodiscard]] transaction lock_all();

  [[nodiscard]] std::size_t shards() const noexcept;
  [[nodiscard]] std::size_t shard_of(const key_ref& key) const noexcept;
  [[nodiscard]] statistics stats() const;
  [[nodiscard]] shard_statistics stats(std::size_t shard) const;
  [[nodiscard]] std::size_t budget_bytes() const noexcept;

 private:
  friend struct inspector;  // the tests' look at the sums
  std::shared_ptr<core> core_;
};

}  // namespace sandpiper::store

namespace sandpiper {
using store::local_store;
}  // namespace sandpiper
