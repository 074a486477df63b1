#pragma once
// How much memory a key would take in a server: an estimate from what its value is made of.

#include <cstdint>

#include "sandpiper/rdb/item.hpp"
#include "sandpiper/rdb/record.hpp"

namespace rdb_inspect {

namespace rdb = sandpiper::rdb;

/// The name of the formula below: what `MEMORY USAGE key SAMPLES 0` of Redis 7.0 counts on a 64-bit
/// system with jemalloc, allocations rounded up to its size classes. A skip list's towers have
/// their expected height, so that the same snapshot gives the same figure every time.
inline constexpr auto estimate_model = "redis-7.0/64-bit/jemalloc, 1";

/// What jemalloc sets aside for an allocation of `bytes`.
[[nodiscard]] std::uint64_t allocation_bytes(std::uint64_t bytes) noexcept;

/// Adds up one key after another. A value; nothing in it grows with the value it measures.
class estimate {
 public:
  void begin(const rdb::key_info& key) noexcept;

  void string(const rdb::item& value) noexcept;
  void list_item(const rdb::item& item) noexcept;
  void set_member(const rdb::item& member) noexcept;
  void zset_member(const rdb::item& member, double score) noexcept;
  void hash_field(const rdb::item& field, const rdb::item& value, bool expires) noexcept;
  void stream_entry() noexcept;
  void stream_field(const rdb::item& field, const rdb::item& value) noexcept;
  void stream_group() noexcept;
  void stream_pending() noexcept;
  void stream_consumer(std::uint64_t name_bytes) noexcept;
  void stream_owned() noexcept;
  /// Of values whose form in memory is not known: their bytes.
  void other(std::uint64_t bytes) noexcept { plain_bytes_ += bytes; }

  [[nodiscard]] std::uint64_t total() const noexcept;

 private:
  [[nodiscard]] bool packed() const noexcept;
  [[nodiscard]] std::uint64_t table() const noexcept;
  [[nodiscard]] std::uint64_t stream() const noexcept;

  rdb::kind kind_ = rdb::kind::string;
  rdb::encoding encoding_ = rdb::encoding::text;
  std::uint64_t key_bytes_ = 0;
  std::uint64_t entries_ = 0;
  std::uint64_t plain_bytes_ = 0;   // allocations of their own
  std::uint64_t packed_bytes_ = 0;  // entries of a listpack
  std::uint64_t node_bytes_ = 0;    // of the list's or stream's node that is being filled
  std::uint64_t node_entries_ = 0;
  std::uint64_t nodes_ = 0;  // complete ones
  std::uint64_t groups_ = 0, pending_ = 0, consumers_ = 0, owned_ = 0;
  std::uint8_t width_ = 2;  // of an intset's numbers
};

}  // namespace rdb_inspect
