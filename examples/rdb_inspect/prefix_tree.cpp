#include "rdb_inspect/prefix_tree.hpp"

#include <algorithm>

namespace rdb_inspect {
namespace {

constexpr std::size_t node_bytes = 320;      // with its place in a map and a short name
constexpr std::size_t part_bytes_max = 128;  // of a longer part the beginning is told apart

}  // namespace

bool is_id(std::string_view part) noexcept {
  std::size_t digits = 0;
  std::size_t letters = 0;
  for (const char c : part) {
    if ('0' <= c && c <= '9') {
      ++digits;
    } else if (('a' <= c && c <= 'f') || ('A' <= c && c <= 'F')) {
      ++letters;
    } else if (c != '-') {
      return false;
    }
  }
  return digits > 0 && (letters == 0 || digits + letters >= 8);
}

prefix_tree::prefix_tree(const options& how)
    : nodes_(1),
      nodes_max_(static_cast<std::size_t>(how.memory_bytes_max / 2 / node_bytes)),
      separators_(how.separators),
      depth_max_(how.depth_max),
      fold_(how.fold) {}

std::size_t prefix_tree::child(std::size_t parent, std::string_view part) {
  part = part.substr(0, part_bytes_max);
  auto& children = nodes_[parent].children;
  auto& last = nodes_[parent].last_child;
  if (last != 0 && nodes_[last].part == part) return last;
  if (const auto place = children.find(part); place != children.end()) {
    return last = place->second;
  }
  if (nodes_.size() >= nodes_max_) {
    full_ = true;
    return parent;
  }
  const auto number = nodes_.size();
  children.emplace(part, number);
  nodes_.push_back({std::string(part), parent, {}});
  return number;
}

void prefix_tree::add(std::uint64_t db, std::string_view name, std::uint64_t bytes, bool expires) {
  parts_.clear();
  bool after_id = false;
  while (parts_.size() < depth_max_) {
    const auto end =
        separators_.size() == 1 ? name.find(separators_[0]) : name.find_first_of(separators_);
    const auto part = name.substr(0, end);
    const bool last = end == std::string_view::npos;
    const bool folded = fold_ && is_id(part);
    if (last && (folded || !after_id)) break;
    parts_.push_back(folded ? "*" : part);
    after_id = after_id || folded;
    if (last) break;
    name.remove_prefix(end + 1);
  }

  const auto count = [&](node& n) {
    ++n.keys;
    n.bytes += bytes;
    n.expiring += expires ? 1 : 0;
  };
  std::size_t at = 0;
  count(nodes_[0]);
  const auto down = [&](std::string_view part) {
    const auto next = child(at, part);
    if (next == at) return false;
    at = next;
    count(nodes_[at]);
    return true;
  };
  if (down("db" + std::to_string(db))) {
    for (const auto part : parts_) {
      if (!down(part)) break;
    }
  }
  ++nodes_[at].own_keys;
  nodes_[at].own_bytes += bytes;
}

std::string prefix_tree::path(std::size_t of) const {
  std::vector<std::string_view> parts;
  for (auto at = of; at != 0 && nodes_[at].parent != 0; at = nodes_[at].parent) {
    parts.push_back(nodes_[at].part);
  }
  std::reverse(parts.begin(), parts.end());
  std::string text;
  for (const auto part : parts) {
    if (!text.empty()) text += separators_.empty() ? ':' : separators_[0];
    text += part;
  }
  return text;
}

}  // namespace rdb_inspect
