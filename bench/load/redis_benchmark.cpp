#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "load/contenders.hpp"

namespace load {
namespace {

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string all;
  std::array<char, 4096> part;
  while (pipe && std::fgets(part.data(), part.size(), pipe.get())) all += part.data();
  return all;
}

}  // namespace

// It counts requests, not time, so its first, short run tells how many fit into the span.
outcome redis_benchmark(const task& t, int connections) {
  const auto run = [&](std::uint64_t requests) {
    return output_of("redis-benchmark -h " + t.host + " -p " + std::to_string(t.port) +
                     " -t get -d 16 --csv -c " + std::to_string(connections) + " -P " +
                     std::to_string(t.depth) + " -n " + std::to_string(requests) + " 2>&1");
  };
  // "GET","2631578.95","0.300","0.1","0.3","0.5","0.6","0.7": requests per second comes second.
  const auto rate = [](const std::string& csv) {
    const auto row = csv.rfind("\"GET\",\"");
    return row == csv.npos ? 0 : std::atof(csv.c_str() + row + 7);
  };
  const auto per_round = t.depth * static_cast<std::size_t>(connections);
  const double first = rate(run(4 * per_round + 1000));
  if (first <= 0) return {.trouble = "redis-benchmark did not run: is redis-tools installed?"};

  outcome done;
  const double seconds = std::chrono::duration<double>(t.span).count();
  done.operations = static_cast<std::uint64_t>(first * seconds) + per_round;
  const double second = rate(run(done.operations));
  done.seconds = static_cast<double>(done.operations) / (second > 0 ? second : first);
  return done;
}

}  // namespace load
