#pragma once
// What a contender is asked to do, and what it came to.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace load {

using clock = std::chrono::steady_clock;

/// Each run does the same: GETs of 16 bytes, for a while, over one connection.
struct task {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::size_t depth = 1;  // commands in flight, or callers
  std::chrono::milliseconds span{300};
};

inline constexpr std::size_t keys = 1000;  // key:0000 ... key:0999, value_of() each
[[nodiscard]] std::string key_of(std::size_t i);
[[nodiscard]] std::string value_of(std::size_t i);

struct outcome {
  std::uint64_t operations = 0;
  double seconds = 0;
  double cpu_seconds = 0;  // of this process, all threads
  std::uint64_t sends = 0;
  std::uint64_t receives = 0;
  std::uint64_t allocations = 0;
  std::vector<double> latencies_us = {};  // a sample
  std::string trouble;                    // a wrong answer, an error: the run is worth nothing
};

/// From its making to stop(): time, CPU, allocations.
class meter {
 public:
  meter();
  void stop(outcome& into) const;

 private:
  clock::time_point begun_;
  double cpu_;
  std::uint64_t allocations_;
};

/// Of several runs: the median, and the best.
struct figures {
  double operations_per_s = 0;
  double best_operations_per_s = 0;
  double cpu_ns = 0;
  double best_cpu_ns = 0;
  double sends = 0;
  double receives = 0;
  double allocations = 0;
  double p50_us = 0;
  double p99_us = 0;
};
[[nodiscard]] figures summary(const std::vector<outcome>& runs);

/// This process to one core, the server to another; false when there is only one.
bool part_company(int server_pid);

}  // namespace load
