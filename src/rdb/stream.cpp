// Streams: nodes of entries, then the numbers of the stream, then its groups.

#include "rdb/stream.hpp"

#include "rdb/decoder.hpp"
#include "rdb/stream_node.hpp"
#include "rdb/types.hpp"

namespace sandpiper::rdb {
namespace {

stream_id id_of(const char* at) {
  return {load_be<std::uint64_t>(at), load_be<std::uint64_t>(at + 8)};
}

task read_id(decoder& d, stream_id& id) {
  id.ms = co_await d.in.length();
  id.seq = co_await d.in.length();
}

task read_nodes(decoder& d, stream_meta& meta) {
  stream_id node_before;
  stream_id before;
  bool first = true;
  for (auto nodes = co_await d.in.length(); nodes != 0; --nodes) {
    co_await d.in.name(slot::a);
    const auto& name = d.in.at(slot::a);
    if (!name.is_text() || name.bytes().size() != 16) {
      co_await d.in.corrupt(subject::stream, "a node's key is not of 16 bytes");
    }
    const auto node = id_of(name.bytes().data());
    if (!first && node <= node_before) {
      co_await d.in.corrupt(subject::stream, "a node's key is not above the one before");
    }
    first = false;
    node_before = node;
    co_await d.in.blob(slot::b);
    if (!tell_stream_node(d, node, d.in.at(slot::b).bytes(), before, meta.live)) {
      co_await d.in.halt();
    }
    d.in.drop(slot::a);
    d.in.drop(slot::b);
  }
}

// Servers before 7.0 keep less; the rest follows from it.
task read_meta(decoder& d, unsigned type, stream_meta& meta) {
  const auto offset = d.in.offset();
  meta.length = co_await d.in.length();
  co_await read_id(d, meta.last);
  meta.added = meta.length;
  if (has_offsets(type)) {
    co_await read_id(d, meta.first);
    co_await read_id(d, meta.max_deleted);
    meta.added = co_await d.in.length();
  }
  if (meta.length != 0 && meta.live == 0) {
    co_await d.in.fail(fault_kind::corrupt, subject::stream, "a stream's entries are missing",
                       offset);
  }
  if (meta.length != meta.live) {
    d.in.warn(subject::stream, "a stream's length is not that of its entries", offset);
  }
  d.events.stream(meta);
}

task read_pending(decoder& d, std::uint64_t& count) {
  count = co_await d.in.length();
  for (auto n = count; n != 0; --n) {
    stream_pending told;
    told.id = id_of(co_await d.in.fixed(16));
    const auto offset = d.in.item_offset();
    told.delivered_at = time_of(co_await d.in.u64());
    told.deliveries = co_await d.in.length();
    if (!d.pending.insert(told.id.ms, told.id.seq)) {
      co_await d.in.fail(fault_kind::corrupt, subject::pending, "an entry is pending twice",
                         offset);
    }
    d.events.stream_pending(told);
  }
}

// An id that somebody owns; it must be pending, and nobody else's.
bool claim(decoder& d, stream_id id) {
  if (d.how.pending_entries == leniency::ignore || d.pending.take(id.ms, id.seq)) return true;
  constexpr std::string_view detail = "an entry is owned that is not pending, or owned twice";
  if (d.how.pending_entries == leniency::fail) return d.refuse(subject::pending, detail);
  d.in.warn(subject::pending, detail, d.in.item_offset());
  return true;
}

task read_owned(decoder& d, std::uint64_t& owned, bool nacked) {
  for (auto n = co_await d.in.length(); n != 0; --n, ++owned) {
    const auto id = id_of(co_await d.in.fixed(16));
    if (!claim(d, id)) co_await d.in.halt();
    nacked ? d.events.stream_nacked(id) : d.events.stream_owned(id);
  }
}

task read_consumers(decoder& d, unsigned type, std::uint64_t& owned) {
  d.consumers.clear(d.how.limits.unique_entries_max);
  for (auto n = co_await d.in.length(); n != 0; --n) {
    co_await d.in.name(slot::b);
    if (!d.unique(d.consumers, d.in.at(slot::b))) co_await d.in.halt();
    stream_consumer told;
    told.seen_at = time_of(co_await d.in.u64());
    if (has_active_times(type)) {
      const auto ms = co_await d.in.u64();
      if (ms != UINT64_MAX) told.active_at = time_of(ms);
    }
    item_room room;
    told.name = d.in.at(slot::b).text(room);
    d.events.stream_consumer(told);
    d.in.drop(slot::b);
    co_await read_owned(d, owned, false);
  }
}

task read_group(decoder& d, unsigned type) {
  co_await d.in.name(slot::a);
  if (!d.unique(d.in.at(slot::a))) co_await d.in.halt();
  stream_group told;
  co_await read_id(d, told.last);
  if (has_offsets(type)) {
    const auto entries_read = co_await d.in.length();
    if (entries_read != UINT64_MAX) told.entries_read = entries_read;
  }
  item_room room;
  told.name = d.in.at(slot::a).text(room);
  d.events.stream_group(told);
  d.in.drop(slot::a);

  std::uint64_t pending = 0;
  std::uint64_t owned = 0;
  d.pending.clear(d.how.limits.unique_entries_max);
  co_await read_pending(d, pending);
  const auto offset = d.in.offset();
  co_await read_consumers(d, type, owned);
  if (has_nacks(type)) co_await read_owned(d, owned, true);
  if (owned == pending || d.how.pending_entries == leniency::ignore) co_return;

  constexpr std::string_view detail = "an entry is pending that nobody owns";
  if (d.how.pending_entries == leniency::fail) {
    co_await d.in.fail(fault_kind::corrupt, subject::pending, detail, offset);
  }
  d.in.warn(subject::pending, detail, offset);
}

task read_idempotence(decoder& d) {
  stream_idempotence told;
  const auto seconds = co_await d.in.length();
  told.keeps_for = std::chrono::seconds(static_cast<std::int64_t>(seconds & INT64_MAX));
  told.entries_max = co_await d.in.length();
  d.events.stream_idempotence(told);
  for (auto producers = co_await d.in.length(); producers != 0; --producers) {
    co_await d.in.name(slot::a);
    d.events.stream_producer(d.in.at(slot::a));
    for (auto n = co_await d.in.length(); n != 0; --n) {
      co_await d.in.name(slot::b);
      stream_id id;
      co_await read_id(d, id);
      d.events.stream_produced(d.in.at(slot::b), id);
      d.in.drop(slot::b);
    }
    d.in.drop(slot::a);
  }
  const auto added = co_await d.in.length();
  const auto duplicates = co_await d.in.length();
  d.events.stream_produced_totals(added, duplicates);
}

}  // namespace

task read_stream(decoder& d, unsigned type) {
  stream_meta meta;
  co_await read_nodes(d, meta);
  co_await read_meta(d, type, meta);
  for (auto groups = co_await d.in.length(); groups != 0; --groups) co_await read_group(d, type);
  if (has_producers(type)) co_await read_idempotence(d);
}

}  // namespace sandpiper::rdb
