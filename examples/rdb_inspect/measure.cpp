#include "rdb_inspect/measure.hpp"

#include <algorithm>

namespace rdb_inspect {

rdb::depth measure::began(const rdb::key_info& k) {
  name_.assign(k.name);
  report_ = {.db = k.db,
             .name = name_,
             .kind = k.kind,
             .encoding = k.encoding,
             .expires_at = k.expires_at,
             .idle = k.idle,
             .frequency = k.frequency};
  entry_bytes_ = 0;
  memory_.begin(k);
  return rdb::depth::elements;
}

void measure::ended(const rdb::key_end& e) {
  report_.elements = report_.kind == rdb::kind::string ? 1 : e.elements;
  report_.value_bytes = e.value_bytes;
  report_.largest_bytes = std::max(report_.largest_bytes, entry_bytes_);
  if (report_.kind == rdb::kind::module || report_.kind == rdb::kind::other) {
    memory_.other(e.value_bytes);
  }
  report_.memory_bytes = memory_.total();
  if (report(report_)) ++reported_;
}

void measure::largest(const rdb::item& v) noexcept {
  report_.largest_bytes = std::max(report_.largest_bytes, v.size_bytes());
}

void measure::string(const rdb::item& v) {
  memory_.string(v);
  largest(v);
}
void measure::list_item(const rdb::item& v) {
  memory_.list_item(v);
  largest(v);
}
void measure::set_member(const rdb::item& v, std::optional<rdb::unix_ms>) {
  memory_.set_member(v);
  largest(v);
}
void measure::zset_member(const rdb::item& v, double score) {
  memory_.zset_member(v, score);
  largest(v);
}
void measure::hash_field(const rdb::item& f, const rdb::item& v,
                         std::optional<rdb::unix_ms> expires_at) {
  memory_.hash_field(f, v, expires_at.has_value());
  largest(f);
  largest(v);
}
void measure::array_item(std::uint64_t, const rdb::item& v) {
  memory_.other(16 + v.size_bytes());
  largest(v);
}
void measure::stream_entry(const rdb::stream_id&, std::uint64_t) {
  memory_.stream_entry();
  report_.largest_bytes = std::max(report_.largest_bytes, entry_bytes_);
  entry_bytes_ = 0;
}
void measure::stream_field(const rdb::item& f, const rdb::item& v) {
  memory_.stream_field(f, v);
  entry_bytes_ += f.size_bytes() + v.size_bytes();
}
void measure::stream_group(const rdb::stream_group&) { memory_.stream_group(); }
void measure::stream_pending(const rdb::stream_pending&) { memory_.stream_pending(); }
void measure::stream_consumer(const rdb::stream_consumer& c) {
  memory_.stream_consumer(c.name.size());
}
void measure::stream_owned(const rdb::stream_id&) { memory_.stream_owned(); }

}  // namespace rdb_inspect
