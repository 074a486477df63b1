#pragma once
// The records of a snapshot as a reader tells of them: what the file is, what a key is, and the
// parts of a stream or a module's value. All are values; a std::string_view in one of them is valid
// for the call that brings it.

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandpiper/rdb/item.hpp"

namespace sandpiper::rdb {

/// A point in time as snapshots store it. Any 64-bit number may stand in a file.
using unix_ms = std::chrono::sys_time<std::chrono::milliseconds>;

/// Whose numbering is read: a few type and opcode numbers differ between products.
enum class dialect : std::uint8_t { redis, valkey, keydb, dragonfly };

/// What a client sees under the key.
enum class kind : std::uint8_t { string, list, set, zset, hash, stream, module, array, other };

/// How the file stores it. `text` is a string; the plain forms are one string per element.
enum class encoding : std::uint8_t {
  text,
  linkedlist,
  ziplist,
  quicklist,
  hashtable,
  skiplist,
  intset,
  listpack,
  zipmap,
  stream,
  hash_template,
  sparse_array,
  module,
  other,
};

[[nodiscard]] std::string_view to_string(dialect d) noexcept;
[[nodiscard]] std::string_view to_string(kind k) noexcept;
[[nodiscard]] std::string_view to_string(encoding e) noexcept;

struct file_info {
  std::uint32_t version = 0;
  rdb::dialect dialect = rdb::dialect::redis;  // by the magic alone; aux fields may refine it
};

/// Numbers a server wrote to help its own loading. Never to be trusted for a size.
struct size_hint {
  std::optional<std::uint64_t> slot;  // for one cluster slot, or for the database selected last
  std::uint64_t keys = 0;
  std::uint64_t expiring = 0;
};

/// A key and all that is known before its value is read.
struct key_info {
  std::uint64_t db = 0;
  std::string_view name;  // any bytes, may be empty
  std::uint8_t type = 0;  // the number in the file
  rdb::kind kind = rdb::kind::string;
  rdb::encoding encoding = rdb::encoding::text;
  std::optional<unix_ms> expires_at;
  std::optional<std::chrono::seconds> idle;
  std::optional<std::uint8_t> frequency;
  bool has_meta = false;           // module metadata stood before it
  std::uint64_t offset = 0;        // of the record's first byte, its attributes included
  std::uint64_t value_offset = 0;  // of the value's first byte
};

/// What reading the value has shown.
struct key_end {
  std::uint64_t elements = 0;     // 0 when the value was walked over
  std::uint64_t value_bytes = 0;  // in the file
  bool empty = false;             // a collection without elements, which a server would not keep
};

/// One stored string or table, at the level of structure.
struct part {
  enum class form : std::uint8_t { text, table, listpack, ziplist, intset, zipmap };
  form what = form::text;
  std::uint64_t entries = 0;  // of a table or a packed blob, as the file says
  std::uint64_t bytes = 0;    // of the string or blob, decompressed
  std::string_view blob;      // a packed blob's bytes; empty for the others
};

/// Which string a chunk belongs to.
enum class role : std::uint8_t { string, list_item, member, field, value, array_item, module };

/// A piece of a string longer than limits::whole_bytes_max. The event of the element itself follows
/// the last piece, with an item of the form `chunked` in the string's place.
struct chunk {
  rdb::role what = rdb::role::string;
  std::string_view bytes;
  std::uint64_t at = 0;         // of bytes.front() in the string
  std::uint64_t total = 0;      // of the string
  const item* field = nullptr;  // of a hash, when `what` is its value
};

struct stream_id {
  std::uint64_t ms = 0;
  std::uint64_t seq = 0;
  friend auto operator<=>(const stream_id&, const stream_id&) = default;
};

[[nodiscard]] std::string to_string(stream_id id);

struct stream_meta {
  std::uint64_t length = 0;  // as stored
  std::uint64_t live = 0;    // entries that were read; old servers store another length
  stream_id last;
  stream_id first;
  stream_id max_deleted;
  std::uint64_t added = 0;
};

struct stream_group {
  std::string_view name;
  stream_id last;
  std::optional<std::uint64_t> entries_read;
};

struct stream_pending {
  stream_id id;
  unix_ms delivered_at;
  std::uint64_t deliveries = 0;
};

struct stream_consumer {
  std::string_view name;
  unix_ms seen_at;
  std::optional<unix_ms> active_at;
};

/// What a stream remembers of its producers, so that a repeated entry is recognised.
struct stream_idempotence {
  std::chrono::seconds keeps_for{0};
  std::uint64_t entries_max = 0;
};

/// "ReJSON-RL", 3
struct module_id {
  std::uint64_t number = 0;

  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::uint32_t version() const noexcept {
    return static_cast<std::uint32_t>(number & 1023);
  }
};

struct module_item {
  enum class form : std::uint8_t { signed_number = 1, number, single, real, text };
  form what = form::number;
  std::uint64_t number = 0;  // signed_number: the same bits
  double value = 0;          // single, real
  item bytes;                // text
};

/// Where in the file a module's own record stood.
enum class module_when : std::uint8_t { before_keys = 1, after_keys = 2 };

enum class checksum_state : std::uint8_t {
  verified,
  absent,     // versions below 5 have none
  disabled,   // its writer was told to compute none
  unchecked,  // options::checksum is off
};

[[nodiscard]] std::string_view to_string(checksum_state s) noexcept;

struct file_end {
  std::uint64_t bytes = 0;  // from the magic to the checksum, both included
  checksum_state checksum = checksum_state::unchecked;
  std::uint64_t keys = 0;
  std::uint64_t empty_keys = 0;
};

}  // namespace sandpiper::rdb
