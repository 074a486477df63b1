#include "rdb_inspect/report_tree.hpp"

#include <algorithm>

namespace rdb_inspect {
namespace {

constexpr std::size_t nodes_max = 3000;
constexpr std::size_t children_max = 60;  // of one node; the smaller ones are told together

// A child's share of its parent, in both pictures.
void place_children(std::vector<shown_node>& shown, std::size_t parent, std::size_t first) {
  std::vector<std::uint64_t> weights;
  for (auto i = first; i < shown.size(); ++i) weights.push_back(shown[i].bytes);
  auto area = shown[parent].box;
  const double title = std::min(16.0, area.height * 0.12);
  const double edge = std::min({3.0, area.width * 0.02, area.height * 0.02});
  area = {area.x + edge, area.y + title, area.width - 2 * edge, area.height - title - edge};
  const auto boxes = squarify(weights, area);
  double from = shown[parent].from;
  const auto all = static_cast<double>(std::max<std::uint64_t>(1, shown[parent].bytes));
  for (auto i = first; i < shown.size(); ++i) {
    shown[i].box = boxes[i - first];
    shown[i].from = from;
    shown[i].extent = shown[parent].extent * static_cast<double>(shown[i].bytes) / all;
    from += shown[i].extent;
  }
}

std::vector<std::size_t> largest_children(const prefix_tree& all, const prefix_tree::node& of) {
  std::vector<std::size_t> order;
  for (const auto& [part, number] : of.children) {
    if (all.nodes()[number].bytes > 0) order.push_back(number);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto &x = all.nodes()[a], &y = all.nodes()[b];
    return x.bytes != y.bytes ? x.bytes > y.bytes : a < b;
  });
  return order;
}

}  // namespace

std::vector<shown_node> shown_tree(const prefix_tree& all) {
  const auto& nodes = all.nodes();
  std::vector<shown_node> shown;
  std::vector<std::size_t> origin{0};  // of each shown node; meaningless for a rest
  shown.push_back({.label = "all",
                   .keys = nodes[0].keys,
                   .bytes = nodes[0].bytes,
                   .expiring = nodes[0].expiring,
                   .box = {0, 0, tree_width, tree_height},
                   .extent = 1});
  for (std::size_t at = 0; at < shown.size(); ++at) {  // breadth first, so it may grow meanwhile
    if (shown[at].rest) continue;
    const auto& node = nodes[origin[at]];
    const auto order = largest_children(all, node);
    if (order.empty() || shown.size() >= nodes_max) continue;
    const auto first = shown.size();
    shown_node rest{.parent = at, .depth = shown[at].depth + 1, .rest = true};
    rest.keys = node.own_keys;
    rest.bytes = node.own_bytes;
    rest.label = "keys right here";
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto& child = nodes[order[i]];
      if (i >= children_max) {
        rest.keys += child.keys;
        rest.bytes += child.bytes;
        rest.expiring += child.expiring;
        rest.label = "smaller prefixes and keys right here";
        continue;
      }
      shown.push_back({.label = child.part.empty() ? "(empty)" : child.part,
                       .path = all.path(order[i]),
                       .parent = at,
                       .keys = child.keys,
                       .bytes = child.bytes,
                       .expiring = child.expiring,
                       .depth = shown[at].depth + 1});
      origin.push_back(order[i]);
    }
    if (rest.bytes > 0) {
      // Boxes are laid out largest first.
      const auto place =
          std::find_if(shown.begin() + static_cast<std::ptrdiff_t>(first), shown.end(),
                       [&](const shown_node& one) { return one.bytes < rest.bytes; });
      const auto offset = place - shown.begin();
      shown.insert(place, std::move(rest));
      origin.insert(origin.begin() + offset, 0);
    }
    place_children(shown, at, first);
  }
  return shown;
}

}  // namespace rdb_inspect
