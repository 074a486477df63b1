#pragma once
// A program run to its end: what it cost, and what it said.

#include <cstdint>
#include <string>
#include <vector>

namespace inspect_bench {

struct measured {
  int status = -1;  // of the exit; -1 when it did not come so far
  double wall_s = 0;
  double cpu_s = 0;
  std::uint64_t memory_bytes = 0;  // resident at most
};

/// words[0] is looked up in PATH. Standard input is `input`, standard output goes to `output`.
[[nodiscard]] measured run(const std::vector<std::string>& words,
                           const std::string& input = "/dev/null",
                           const std::string& output = "/dev/null");

}  // namespace inspect_bench
