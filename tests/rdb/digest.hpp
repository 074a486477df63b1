#pragma once
// A visitor that makes one number of all it is told, whatever the input's cuts: two readings of the
// same bytes are equal when their numbers are.

#include <bit>
#include <cstdint>
#include <string_view>

#include "sandpiper/rdb/crc64.hpp"
#include "sandpiper/rdb/visitor.hpp"

namespace sandpiper::rdb {

class digest final : public visitor {
 public:
  explicit digest(depth how_deep) : how_deep_(how_deep) {}

  [[nodiscard]] std::uint64_t value() const { return of_; }

  void file(const file_info& f) override { add(f.version); }
  void aux(std::string_view name, const item& v) override { add(name), add(v); }
  void function(std::string_view code, std::string_view engine) override { add(code), add(engine); }
  void select_db(std::uint64_t db) override { add(db); }
  void sizes(const size_hint& h) override { add(h.slot.value_or(0)), add(h.keys), add(h.expiring); }
  void module_aux(const module_id& id, module_when) override { add(id.number); }
  void warn(const warning& w) override { add(w.detail), add(w.offset), add(w.key); }
  void end(const file_end& e) override { add(e.bytes), add(e.keys), add(e.empty_keys); }

  depth key(const key_info& k) override {
    add(k.db), add(k.name), add(k.type), add(k.offset), add(k.value_offset);
    add(k.expires_at), add(k.idle ? k.idle->count() : 0), add(k.frequency.value_or(0));
    raw_ = chunk_ = 0;
    return how_deep_;
  }
  void end_key(const key_end& e) override { add(e.elements), add(e.value_bytes), add(raw_); }
  void raw(std::string_view bytes) override { raw_ = crc64(raw_, bytes); }
  void part(const rdb::part& p) override { add(p.entries), add(p.bytes), add(p.blob); }

  void chunk(const rdb::chunk& c) override {
    chunk_ = crc64(chunk_, c.bytes);
    if (c.at + c.bytes.size() != c.total) return;
    if (c.field != nullptr) add(*c.field);
    add(std::exchange(chunk_, 0)), add(c.total);
  }
  void string(const item& v) override { add(v); }
  void list_item(const item& v) override { add(v); }
  void set_member(const item& m, std::optional<unix_ms> at) override { add(m), add(at); }
  void zset_member(const item& m, double score) override {
    add(m), add(std::bit_cast<std::uint64_t>(score));
  }
  void hash_field(const item& f, const item& v, std::optional<unix_ms> at) override {
    add(f), add(v), add(at);
  }
  void array_item(std::uint64_t index, const item& v) override { add(index), add(v); }
  void detail(std::string_view name, const item& v) override { add(name), add(v); }
  void stream_entry(const stream_id& id, std::uint64_t fields) override { add(id), add(fields); }
  void stream_field(const item& f, const item& v) override { add(f), add(v); }
  void stream(const stream_meta& m) override {
    add(m.length), add(m.live), add(m.last), add(m.added);
  }
  void stream_group(const rdb::stream_group& g) override { add(g.name), add(g.last); }
  void stream_pending(const rdb::stream_pending& p) override { add(p.id), add(p.deliveries); }
  void stream_consumer(const rdb::stream_consumer& c) override { add(c.name), add(c.active_at); }
  void stream_owned(const stream_id& id) override { add(id); }
  void stream_nacked(const stream_id& id) override { add(id); }
  void stream_producer(const item& p) override { add(p); }
  void stream_produced(const item& iid, const stream_id& id) override { add(iid), add(id); }
  void module(const module_id& id) override { add(id.number); }
  void module_part(const module_item& m) override {
    add(m.number), add(std::bit_cast<std::uint64_t>(m.value)), add(m.bytes);
  }
  void key_meta(std::uint32_t spec) override { add(spec); }

 private:
  void add(std::string_view bytes) { of_ = crc64(of_ + bytes.size(), bytes); }
  template <class Number>
  requires std::is_integral_v<Number>
  void add(Number n) {
    const auto wide = static_cast<std::uint64_t>(n);
    char bytes[sizeof wide];
    for (std::size_t i = 0; i < sizeof wide; ++i) bytes[i] = static_cast<char>(wide >> (8 * i));
    of_ = crc64(of_, {bytes, sizeof bytes});
  }
  void add(const item& what) {
    item_room room;
    add(what.text(room)), add(what.size_bytes());
  }
  void add(const stream_id& id) { add(id.ms), add(id.seq); }
  void add(const std::optional<unix_ms>& at) { add(at ? at->time_since_epoch().count() : -2); }

  depth how_deep_;
  std::uint64_t of_ = 1;
  std::uint64_t raw_ = 0;
  std::uint64_t chunk_ = 0;
};

}  // namespace sandpiper::rdb
