// Arrays: elements by index, few of many.

#include "rdb/array.hpp"

#include "rdb/decoder.hpp"

namespace sandpiper::rdb {
namespace {

task read_element(decoder& d, std::uint64_t index) {
  const auto tag = co_await d.in.length();
  item element;
  switch (tag) {
    case array::text:
    case array::other_text:
      co_await d.in.element(slot::a, role::array_item);
      element = d.in.at(slot::a);
      break;
    case array::integer: element = item(static_cast<std::int64_t>(co_await d.in.u64())); break;
    case array::real: element = item(co_await d.in.real()); break;
    default: co_await d.in.corrupt(subject::array, "an element of no known form");
  }
  d.events.array_item(index, element);
  d.in.drop(slot::a);
}

}  // namespace

task read_array_head(decoder& d, std::uint64_t& count) {
  count = co_await d.in.length();
  if (count == 0) co_await d.in.corrupt(subject::array, "an array without elements");
  const auto has_insert_index = co_await d.in.length();
  if (has_insert_index > 1) co_await d.in.corrupt(subject::array, "a flag is neither 0 nor 1");
  if (has_insert_index == 1) co_await d.in.length();
}

task read_array(decoder& d) {
  std::uint64_t count = 0;
  co_await read_array_head(d, count);
  for (; count != 0; --count) {
    const auto index = co_await d.in.length();
    if (index == UINT64_MAX) co_await d.in.corrupt(subject::array, "an index that none can have");
    if (d.how.duplicates == leniency::fail && !d.members.insert(0, index)) {
      co_await d.in.corrupt(subject::duplicate, "an index stands twice");
    }
    co_await read_element(d, index);
    ++d.elements;
  }
}

}  // namespace sandpiper::rdb
