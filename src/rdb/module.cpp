// Modules: values whose meaning only their module knows, but which say how to read over them.

#include "rdb/decoder.hpp"

namespace sandpiper::rdb {
namespace {

constexpr std::uint64_t op_end = 0;

task read_item(decoder& d, std::uint64_t op, bool tell) {
  module_item told;
  switch (op) {
    case 1:
    case 2: told.number = co_await d.in.length(); break;
    case 3: told.value = std::bit_cast<float>(co_await d.in.u32()); break;
    case 4: told.value = co_await d.in.real(); break;
    case 5:
      if (!tell) {
        static constexpr field text[] = {field::text};
        co_await d.in.walk(text, 1);
        co_return;
      }
      co_await d.in.element(slot::a, role::module);
      told.bytes = d.in.at(slot::a);
      break;
    default:
      d.in.set_fault(fault_kind::corrupt, subject::module, "an item of no known form",
                     d.in.item_offset());
      d.in.set_fault_number(op);
      co_await d.in.halt();
  }
  told.what = static_cast<module_item::form>(op);
  if (tell) d.events.module_part(told);
  d.in.drop(slot::a);
}

}  // namespace

task read_module_items(decoder& d, bool tell) {
  for (;;) {
    const auto op = co_await d.in.length();
    if (op == op_end) break;
    co_await read_item(d, op, tell);
    ++d.elements;
  }
}

task read_module(decoder& d) {
  const auto id = co_await d.in.length();
  d.events.module({id});
  co_await read_module_items(d, true);
}

task read_module_aux(decoder& d) {
  const auto id = co_await d.in.length();
  const auto form = co_await d.in.length();
  if (form != static_cast<std::uint64_t>(module_item::form::number)) {
    co_await d.in.corrupt(subject::module_aux, "where a module's record belongs is no number");
  }
  const auto when = co_await d.in.length();
  if (when != 1 && when != 2) {
    co_await d.in.corrupt(subject::module_aux, "a module's record belongs nowhere");
  }
  d.events.module_aux({id}, static_cast<module_when>(when));
  co_await read_module_items(d, true);
}

task read_key_meta(decoder& d) {
  d.in.key.has_meta = true;
  for (auto classes = co_await d.in.length(); classes != 0; --classes) {
    const auto spec = co_await d.in.u32();
    d.events.key_meta(spec);
    co_await read_module_items(d, true);
  }
}

}  // namespace sandpiper::rdb
