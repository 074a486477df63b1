// Quicklists: lists as a chain of packed nodes and, since version 10, of single large elements.

#include "rdb/quicklist.hpp"

#include "rdb/decoder.hpp"
#include "rdb/packed.hpp"

namespace sandpiper::rdb {

task read_quicklist(decoder& d, bool has_containers) {
  for (auto nodes = co_await d.in.length(); nodes != 0; --nodes) {
    const auto form = has_containers ? co_await d.in.length() : quicklist::packed;
    if (form == quicklist::plain) {
      co_await d.in.element(slot::a, role::list_item);
      if (d.in.at(slot::a).size_bytes() == 0) {
        co_await d.in.corrupt(subject::quicklist, "a node of no bytes");
      }
      d.events.list_item(d.in.at(slot::a));
      ++d.elements;
      d.in.drop(slot::a);
      continue;
    }
    if (form != quicklist::packed) {
      co_await d.in.corrupt(subject::quicklist, "a node of no known form");
    }
    co_await d.in.blob(slot::a);
    const auto blob = d.in.at(slot::a).bytes();
    if (!(has_containers ? tell_listpack_items(d, blob) : tell_ziplist_items(d, blob))) {
      co_await d.in.halt();
    }
    d.in.drop(slot::a);
  }
}

}  // namespace sandpiper::rdb
