// Values that are not decoded: the way over them, and what their parts are.

#include "rdb/array.hpp"
#include "rdb/decoder.hpp"
#include "rdb/intset.hpp"
#include "rdb/listpack.hpp"
#include "rdb/quicklist.hpp"
#include "rdb/types.hpp"
#include "rdb/ziplist.hpp"
#include "rdb/zipmap.hpp"

namespace sandpiper::rdb {
namespace {

constexpr field one_text[] = {field::text};
constexpr field text_and_text[] = {field::text, field::text};
constexpr field text_and_score[] = {field::text, field::score};
constexpr field text_and_double[] = {field::text, field::bytes8};
constexpr field length_and_text[] = {field::length, field::text};
constexpr field time_and_pair[] = {field::length, field::text, field::text};
constexpr field pair_and_time[] = {field::text, field::text, field::bytes8};
constexpr field three_texts[] = {field::text, field::text, field::text};

// The fields of one element of a type that is a plain table; none for the others.
std::span<const field> shape_of(unsigned type, dialect of) {
  if (of == dialect::dragonfly && type == type::template_array) return three_texts;
  if (of == dialect::dragonfly && type == type::template_array_ref) return text_and_text;
  switch (type) {
    case type::list:
    case type::set: return one_text;
    case type::zset: return text_and_score;
    case type::zset_2: return text_and_double;
    case type::hash: return text_and_text;
    case type::hash_ttl: return time_and_pair;
    case type::hash_ttl_pre_ga:
      return of == dialect::valkey ? std::span<const field>(pair_and_time) : time_and_pair;
    default: return {};
  }
}

part::form form_of(unsigned type) {
  switch (type) {
    case type::hash_zipmap: return part::form::zipmap;
    case type::set_intset: return part::form::intset;
    case type::list_ziplist:
    case type::zset_ziplist:
    case type::hash_ziplist:
    case type::list_quicklist: return part::form::ziplist;
    case type::string: return part::form::text;
    default: return part::form::listpack;
  }
}

// Only the header is looked at: how many entries it announces, 65535 and more being unknown.
bool tell_blob(decoder& d, part::form form, std::string_view blob) {
  part told{form, 0, blob.size(), blob};
  const auto least = [&](std::size_t bytes) { return blob.size() > bytes; };
  switch (form) {
    case part::form::zipmap:
      if (!least(1)) return d.refuse(subject::zipmap, "a zipmap is shorter than its header");
      told.entries = zipmap::announced(blob);
      break;
    case part::form::intset:
      if (!least(intset::header_bytes - 1)) {
        return d.refuse(subject::intset, "an intset is shorter than its header");
      }
      told.entries = intset::announced(blob);
      break;
    case part::form::ziplist:
      if (!least(ziplist::header_bytes)) {
        return d.refuse(subject::ziplist, "a ziplist is shorter than its header");
      }
      told.entries = ziplist::announced(blob);
      break;
    default:
      if (!least(listpack::header_bytes)) {
        return d.refuse(subject::listpack, "a listpack is shorter than its header");
      }
      told.entries = listpack::announced(blob);
  }
  d.events.part(told);
  return true;
}

task walk_blob(decoder& d, part::form form, bool parts) {
  if (!parts || form == part::form::text) {
    co_await d.in.walk(one_text, 1);
    co_return;
  }
  co_await d.in.blob(slot::a);
  if (!tell_blob(d, form, d.in.at(slot::a).bytes())) co_await d.in.halt();
  d.in.drop(slot::a);
}

task walk_table(decoder& d, unsigned type, bool parts) {
  if (type == type::hash_ttl) co_await d.in.fixed(8);
  const auto shape = shape_of(type, d.dialect);
  const auto entries = co_await d.in.length();
  if (parts) d.events.part({part::form::table, entries, 0, {}});
  co_await d.in.walk(shape, entries);
}

task walk_quicklist(decoder& d, bool has_containers, bool parts) {
  auto nodes = co_await d.in.length();
  if (parts) d.events.part({part::form::table, nodes, 0, {}});
  if (!parts) {
    std::span<const field> shape = one_text;
    if (has_containers) shape = length_and_text;
    co_await d.in.walk(shape, nodes);
    co_return;
  }
  for (; nodes != 0; --nodes) {
    const auto form = has_containers ? co_await d.in.length() : quicklist::packed;
    if (form == quicklist::plain) {
      co_await d.in.walk(one_text, 1);
    } else {
      co_await walk_blob(d, has_containers ? part::form::listpack : part::form::ziplist, parts);
    }
  }
}

task walk_array(decoder& d, bool parts) {
  std::uint64_t count = 0;
  co_await read_array_head(d, count);
  if (parts) d.events.part({part::form::table, count, 0, {}});
  for (; count != 0; --count) {
    co_await d.in.length();
    const auto tag = co_await d.in.length();
    if (tag == array::text || tag == array::other_text) {
      co_await d.in.walk(one_text, 1);
    } else if (tag == array::integer || tag == array::real) {
      co_await d.in.fixed(8);
    } else {
      co_await d.in.corrupt(subject::array, "an element of no known form");
    }
  }
}

// The names a payload brings, and how many there are.
task walk_own_names(decoder& d, std::uint64_t& names, bool parts) {
  const auto form = co_await d.in.length();
  if (form > 1) co_await d.in.corrupt(subject::hash_template, "names of no known form");
  if (form == 1) {
    names = co_await d.in.length();
    co_await d.in.walk(one_text, names);
    co_return;
  }
  co_await d.in.blob(slot::a);
  const auto blob = d.in.at(slot::a).bytes();
  if (const auto wrong = listpack::check(blob, names)) {
    d.refuse(subject::listpack, wrong);
    co_await d.in.halt();
  }
  if (parts) d.events.part({part::form::listpack, names, blob.size(), blob});
  d.in.drop(slot::a);
}

task walk_templated(decoder& d, unsigned type, bool parts) {
  std::uint64_t names = 0;
  if (type == type::template_listpack || type == type::template_array) {
    co_await walk_own_names(d, names, parts);
  } else if (type == type::template_array_ref) {
    const auto* const fields = d.templates.find(co_await d.in.length());
    if (fields == nullptr) co_await d.in.corrupt(subject::hash_template, "no template has this id");
    names = fields->size();
  }
  if (type == type::template_listpack || type == type::template_listpack_ref) {
    co_await walk_blob(d, part::form::listpack, parts);
  } else {
    if (parts) d.events.part({part::form::table, names, 0, {}});
    co_await d.in.walk(one_text, names);
  }
}

task walk_cron(decoder& d) {
  co_await d.in.walk(one_text, 1);
  co_await d.in.fixed(16);
  for (int lists = 0; lists < 2; ++lists) co_await d.in.walk(one_text, co_await d.in.length());
}

task walk_module(decoder& d) {
  co_await d.in.length();
  co_await read_module_items(d, false);
}

task walk_timed_blob(decoder& d, bool has_minimum, bool parts) {
  if (has_minimum) co_await d.in.fixed(8);
  co_await walk_blob(d, part::form::listpack, parts);
}

}  // namespace

task walk_value(decoder& d, unsigned type, bool parts) {
  d.in.parts = parts;
  if (!shape_of(type, d.dialect).empty()) return walk_table(d, type, parts);
  if (d.dialect == dialect::dragonfly && type == type::template_listpack_ref) {
    return walk_blob(d, part::form::text, parts);
  }
  switch (type) {
    case type::module_2: return walk_module(d);
    case type::list_quicklist: return walk_quicklist(d, false, parts);
    case type::list_quicklist_2: return walk_quicklist(d, true, parts);
    case type::stream:
    case type::stream_2:
    case type::stream_3:
    case type::stream_4:
    case type::stream_5: return walk_stream(d, type, parts);
    case type::hash_listpack_ttl_pre_ga: return walk_timed_blob(d, false, parts);
    case type::hash_listpack_ttl: return walk_timed_blob(d, true, parts);
    case type::array: return walk_array(d, parts);
    case type::template_listpack:
    case type::template_listpack_ref:
    case type::template_array:
    case type::template_array_ref: return walk_templated(d, type, parts);
    case type::keydb_cron: return walk_cron(d);
    default: return walk_blob(d, form_of(type), parts);
  }
}

}  // namespace sandpiper::rdb
