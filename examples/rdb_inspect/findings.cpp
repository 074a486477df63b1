#include "rdb_inspect/findings.hpp"

#include <algorithm>

#include "rdb_inspect/units.hpp"

namespace rdb_inspect {
namespace {

constexpr std::size_t long_name_bytes = 128;
constexpr std::uint64_t huge_elements = 10'000;
constexpr std::uint64_t huge_string_bytes = 1 << 20;
constexpr std::size_t each_max = 5;

// 1234567 as 1,234,567
std::string grouped(std::uint64_t n) {
  auto digits = std::to_string(n);
  for (auto at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string count(std::uint64_t n, const std::string& what) {
  return grouped(n) + " " + what + (n == 1 ? "" : "s");
}

// Most keys under a prefix expire, and a few do not: those were probably forgotten.
void forgotten_expiries(const prefix_tree& tree, std::vector<finding>& all) {
  std::vector<std::size_t> found;
  const auto& nodes = tree.nodes();
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const auto& one = nodes[i];
    const bool leaf_like = one.children.empty() && one.parent != 0;
    if (!leaf_like || one.expiring == one.keys || one.keys < 10) continue;
    if (one.expiring * 2 >= one.keys) found.push_back(i);
  }
  std::sort(found.begin(), found.end(), [&](std::size_t a, std::size_t b) {
    return nodes[a].keys - nodes[a].expiring > nodes[b].keys - nodes[b].expiring;
  });
  for (std::size_t i = 0; i < std::min(found.size(), each_max); ++i) {
    const auto& one = nodes[found[i]];
    all.push_back({"Keys that never expire among keys that do",
                   grouped(one.keys - one.expiring) + " of " + count(one.keys, "key") +
                       " under this prefix have no expiry.",
                   tree.path(found[i])});
  }
}

}  // namespace

void suspects::look_at(const key_report& k) {
  if (k.name.size() >= long_name_bytes) {
    ++long_names;
    if (k.name.size() > longest_name.size()) longest_name.assign(k.name.substr(0, 1024));
  }
  if (k.elements >= huge_elements) {
    ++huge_collections;
    if (k.elements > hugest_elements) hugest.assign(k.name), hugest_elements = k.elements;
  }
  if (k.kind == rdb::kind::string && k.largest_bytes >= huge_string_bytes) {
    ++huge_strings;
    if (k.largest_bytes > hugest_bytes)
      hugest_string.assign(k.name), hugest_bytes = k.largest_bytes;
  }
}

std::vector<finding> findings(const suspects& s, const totals& t, const prefix_tree& tree) {
  std::vector<finding> all;
  const auto& expired = t.lives[static_cast<std::size_t>(lifetime::expired)];
  if (expired.keys > 0) {
    all.push_back({"Keys past their expiry",
                   count(expired.keys, "key") + " (" + human_bytes(expired.bytes) +
                       ") had expired and were still held.",
                   ""});
  }
  if (s.huge_collections > 0) {
    all.push_back({"Very large collections",
                   count(s.huge_collections, "collection") + " of " + grouped(huge_elements) +
                       " elements or more; the largest has " + grouped(s.hugest_elements) +
                       ". Reading or deleting one at once holds up a server.",
                   s.hugest});
  }
  if (s.huge_strings > 0) {
    all.push_back({"Very large strings",
                   count(s.huge_strings, "string") + " of 1 MB or more; the largest has " +
                       human_bytes(s.hugest_bytes) + ".",
                   s.hugest_string});
  }
  if (s.long_names > 0) {
    all.push_back(
        {"Long names",
         count(s.long_names, "name") + " of " + std::to_string(long_name_bytes) + " bytes or more.",
         s.longest_name});
  }
  forgotten_expiries(tree, all);
  const auto& never = t.lives[static_cast<std::size_t>(lifetime::never)];
  if (t.all.keys > 0 && never.keys == t.all.keys) {
    all.push_back({"Nothing expires", "No key of this snapshot has an expiry.", ""});
  }
  return all;
}

}  // namespace rdb_inspect
