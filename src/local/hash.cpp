#include "local/readings.hpp"

namespace sandpiper::local {
namespace {

using store::value_type;

void bulk_or_null(call& c, std::optional<std::string_view> text) {
  text ? c.out.bulk(*text) : c.out.null();
}

}  // namespace

void hget(call& c) {
  if (c.has(value_type::hash, [&] { c.out.null(); })) bulk_or_null(c, c.value.find(c.next()));
}

// find() of "no such key" finds nothing, so the two need not be told apart.
void hmget(call& c) {
  if (c.value.type() != value_type::none && c.value.type() != value_type::hash) {
    return c.out.error(wrong_type);
  }
  c.out.array(c.arguments.left());
  while (c.arguments.left() > 0) bulk_or_null(c, c.value.find(c.next()));
}

void hgetall(call& c) {
  if (!c.has(value_type::hash, [&] { c.out.map(0); })) return;
  c.out.map(c.value.size());
  c.value.for_each([&c](std::string_view field, std::string_view value) {
    c.out.bulk(field);
    c.out.bulk(value);
    return true;
  });
}

void hkeys(call& c) {
  if (!c.has(value_type::hash, [&] { c.out.array(0); })) return;
  c.out.array(c.value.size());
  c.value.for_each([&c](std::string_view field, std::string_view) {
    c.out.bulk(field);
    return true;
  });
}

void hvals(call& c) {
  if (!c.has(value_type::hash, [&] { c.out.array(0); })) return;
  c.out.array(c.value.size());
  c.value.for_each([&c](std::string_view, std::string_view value) {
    c.out.bulk(value);
    return true;
  });
}

void hlen(call& c) {
  if (c.has(value_type::hash, [&] { c.out.integer(0); })) c.size(c.value.size());
}

void hexists(call& c) {
  if (!c.has(value_type::hash, [&] { c.out.integer(0); })) return;
  c.out.integer(c.value.find(c.next()).has_value() ? 1 : 0);
}

void hstrlen(call& c) {
  if (!c.has(value_type::hash, [&] { c.out.integer(0); })) return;
  c.size(c.value.find(c.next()).value_or(std::string_view()).size());
}

}  // namespace sandpiper::local
