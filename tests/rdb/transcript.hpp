#pragma once
// A visitor that writes down all it is told, one line an event, so that two readings can be
// compared.

#include <charconv>
#include <string>
#include <string_view>

#include "sandpiper/rdb/visitor.hpp"

namespace sandpiper::rdb {

/// Bytes with everything that is not printable ASCII as \x1b.
inline std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '\\') {
      text += c;
    } else {
      constexpr std::string_view digits = "0123456789abcdef";
      text.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
  }
  return text;
}

class transcript : public visitor {
 public:
  explicit transcript(depth how_deep = depth::elements) : how_deep_(how_deep) {}

  /// Raw bytes and chunks are put together first, since how they are cut is nobody's promise. Those
  /// of a value that never ended are left out.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string keys() const { return keys_; }
  [[nodiscard]] int warnings() const { return warnings_; }
  [[nodiscard]] const std::string& last_raw() const { return raw_; }
  void clear() {
    text_.clear();
    raw_.clear();
    chunk_.clear();
    keys_.clear();
    warnings_ = 0;
  }

  void file(const file_info& f) override { line("file", f.version, to_string(f.dialect)); }
  void aux(std::string_view name, const item& value) override { line("aux", name, value); }
  void function(std::string_view code, std::string_view engine) override {
    line("function", code, engine);
  }
  void select_db(std::uint64_t db) override { line("db", db); }
  void sizes(const size_hint& h) override {
    line("sizes", h.slot ? std::to_string(*h.slot) : "-", h.keys, h.expiring);
  }
  void module_aux(const module_id& id, module_when when) override {
    line("module_aux", id.name(), id.version(), static_cast<int>(when));
  }
  void warn(const warning& w) override {
    ++warnings_;
    line("warn", to_string(w.about), w.detail, w.offset, w.db, w.key);
  }
  void end(const file_end& e) override {
    line("end", e.bytes, to_string(e.checksum), e.keys, e.empty_keys);
  }

  depth key(const key_info& k) override {
    raw_.clear();
    keys_.append(escaped(k.name)).append(" ");
    line("key", k.db, k.name, int{k.type}, to_string(k.kind), to_string(k.encoding), k.offset,
         k.value_offset);
    if (k.expires_at) line("  expires", k.expires_at->time_since_epoch().count());
    if (k.idle) line("  idle", k.idle->count());
    if (k.frequency) line("  frequency", int{*k.frequency});
    if (k.has_meta) line("  has meta");
    return how_deep_;
  }
  void end_key(const key_end& e) override {
    if (how_deep_ == depth::raw) line("raw", raw_);
    line("end_key", e.elements, e.value_bytes, e.empty ? "empty" : "");
  }
  void raw(std::string_view bytes) override {
    EXPECT_FALSE(bytes.empty());
    raw_ += bytes;
  }
  void part(const rdb::part& p) override {
    line("part", static_cast<int>(p.what), p.entries, p.bytes, p.blob);
  }

  void chunk(const rdb::chunk& c) override {
    EXPECT_EQ(c.at, chunk_.size()) << "chunks come in order, and none is missing";
    chunk_ += c.bytes;
    if (c.at + c.bytes.size() != c.total) return;
    const std::string whole = std::exchange(chunk_, {});
    line("chunks", static_cast<int>(c.what), whole, c.field != nullptr ? shown(*c.field) : "-");
  }
  void string(const item& value) override { line("string", value); }
  void list_item(const item& value) override { line("item", value); }
  void set_member(const item& m, std::optional<unix_ms> at) override {
    line("member", m, time(at));
  }
  void zset_member(const item& m, double score) override { line("member", m, score); }
  void hash_field(const item& f, const item& v, std::optional<unix_ms> at) override {
    line("field", f, v, time(at));
  }
  void array_item(std::uint64_t index, const item& v) override { line("at", index, v); }
  void detail(std::string_view name, const item& v) override { line("detail", name, v); }

  void stream_entry(const stream_id& id, std::uint64_t fields) override {
    line("entry", to_string(id), fields);
  }
  void stream_field(const item& f, const item& v) override { line("field", f, v); }
  void stream(const stream_meta& m) override {
    line("stream", m.length, m.live, to_string(m.last), to_string(m.first),
         to_string(m.max_deleted), m.added);
  }
  void stream_group(const rdb::stream_group& g) override {
    line("group", g.name, to_string(g.last),
         g.entries_read ? std::to_string(*g.entries_read) : "unknown");
  }
  void stream_pending(const rdb::stream_pending& p) override {
    line("pending", to_string(p.id), p.delivered_at.time_since_epoch().count(), p.deliveries);
  }
  void stream_consumer(const rdb::stream_consumer& c) override {
    line("consumer", c.name, c.seen_at.time_since_epoch().count(), time(c.active_at));
  }
  void stream_owned(const stream_id& id) override { line("owned", to_string(id)); }
  void stream_nacked(const stream_id& id) override { line("nacked", to_string(id)); }
  void stream_idempotence(const rdb::stream_idempotence& i) override {
    line("idempotence", i.keeps_for.count(), i.entries_max);
  }
  void stream_producer(const item& p) override { line("producer", p); }
  void stream_produced(const item& iid, const stream_id& id) override {
    line("produced", iid, to_string(id));
  }
  void stream_produced_totals(std::uint64_t added, std::uint64_t duplicates) override {
    line("produced totals", added, duplicates);
  }

  void module(const module_id& id) override { line("module", id.name(), id.version()); }
  void module_part(const module_item& m) override {
    line("module part", static_cast<int>(m.what), m.number, m.value, m.bytes);
  }
  void key_meta(std::uint32_t spec) override { line("key_meta", spec); }

 private:
  static std::string shown(std::string_view text) { return escaped(text); }
  static std::string shown(const char* text) { return text; }
  static std::string shown(const std::string& text) { return escaped(text); }
  static std::string shown(double value) {
    char room[32];
    return {room, std::to_chars(room, room + sizeof room, value).ptr};
  }
  template <class Number>
  requires std::is_integral_v<Number>
  static std::string shown(Number n) { return std::to_string(n); }
  static std::string shown(const item& what) {
    if (what.what() == item::form::chunked) return "chunked " + std::to_string(what.size_bytes());
    const char mark = what.is_text() ? '"' : '#';
    EXPECT_EQ(what.str().size(), what.size_bytes());
    return mark + escaped(what.str()) + mark;
  }
  static std::string time(std::optional<unix_ms> at) {
    return at ? std::to_string(at->time_since_epoch().count()) : "-";
  }

  template <class... Words>
  void line(const char* event, const Words&... words) {
    text_ += event;
    ((text_ += ' ', text_ += shown(words)), ...);
    text_ += '\n';
  }
  depth how_deep_;
  std::string text_;
  std::string raw_;
  std::string chunk_;
  std::string keys_;
  int warnings_ = 0;
};

}  // namespace sandpiper::rdb
