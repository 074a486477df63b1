// Where the bytes are: by the parts of names, as a table and as stacks for flame graphs.

#include <algorithm>
#include <cmath>

#include "rdb_inspect/commands.hpp"
#include "rdb_inspect/escape.hpp"
#include "rdb_inspect/measure.hpp"
#include "rdb_inspect/prefix_tree.hpp"
#include "rdb_inspect/table.hpp"

namespace rdb_inspect {
namespace {

class reading final : public sized_measure {
 public:
  reading(const options& how, const filter& which) : sized_measure(how, which), tree(how) {}

  prefix_tree tree;

 protected:
  void taken(const key_report& k) override {
    tree.add(k.db, k.name, k.memory_bytes, k.expires_at.has_value());
  }
};

void tell_cap(const prefix_tree& tree, const options& how) {
  if (!tree.full() || how.quiet) return;
  say("more than " + std::to_string(tree.nodes_max()) +
      " prefixes: further ones count with those above them; --max-memory allows more");
}

// A frame may hold neither ';' nor blanks at its end.
std::string frame(std::string_view part) {
  auto text = part.empty() ? std::string("(empty)") : escaped(part, escape_style::print);
  std::replace(text.begin(), text.end(), ';', ',');
  std::replace(text.begin(), text.end(), ' ', '_');
  return text;
}

}  // namespace

status prefixes(const options& how, const filter& which, output& out) {
  reading seen(how, which);
  const auto ended = scan(how.input, seen, how, reader_options(how), &out);
  const auto& nodes = seen.tree.nodes();
  std::vector<std::size_t> order;
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    if (nodes[i].parent != 0) order.push_back(i);
  }
  const auto shown = std::min<std::size_t>(order.size(), how.top);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(),
                    [&](std::size_t a, std::size_t b) {
                      return nodes[a].bytes != nodes[b].bytes ? nodes[a].bytes > nodes[b].bytes
                                                              : a < b;
                    });
  table to(out, how,
           {{"database"},
            {"prefix"},
            {"keys", true},
            {"bytes", true},
            {"percent", true},
            {"mean_bytes", true},
            {"with_expiry", true}},
           format::table);
  const auto all = static_cast<double>(std::max<std::uint64_t>(nodes[0].bytes, 1));
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& one = nodes[order[i]];
    auto db = order[i];
    while (nodes[db].parent != 0) db = nodes[db].parent;
    const auto path = seen.tree.path(order[i]);
    const auto percent = std::round(1000 * static_cast<double>(one.bytes) / all) / 10;
    to.row({nodes[db].part, name_cell{path}, one.keys, size_cell{one.bytes}, percent,
            size_cell{one.bytes / one.keys}, one.expiring});
  }
  to.finish();
  tell_cap(seen.tree, how);
  return ended;
}

status flame(const options& how, const filter& which, output& out) {
  reading seen(how, which);
  const auto ended = scan(how.input, seen, how, reader_options(how), &out);
  const auto& nodes = seen.tree.nodes();
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    if (nodes[i].own_bytes == 0) continue;
    std::string stack;
    for (auto at = i; at != 0; at = nodes[at].parent) {
      stack = frame(nodes[at].part) + (stack.empty() ? "" : ";") + stack;
    }
    out << stack + " " + std::to_string(nodes[i].own_bytes) + "\n";
  }
  tell_cap(seen.tree, how);
  return ended;
}

}  // namespace rdb_inspect
