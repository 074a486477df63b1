#pragma once
// What a colleague would point at.

#include <cstdint>
#include <string>
#include <vector>

#include "rdb_inspect/prefix_tree.hpp"
#include "rdb_inspect/totals.hpp"

namespace rdb_inspect {

struct finding {
  std::string title;
  std::string text;
  std::string subject;  // a key or a prefix, as it stands
};

/// Counted while reading.
struct suspects {
  std::uint64_t long_names = 0;
  std::string longest_name;
  std::uint64_t huge_collections = 0;
  std::string hugest;
  std::uint64_t hugest_elements = 0;
  std::uint64_t huge_strings = 0;
  std::string hugest_string;
  std::uint64_t hugest_bytes = 0;

  void look_at(const key_report& k);
};

[[nodiscard]] std::vector<finding> findings(const suspects& s, const totals& t,
                                            const prefix_tree& tree);

}  // namespace rdb_inspect
