#pragma once
// A reading that ends, for each key, in one small record of it.

#include <cstdint>
#include <optional>
#include <string>

#include "rdb_inspect/estimate.hpp"
#include "rdb_inspect/scan.hpp"

namespace rdb_inspect {

/// The name is good until the next key.
struct key_report {
  std::uint64_t db = 0;
  std::string_view name;
  rdb::kind kind = rdb::kind::string;
  rdb::encoding encoding = rdb::encoding::text;
  std::optional<rdb::unix_ms> expires_at;
  std::optional<std::chrono::seconds> idle;
  std::optional<std::uint8_t> frequency;
  std::uint64_t elements = 0;  // 1 for a string
  std::uint64_t largest_bytes = 0;
  std::uint64_t value_bytes = 0;   // in the file
  std::uint64_t memory_bytes = 0;  // see estimate.hpp
};

class measure : public key_visitor {
 public:
  using key_visitor::key_visitor;

  void string(const rdb::item& v) override;
  void list_item(const rdb::item& v) override;
  void set_member(const rdb::item& v, std::optional<rdb::unix_ms> expires_at) override;
  void zset_member(const rdb::item& v, double score) override;
  void hash_field(const rdb::item& f, const rdb::item& v,
                  std::optional<rdb::unix_ms> expires_at) override;
  void array_item(std::uint64_t index, const rdb::item& v) override;
  void stream_entry(const rdb::stream_id& id, std::uint64_t fields) override;
  void stream_field(const rdb::item& f, const rdb::item& v) override;
  void stream_group(const rdb::stream_group& g) override;
  void stream_pending(const rdb::stream_pending& p) override;
  void stream_consumer(const rdb::stream_consumer& c) override;
  void stream_owned(const rdb::stream_id& id) override;

  /// Keys that were reported and counted: of the right size, too.
  [[nodiscard]] std::uint64_t keys_counted() const noexcept override { return reported_; }

 protected:
  rdb::depth began(const rdb::key_info& k) final;
  void ended(const rdb::key_end& e) final;

  /// False when this key does not count.
  virtual bool report(const key_report& k) = 0;

 private:
  void largest(const rdb::item& v) noexcept;

  estimate memory_;
  key_report report_;
  std::string name_;
  std::uint64_t entry_bytes_ = 0;
  std::uint64_t reported_ = 0;
};

/// Only those keys that the filter by size takes, too.
class sized_measure : public measure {
 public:
  using measure::measure;

 protected:
  bool report(const key_report& k) final {
    if (!which().takes_size(k.memory_bytes)) return false;
    taken(k);
    return true;
  }
  virtual void taken(const key_report& k) = 0;
};

}  // namespace rdb_inspect
