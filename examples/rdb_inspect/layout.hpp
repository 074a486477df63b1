#pragma once
// Where the boxes of a treemap stand.

#include <cstdint>
#include <vector>

namespace rdb_inspect {

struct rectangle {
  double x = 0, y = 0, width = 0, height = 0;
};

/// Divides `area` in proportion to `weights`, which are sorted, largest first, and not 0. The
/// rectangles are as near to squares as going along the shorter side makes them.
[[nodiscard]] std::vector<rectangle> squarify(const std::vector<std::uint64_t>& weights,
                                              rectangle area);

}  // namespace rdb_inspect
