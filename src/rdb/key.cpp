// A key and its value: what is told before and after, and how deep to go.

#include "rdb/decoder.hpp"
#include "rdb/types.hpp"

namespace sandpiper::rdb {
namespace {

bool check_unique_key(decoder& d) {
  if (!d.how.unique_keys || d.keys.insert(d.in.key.name, d.in.key.db)) return true;
  return d.refuse(subject::duplicate, "a key stands twice in its database");
}

bool is_collection(kind k) {
  return k == kind::list || k == kind::set || k == kind::zset || k == kind::hash;
}

bool judge_empty(decoder& d) {
  constexpr std::string_view detail = "a collection without elements";
  ++d.tally.empty_keys;
  if (d.payload || d.how.empty_keys == leniency::fail) {
    d.in.set_fault(fault_kind::corrupt, subject::empty_key, detail, d.in.key.value_offset);
    return false;
  }
  if (d.how.empty_keys == leniency::warn) {
    d.in.warn(subject::empty_key, detail, d.in.key.value_offset);
  }
  return true;
}

void forget_key(decoder& d) {
  auto& key = d.in.key;
  key.expires_at.reset();
  key.idle.reset();
  key.frequency.reset();
  key.has_meta = false;
  d.in.in_key = false;
  d.in.parts = false;
  d.in.drop(slot::key);
  d.in.drop(slot::a);
}

// Values that are gone over as one string, without a decoder of their own.
bool is_one_text(unsigned type, depth how_deep) {
  constexpr std::uint64_t types =
      1ULL << type::string | 1ULL << type::hash_zipmap | 1ULL << type::list_ziplist |
      1ULL << type::set_intset | 1ULL << type::zset_ziplist | 1ULL << type::hash_ziplist |
      1ULL << type::hash_listpack | 1ULL << type::zset_listpack | 1ULL << type::set_listpack;
  if (how_deep == depth::elements) return false;
  if (how_deep == depth::structure) return type == type::string;
  return type < 64 && (types >> type & 1) != 0;
}

task go_over(decoder& d, unsigned type, depth how_deep) {
  if (how_deep == depth::raw) d.in.begin_raw();
  co_await walk_value(d, type, how_deep == depth::structure);
  if (how_deep == depth::raw) d.in.end_raw();
}

depth begin_key(decoder& d, unsigned type) {
  auto& key = d.in.key;
  const auto [kind, encoding] = describe(type, d.dialect);
  key.name = d.in.key_name();
  key.type = static_cast<std::uint8_t>(type);
  key.kind = kind;
  key.encoding = encoding;
  key.value_offset = d.in.offset();
  d.in.in_key = true;
  d.elements = 0;
  d.members.clear(d.how.limits.unique_entries_max);
  ++d.tally.keys;
  return d.events.key(key);
}

bool end_key(decoder& d, depth how_deep) {
  if (d.payload && d.in.left() != 0) {
    d.in.set_fault(fault_kind::corrupt, subject::payload, "bytes stand behind the value",
                   d.in.offset());
    return false;
  }
  key_end told{d.elements, d.in.offset() - d.in.key.value_offset, false};
  if (how_deep == depth::elements && d.elements == 0 && is_collection(d.in.key.kind)) {
    told.empty = true;
    if (!judge_empty(d)) return false;
  }
  d.events.end_key(told);
  forget_key(d);
  return true;
}

}  // namespace

// One frame for a run of keys: most files are little else, and many values are one short string.
task read_keys(decoder& d, unsigned& op, bool named) {
  do {
    if (!named) co_await d.in.name(slot::key);
    const auto how_deep = begin_key(d, op);
    if (!check_unique_key(d)) co_await d.in.halt();
    if (how_deep == depth::stop) {
      d.in.stop();
      co_await d.in.halt();
    }
    if (how_deep == depth::elements && op == type::string) {
      co_await d.in.element(slot::a, role::string);
      d.events.string(d.in.at(slot::a));
      d.elements = 1;
    } else if (is_one_text(op, how_deep)) {
      if (how_deep == depth::raw) d.in.begin_raw();
      d.in.parts = how_deep == depth::structure;
      co_await d.in.skip_text();
      if (how_deep == depth::raw) d.in.end_raw();
    } else if (how_deep == depth::elements) {
      co_await read_value(d, op);
    } else {
      co_await go_over(d, op, how_deep);
    }
    if (!end_key(d, how_deep)) co_await d.in.halt();
    if (d.payload) co_return;

    d.in.sum_often();
    op = co_await d.in.byte();
    d.in.key.offset = d.in.item_offset();
    if (op == opcode::expire_ms) {
      d.in.key.expires_at = time_of(co_await d.in.u64());
      op = co_await d.in.byte();
    }
  } while (readable(op, d.dialect));
}

}  // namespace sandpiper::rdb
