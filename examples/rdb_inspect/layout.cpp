#include "rdb_inspect/layout.hpp"

#include <algorithm>
#include <cstddef>

namespace rdb_inspect {
namespace {

// The worst ratio of sides in a row of boxes along a side of `length`.
double worst_ratio(double row_area, double smallest, double largest, double length) noexcept {
  const double depth = row_area / length;
  return std::max(largest / (depth * depth), depth * depth / smallest);
}

}  // namespace

std::vector<rectangle> squarify(const std::vector<std::uint64_t>& weights, rectangle area) {
  std::vector<rectangle> boxes;
  double total = 0;
  for (const auto weight : weights) total += static_cast<double>(weight);
  const double scale = total > 0 ? area.width * area.height / total : 0;
  const auto area_of = [&](std::size_t i) { return scale * static_cast<double>(weights[i]); };

  std::size_t first = 0;
  while (first < weights.size()) {
    const double length = std::min(area.width, area.height);
    double row = area_of(first);
    auto end = first + 1;
    while (end < weights.size() && length > 0 &&
           worst_ratio(row + area_of(end), area_of(end), area_of(first), length) <=
               worst_ratio(row, area_of(end - 1), area_of(first), length)) {
      row += area_of(end++);
    }
    const double depth = length > 0 ? row / length : 0;
    const bool across = area.width <= area.height;  // the row lies along the upper side
    double along = across ? area.x : area.y;
    for (auto i = first; i < end; ++i) {
      const double extent = depth > 0 ? area_of(i) / depth : 0;
      boxes.push_back(across ? rectangle{along, area.y, extent, depth}
                             : rectangle{area.x, along, depth, extent});
      along += extent;
    }
    (across ? area.y : area.x) += depth;
    auto& rest = across ? area.height : area.width;
    rest = std::max(0.0, rest - depth);
    first = end;
  }
  return boxes;
}

}  // namespace rdb_inspect
