#include "rdb/decoder.hpp"

#include "rdb/types.hpp"

namespace sandpiper::rdb {

void decoder::restart() {
  in.restart();
  dialect = how.dialect.value_or(rdb::dialect::redis);
  version = 0;
  elements = 0;
  keys.clear(how.limits.unique_keys_max);
  templates.clear();
  tally = {};
}

bool decoder::unique(fingerprints& among, const item& thing) {
  if (how.duplicates == leniency::ignore || among.insert(thing)) return true;
  constexpr std::string_view detail = "the same thing stands twice";
  if (how.duplicates == leniency::fail) return refuse(subject::duplicate, detail);
  in.warn(subject::duplicate, detail, in.item_offset());
  return true;
}

bool decoder::refuse(subject about, const flaw& wrong) {
  in.set_fault(fault_kind::corrupt, about, wrong.detail, in.item_offset());
  in.set_fault_inner(wrong.at);
  return false;
}

bool decoder::refuse(subject about, std::string_view detail) {
  in.set_fault(fault_kind::corrupt, about, detail, in.item_offset());
  return false;
}

task read_value(decoder& d, unsigned type) {
  if (d.dialect == dialect::dragonfly && type >= 30) return read_dragonfly(d, type);
  switch (type) {
    case type::list: return read_list(d);
    case type::set: return read_set(d);
    case type::zset: return read_zset(d, false);
    case type::zset_2: return read_zset(d, true);
    case type::hash: return read_hash(d);
    case type::module_2: return read_module(d);
    case type::list_quicklist: return read_quicklist(d, false);
    case type::list_quicklist_2: return read_quicklist(d, true);
    case type::stream:
    case type::stream_2:
    case type::stream_3:
    case type::stream_4:
    case type::stream_5: return read_stream(d, type);
    case type::hash_ttl_pre_ga:
    case type::hash_ttl: return read_hash_ttl(d, type);
    case type::hash_listpack_ttl_pre_ga: return read_packed_ttl(d, false);
    case type::hash_listpack_ttl: return read_packed_ttl(d, true);
    case type::array: return read_array(d);
    case type::template_listpack:
    case type::template_listpack_ref:
    case type::template_array:
    case type::template_array_ref: return read_templated(d, type);
    case type::keydb_cron: return read_cron(d);
    default: return read_packed(d, type);
  }
}

}  // namespace sandpiper::rdb
