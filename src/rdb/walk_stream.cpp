// The way over a stream.

#include "rdb/decoder.hpp"
#include "rdb/listpack.hpp"
#include "rdb/stream.hpp"

namespace sandpiper::rdb {
namespace {

constexpr field one_text[] = {field::text};
constexpr field text_and_text[] = {field::text, field::text};
constexpr field one_length[] = {field::length};
constexpr field one_id[] = {field::bytes16};
constexpr field pending_entry[] = {field::bytes16, field::bytes8, field::length};
constexpr field text_and_id[] = {field::text, field::length, field::length};

task walk_nodes(decoder& d, bool parts) {
  auto nodes = co_await d.in.length();
  if (!parts) {
    co_await d.in.walk(text_and_text, nodes);
    co_return;
  }
  d.events.part({part::form::table, nodes, 0, {}});
  for (; nodes != 0; --nodes) {
    co_await d.in.walk(one_text, 1);
    co_await d.in.blob(slot::a);
    const auto blob = d.in.at(slot::a).bytes();
    if (blob.size() <= listpack::header_bytes) {
      co_await d.in.corrupt(subject::listpack, "a listpack is shorter than its header");
    }
    d.events.part({part::form::listpack, listpack::announced(blob), blob.size(), blob});
    d.in.drop(slot::a);
  }
}

task walk_group(decoder& d, unsigned type) {
  co_await d.in.walk(one_text, 1);
  co_await d.in.walk(one_length, has_offsets(type) ? 3 : 2);
  co_await d.in.walk(pending_entry, co_await d.in.length());
  for (auto n = co_await d.in.length(); n != 0; --n) {
    co_await d.in.walk(one_text, 1);
    co_await d.in.fixed(has_active_times(type) ? 16 : 8);
    co_await d.in.walk(one_id, co_await d.in.length());
  }
  if (has_nacks(type)) co_await d.in.walk(one_id, co_await d.in.length());
}

}  // namespace

task walk_stream(decoder& d, unsigned type, bool parts) {
  co_await walk_nodes(d, parts);
  co_await d.in.walk(one_length, has_offsets(type) ? 8 : 3);
  for (auto groups = co_await d.in.length(); groups != 0; --groups) co_await walk_group(d, type);
  if (!has_producers(type)) co_return;

  co_await d.in.walk(one_length, 2);
  for (auto producers = co_await d.in.length(); producers != 0; --producers) {
    co_await d.in.walk(one_text, 1);
    co_await d.in.walk(text_and_id, co_await d.in.length());
  }
  co_await d.in.walk(one_length, 2);
}

}  // namespace sandpiper::rdb
