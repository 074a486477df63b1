#pragma once
// The prefixes as the page shows them: only so many, each with its place in both pictures.

#include <cstdint>
#include <string>
#include <vector>

#include "rdb_inspect/layout.hpp"
#include "rdb_inspect/prefix_tree.hpp"

namespace rdb_inspect {

struct shown_node {
  std::string label = {};
  std::string path = {};
  std::size_t parent = 0;  // of those before it; the root is its own
  std::uint64_t keys = 0;
  std::uint64_t bytes = 0;
  std::uint64_t expiring = 0;
  std::size_t depth = 0;
  bool rest = false;   // not a prefix of its own: keys right here, or prefixes left out
  rectangle box = {};  // of the treemap, in a picture of tree_width times tree_height
  double from = 0;     // of the icicle, from 0 to 1
  double extent = 0;
};

inline constexpr double tree_width = 1000;
inline constexpr double tree_height = 520;

[[nodiscard]] std::vector<shown_node> shown_tree(const prefix_tree& all);

}  // namespace rdb_inspect
