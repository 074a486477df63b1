#include "local/readings.hpp"

namespace sandpiper::local {
namespace {

using store::value_type;

}  // namespace

void sismember(call& c) {
  if (!c.has(value_type::set, [&] { c.out.integer(0); })) return;
  c.out.integer(c.value.find(c.next()).has_value() ? 1 : 0);
}

void smismember(call& c) {
  if (c.value.type() != value_type::none && c.value.type() != value_type::set) {
    return c.out.error(wrong_type);
  }
  c.out.array(c.arguments.left());
  while (c.arguments.left() > 0) c.out.integer(c.value.find(c.next()).has_value() ? 1 : 0);
}

void smembers(call& c) {
  if (!c.has(value_type::set, [&] { c.out.set(0); })) return;
  c.out.set(c.value.size());
  c.value.for_each([&c](std::string_view member, std::string_view) {
    c.out.bulk(member);
    return true;
  });
}

void scard(call& c) {
  if (c.has(value_type::set, [&] { c.out.integer(0); })) c.size(c.value.size());
}

}  // namespace sandpiper::local
