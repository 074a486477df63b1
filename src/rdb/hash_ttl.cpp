// Hashes whose fields expire, and the other forms in which members carry a time.

#include <optional>

#include "rdb/decoder.hpp"
#include "rdb/types.hpp"
#include "sandpiper/rdb/item.hpp"

namespace sandpiper::rdb {
namespace {

constexpr std::uint64_t end_of_time_ms = 1ULL << 48;

bool make_time(decoder& d, std::uint64_t ms, std::optional<unix_ms>& at) {
  if (ms == 0 || ms >= end_of_time_ms) {
    return d.refuse(subject::ttl, "a field expires at no possible time");
  }
  at = unix_ms(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
  return true;
}

// The stored number: 0 for none, else from `first` on, which stands for itself as 1.
bool make_relative(decoder& d, std::uint64_t stored, std::uint64_t first,
                   std::optional<unix_ms>& at) {
  at.reset();
  if (stored == 0) return true;
  if (first >= end_of_time_ms || stored > end_of_time_ms) {
    return d.refuse(subject::ttl, "a field expires at no possible time");
  }
  return make_time(d, first + stored - 1, at);
}

task read_fields_time_first(decoder& d, std::uint64_t first) {
  for (auto n = co_await d.in.length(); n != 0; --n) {
    const auto stored = co_await d.in.length();
    std::optional<unix_ms> at;
    if (!make_relative(d, stored, first, at)) co_await d.in.halt();
    co_await d.in.element(slot::a, role::field);
    if (!d.unique(d.in.at(slot::a))) co_await d.in.halt();
    co_await d.in.element(slot::b, role::value);
    d.events.hash_field(d.in.at(slot::a), d.in.at(slot::b), at);
    ++d.elements;
    d.in.drop(slot::a);
    d.in.drop(slot::b);
  }
}

// Valkey: the time stands last, -1 is none, and 0 is long past.
task read_fields_time_last(decoder& d) {
  for (auto n = co_await d.in.length(); n != 0; --n) {
    co_await d.in.element(slot::a, role::field);
    if (!d.unique(d.in.at(slot::a))) co_await d.in.halt();
    co_await d.in.element(slot::b, role::value);
    const auto ms = static_cast<std::int64_t>(co_await d.in.u64());
    std::optional<unix_ms> at;
    if (ms < -1) co_await d.in.corrupt(subject::ttl, "a field expires at no possible time");
    if (ms != -1) at = unix_ms(std::chrono::milliseconds(ms));
    d.events.hash_field(d.in.at(slot::a), d.in.at(slot::b), at);
    ++d.elements;
    d.in.drop(slot::a);
    d.in.drop(slot::b);
  }
}

bool tell_triples(decoder& d, std::string_view blob) {
  std::uint64_t entries = 0;
  if (const auto wrong = listpack::check(blob, entries)) return d.refuse(subject::listpack, wrong);
  if (entries % 3 != 0) return d.refuse(subject::pairs, "a field lacks its value or its time");

  const char* const end = listpack::last(blob);
  item field;
  item value;
  item time;
  for (const char* at = listpack::first(blob); at != end;) {
    const auto where = distance(blob.data(), at);
    at = listpack::next(at, end, field);
    at = listpack::next(at, end, value);
    const auto time_where = distance(blob.data(), at);
    at = listpack::next(at, end, time);
    std::optional<unix_ms> expires;
    if (!time.is_integer() || time.number() < 0) {
      return d.refuse(subject::ttl, flaw{"a field expires at no possible time", time_where});
    }
    const auto ms = static_cast<std::uint64_t>(time.number());
    if (!make_relative(d, ms, 1, expires) || !d.unique_at(field, where)) return false;
    d.events.hash_field(field, value, expires);
    ++d.elements;
  }
  return true;
}

// Dragonfly writes seconds as digits, -1 for none.
bool make_seconds(decoder& d, const item& text, std::optional<unix_ms>& at) {
  at.reset();
  if (!text.is_integer()) return d.refuse(subject::ttl, "a member's time is not a number");
  if (text.number() < 0) return true;
  at = unix_ms(std::chrono::seconds(text.number()));
  return true;
}

}  // namespace

task read_hash_ttl(decoder& d, unsigned type) {
  if (type == type::hash_ttl) {
    const auto first = co_await d.in.u64();
    co_await read_fields_time_first(d, first);
  } else if (d.dialect == dialect::valkey) {
    co_await read_fields_time_last(d);
  } else {
    co_await read_fields_time_first(d, 1);
  }
}

task read_packed_ttl(decoder& d, bool has_minimum) {
  if (has_minimum) co_await d.in.u64();  // the smallest time below, which says nothing new
  co_await d.in.blob(slot::a);
  if (!tell_triples(d, d.in.at(slot::a).bytes())) co_await d.in.halt();
}

task read_dragonfly(decoder& d, unsigned type) {
  if (type == type::template_listpack_ref) {
    co_await d.in.element(slot::a, role::string);
    d.events.string(d.in.at(slot::a));
    ++d.elements;
    co_return;
  }
  const bool hash = type == type::template_array;
  for (auto n = co_await d.in.length(); n != 0; --n) {
    co_await d.in.element(slot::a, hash ? role::field : role::member);
    if (!d.unique(d.in.at(slot::a))) co_await d.in.halt();
    if (hash) co_await d.in.element(slot::b, role::value);
    co_await d.in.name(slot::c);
    std::optional<unix_ms> at;
    if (!make_seconds(d, d.in.at(slot::c), at)) co_await d.in.halt();
    if (hash) {
      d.events.hash_field(d.in.at(slot::a), d.in.at(slot::b), at);
    } else {
      d.events.set_member(d.in.at(slot::a), at);
    }
    ++d.elements;
  }
}

// KeyDB: a script that the server runs at intervals.
task read_cron(decoder& d) {
  co_await d.in.element(slot::a, role::string);
  d.events.detail("script", d.in.at(slot::a));
  const auto start = co_await d.in.u64();
  d.events.detail("start_ms", item(static_cast<std::int64_t>(start)));
  const auto interval = co_await d.in.u64();
  d.events.detail("interval_ms", item(static_cast<std::int64_t>(interval)));
  for (const std::string_view name : {"key", "argument"}) {
    for (auto n = co_await d.in.length(); n != 0; --n) {
      co_await d.in.element(slot::a, role::list_item);
      d.events.detail(name, d.in.at(slot::a));
    }
  }
  ++d.elements;
}

}  // namespace sandpiper::rdb
