#pragma once
// A value as 64 bits that do not depend on how it is stored, nor on the order of what has none.

#include <cstdint>
#include <string_view>

#include "rdb_inspect/scan.hpp"

namespace rdb_inspect {

/// A key's name and database in 128 bits. Two names that are made to collide, do.
struct key_digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const key_digest&, const key_digest&) = default;
};

[[nodiscard]] key_digest digest_of(std::uint64_t db, std::string_view name) noexcept;

class digest_reading : public key_visitor {
 public:
  using key_visitor::key_visitor;

  void chunk(const rdb::chunk& c) override;
  void string(const rdb::item& v) override { ordered(text(v)); }
  void list_item(const rdb::item& v) override { ordered(text(v)); }
  void set_member(const rdb::item& v, std::optional<rdb::unix_ms> at) override;
  void zset_member(const rdb::item& v, double score) override;
  void hash_field(const rdb::item& f, const rdb::item& v, std::optional<rdb::unix_ms> at) override;
  void array_item(std::uint64_t index, const rdb::item& v) override;
  void detail(std::string_view name, const rdb::item& v) override;
  void stream_entry(const rdb::stream_id& id, std::uint64_t fields) override;
  void stream_field(const rdb::item& f, const rdb::item& v) override;
  void stream(const rdb::stream_meta& m) override;
  void stream_group(const rdb::stream_group& g) override;
  void stream_pending(const rdb::stream_pending& p) override;
  void stream_consumer(const rdb::stream_consumer& c) override;
  void stream_owned(const rdb::stream_id& id) override;
  void module_part(const rdb::module_item& part) override;

 protected:
  rdb::depth began(const rdb::key_info& k) final;
  void ended(const rdb::key_end& e) final;

  /// False: this key's value is not wanted.
  virtual bool wanted(const rdb::key_info&, const key_digest&) { return true; }
  virtual void told(const key_digest& key, std::uint64_t value, std::int64_t expires_ms) = 0;

 private:
  std::uint64_t text(const rdb::item& v) noexcept;
  void ordered(std::uint64_t part) noexcept;
  void unordered(std::uint64_t part) noexcept { value_ += part; }

  key_digest key_;
  std::uint64_t value_ = 0;
  std::uint64_t chunks_[2] = {0, 0};  // the last two strings that came in pieces
  std::int64_t expires_ms_ = 0;
  bool wanted_ = true;
};

}  // namespace rdb_inspect
