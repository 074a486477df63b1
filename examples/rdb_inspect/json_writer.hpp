#pragma once
// Keys and values as JSON, nothing lost whatever their bytes; see docs/formats/rdb_inspect.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rdb_inspect/scan.hpp"

namespace rdb_inspect {

/// Writes while it reads: of a value only one element is in memory, of a very long string only a
/// piece. What it is cut off in the middle of, ends as it stands.
class json_writer : public key_visitor {
 public:
  json_writer(const options& how, const filter& which, output& out);
  ~json_writer() override;

  /// The end of a JSON array, if that is the format.
  void finish();

  void chunk(const rdb::chunk& c) override;
  void string(const rdb::item& v) override;
  void list_item(const rdb::item& v) override;
  void set_member(const rdb::item& v, std::optional<rdb::unix_ms> expires_at) override;
  void zset_member(const rdb::item& v, double score) override;
  void hash_field(const rdb::item& f, const rdb::item& v,
                  std::optional<rdb::unix_ms> expires_at) override;
  void array_item(std::uint64_t index, const rdb::item& v) override;
  void detail(std::string_view name, const rdb::item& v) override;
  void stream_entry(const rdb::stream_id& id, std::uint64_t fields) override;
  void stream_field(const rdb::item& f, const rdb::item& v) override;
  void stream(const rdb::stream_meta& m) override;
  void stream_group(const rdb::stream_group& g) override;
  void stream_pending(const rdb::stream_pending& p) override;
  void stream_consumer(const rdb::stream_consumer& c) override;
  void stream_owned(const rdb::stream_id& id) override;
  void stream_nacked(const rdb::stream_id& id) override;
  void stream_idempotence(const rdb::stream_idempotence& s) override;
  void stream_producer(const rdb::item& producer) override;
  void stream_produced(const rdb::item& iid, const rdb::stream_id& id) override;
  void stream_produced_totals(std::uint64_t added, std::uint64_t duplicates) override;
  void module(const rdb::module_id& id) override;
  void module_part(const rdb::module_item& part) override;

 protected:
  rdb::depth began(const rdb::key_info& k) override;
  void ended(const rdb::key_end& e) override;

 private:
  struct bracket {
    std::string_view what;
    char close;
    bool first = true;
  };

  std::string& to() { return out_.buffer(); }
  void open(std::string_view what, char begin, char close);
  void close_down_to(std::size_t count);
  /// A list called `what` inside the bracket number `level`, opened if it is not.
  void inside_list(std::size_t level, std::string_view what);
  void comma();
  void element(std::string_view before);
  [[nodiscard]] std::string element_end_of(const rdb::chunk& c) const;
  void bytes(const rdb::item& v);
  void id(const rdb::stream_id& one);
  void member(std::string_view name, std::uint64_t value);
  void member(std::string_view name, const rdb::stream_id& value);

  output& out_;
  bool array_;
  std::uint64_t keys_ = 0;
  rdb::kind kind_ = rdb::kind::string;
  std::vector<bracket> open_;  // at most five: no format nests deeper
  std::string carry_;          // bytes of base64 that wait until they are three
  std::string unfinished_;     // what would end an element whose string comes in pieces
};

}  // namespace rdb_inspect
