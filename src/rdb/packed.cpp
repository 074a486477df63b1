#include "rdb/packed.hpp"

#include "rdb/decoder.hpp"
#include "rdb/intset.hpp"
#include "rdb/listpack.hpp"
#include "rdb/score.hpp"
#include "rdb/types.hpp"
#include "rdb/ziplist.hpp"
#include "rdb/zipmap.hpp"

namespace sandpiper::rdb {
namespace {

struct as_listpack {
  static constexpr subject about = subject::listpack;
  static flaw check(std::string_view blob, std::uint64_t& n) { return listpack::check(blob, n); }
  static const char* first(std::string_view blob) { return listpack::first(blob); }
  static const char* next(const char* at, const char* end, item& entry) {
    return listpack::next(at, end, entry);
  }
};

struct as_ziplist {
  static constexpr subject about = subject::ziplist;
  static flaw check(std::string_view blob, std::uint64_t& n) { return ziplist::check(blob, n); }
  static const char* first(std::string_view blob) { return ziplist::first(blob); }
  static const char* next(const char* at, const char* end, item& entry) {
    return ziplist::next(at, end, entry);
  }
};

template <class Form>
bool check(decoder& d, std::string_view blob, bool pairs) {
  std::uint64_t entries = 0;
  if (const auto wrong = Form::check(blob, entries)) return d.refuse(Form::about, wrong);
  if (pairs && entries % 2 != 0) return d.refuse(subject::pairs, "the last entry lacks its other");
  return true;
}

template <class Form>
bool tell_items(decoder& d, std::string_view blob) {
  if (!check<Form>(d, blob, false)) return false;
  const char* const end = listpack::last(blob);
  item entry;
  for (const char* at = Form::first(blob); at != end; ++d.elements) {
    at = Form::next(at, end, entry);
    d.events.list_item(entry);
  }
  return true;
}

template <class Form>
bool tell_members(decoder& d, std::string_view blob) {
  if (!check<Form>(d, blob, false)) return false;
  const char* const end = listpack::last(blob);
  item entry;
  for (const char* at = Form::first(blob); at != end; ++d.elements) {
    const auto where = distance(blob.data(), at);
    at = Form::next(at, end, entry);
    if (!d.unique_at(entry, where)) return false;
    d.events.set_member(entry, std::nullopt);
  }
  return true;
}

template <class Form>
bool tell_fields(decoder& d, std::string_view blob) {
  if (!check<Form>(d, blob, true)) return false;
  const char* const end = listpack::last(blob);
  item field;
  item value;
  for (const char* at = Form::first(blob); at != end; ++d.elements) {
    const auto where = distance(blob.data(), at);
    at = Form::next(at, end, field);
    at = Form::next(at, end, value);
    if (!d.unique_at(field, where)) return false;
    d.events.hash_field(field, value, std::nullopt);
  }
  return true;
}

template <class Form>
bool tell_scores(decoder& d, std::string_view blob) {
  if (!check<Form>(d, blob, true)) return false;
  const char* const end = listpack::last(blob);
  item member;
  item entry;
  for (const char* at = Form::first(blob); at != end; ++d.elements) {
    const auto where = distance(blob.data(), at);
    const char* const second = Form::next(at, end, member);
    double score = 0;
    at = Form::next(second, end, entry);
    if (!parse_score(entry, score)) {
      return d.refuse(subject::score,
                      flaw{"a score is not a number", distance(blob.data(), second)});
    }
    if (!d.unique_at(member, where)) return false;
    d.events.zset_member(member, score);
  }
  return true;
}

bool tell_intset(decoder& d, std::string_view blob) {
  std::uint64_t entries = 0;
  if (const auto wrong = intset::check(blob, entries)) return d.refuse(subject::intset, wrong);
  for (std::uint64_t i = 0; i < entries; ++i, ++d.elements) {
    d.events.set_member(item(intset::at(blob, i)), std::nullopt);
  }
  return true;
}

bool tell_zipmap(decoder& d, std::string_view blob) {
  std::uint64_t entries = 0;
  if (const auto wrong = zipmap::check(blob, entries)) return d.refuse(subject::zipmap, wrong);
  item field;
  item value;
  for (const char* at = zipmap::first(blob); at != zipmap::last(blob); ++d.elements) {
    const auto where = distance(blob.data(), at);
    at = zipmap::next(at, zipmap::last(blob), field, value);
    if (!d.unique_at(field, where)) return false;
    d.events.hash_field(field, value, std::nullopt);
  }
  return true;
}

bool tell_packed(decoder& d, unsigned type, std::string_view blob) {
  switch (type) {
    case type::hash_zipmap: return tell_zipmap(d, blob);
    case type::list_ziplist: return tell_items<as_ziplist>(d, blob);
    case type::set_intset: return tell_intset(d, blob);
    case type::zset_ziplist: return tell_scores<as_ziplist>(d, blob);
    case type::hash_ziplist: return tell_fields<as_ziplist>(d, blob);
    case type::hash_listpack: return tell_fields<as_listpack>(d, blob);
    case type::zset_listpack: return tell_scores<as_listpack>(d, blob);
    default: return tell_members<as_listpack>(d, blob);
  }
}

}  // namespace

bool tell_listpack_items(decoder& d, std::string_view blob) {
  return tell_items<as_listpack>(d, blob);
}

bool tell_ziplist_items(decoder& d, std::string_view blob) {
  return tell_items<as_ziplist>(d, blob);
}

task read_packed(decoder& d, unsigned type) {
  co_await d.in.blob(slot::a);
  if (!tell_packed(d, type, d.in.at(slot::a).bytes())) co_await d.in.halt();
}

}  // namespace sandpiper::rdb
