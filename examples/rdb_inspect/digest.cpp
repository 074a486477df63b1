#include "rdb_inspect/digest.hpp"

#include <bit>

#include "sandpiper/rdb/crc64.hpp"

namespace rdb_inspect {
namespace {

std::uint64_t mixed(std::uint64_t x) noexcept {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  return x ^ x >> 31;
}

std::uint64_t both(std::uint64_t a, std::uint64_t b) noexcept {
  return mixed(a * 0x9e3779b97f4a7c15 + b + 1);
}

std::uint64_t of_id(const rdb::stream_id& id) noexcept { return both(id.ms, id.seq); }

std::uint64_t of_time(std::optional<rdb::unix_ms> at) noexcept {
  return at ? static_cast<std::uint64_t>(at->time_since_epoch().count()) + 1 : 0;
}

std::uint64_t of_text(std::string_view text) noexcept {
  return both(rdb::crc64(0, text), text.size());
}

}  // namespace

key_digest digest_of(std::uint64_t db, std::string_view name) noexcept {
  std::uint64_t other = 0xcbf29ce484222325 ^ db;
  for (const char c : name) other = (other ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return {both(of_text(name), db), mixed(other)};
}

rdb::depth digest_reading::began(const rdb::key_info& k) {
  key_ = digest_of(k.db, k.name);
  value_ = mixed(static_cast<std::uint64_t>(k.kind) + 1);
  expires_ms_ = k.expires_at ? k.expires_at->time_since_epoch().count() : -1;
  wanted_ = wanted(k, key_);
  return wanted_ ? rdb::depth::elements : rdb::depth::skip;
}

void digest_reading::ended(const rdb::key_end&) {
  if (wanted_) told(key_, value_, expires_ms_);
}

// A field and its value may both come in pieces; each keeps a place of its own.
void digest_reading::chunk(const rdb::chunk& c) {
  auto& sum = chunks_[c.what == rdb::role::field ? 1 : 0];
  if (c.at == 0) sum = 0;
  sum = rdb::crc64(sum, c.bytes);
  if (c.at + c.bytes.size() == c.total) sum = both(sum, c.total);
}

std::uint64_t digest_reading::text(const rdb::item& v) noexcept {
  if (v.what() == rdb::item::form::chunked) return chunks_[0];
  rdb::item_room room;
  return of_text(v.text(room));
}

void digest_reading::ordered(std::uint64_t part) noexcept { value_ = both(value_, part); }

void digest_reading::set_member(const rdb::item& v, std::optional<rdb::unix_ms> at) {
  unordered(both(text(v), of_time(at)));
}
void digest_reading::zset_member(const rdb::item& v, double score) {
  unordered(both(text(v), std::bit_cast<std::uint64_t>(score)));
}
void digest_reading::hash_field(const rdb::item& f, const rdb::item& v,
                                std::optional<rdb::unix_ms> at) {
  const auto field = f.what() == rdb::item::form::chunked ? chunks_[1] : text(f);
  unordered(both(both(field, text(v)), of_time(at)));
}
void digest_reading::array_item(std::uint64_t index, const rdb::item& v) {
  unordered(both(index, text(v)));
}
void digest_reading::detail(std::string_view name, const rdb::item& v) {
  unordered(both(of_text(name), text(v)));
}
void digest_reading::stream_entry(const rdb::stream_id& id, std::uint64_t fields) {
  ordered(both(of_id(id), fields));
}
void digest_reading::stream_field(const rdb::item& f, const rdb::item& v) {
  const auto field = text(f);
  ordered(both(field, text(v)));
}
void digest_reading::stream(const rdb::stream_meta& m) {
  ordered(both(of_id(m.last), both(of_id(m.max_deleted), m.added)));
}
void digest_reading::stream_group(const rdb::stream_group& g) {
  ordered(both(of_text(g.name), both(of_id(g.last), g.entries_read.value_or(UINT64_MAX))));
}
void digest_reading::stream_pending(const rdb::stream_pending& p) {
  ordered(both(of_id(p.id), both(of_time(p.delivered_at), p.deliveries)));
}
void digest_reading::stream_consumer(const rdb::stream_consumer& c) { ordered(of_text(c.name)); }
void digest_reading::stream_owned(const rdb::stream_id& id) { ordered(of_id(id)); }
void digest_reading::module_part(const rdb::module_item& part) {
  const auto value = part.what == rdb::module_item::form::text ? text(part.bytes)
                     : part.value != 0 ? std::bit_cast<std::uint64_t>(part.value)
                                       : part.number;
  ordered(both(static_cast<std::uint64_t>(part.what), value));
}

}  // namespace rdb_inspect
