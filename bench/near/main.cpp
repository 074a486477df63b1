// Question   what does a cached GET cost here, what does a miss cost the server, and does the
//            cache keep up with a writer?
// Why        a hit must be far cheaper than a round trip, or nobody needs the cache; a miss must
//            not cost the server more than it saves; and invalidations must not pile up
// Expect     a hit under 70 ns without an allocation, alone and on two threads; a miss at most 2.0
//            times a plain GET's server CPU; 200 ns of our CPU for each invalidated key
//
//   near [--quick]
//
// Each row is the median of its rounds; answers are compared before a clock starts.

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "near/figures.hpp"

namespace near {

std::string key_of(std::size_t i) {
  char text[24];
  std::snprintf(text, sizeof text, "benchmark:%010zu", i);
  return text;
}

std::string value_of(std::size_t i) {
  char text[24];
  std::snprintf(text, sizeof text, "value-of-%07zu", i % 10'000'000);
  return text;
}

double own_cpu_ns() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto ns = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_usec) * 1e3;
  };
  return ns(used.ru_utime) + ns(used.ru_stime);
}

double server_cpu_ns(const sandpiper::test::redis_server& server) {
  std::ifstream file("/proc/" + std::to_string(server.pid()) + "/schedstat");
  double ns = 0;
  file >> ns;
  return ns;
}

}  // namespace near

int main(int argc, char** argv) {
  near::plan p;
  if (argc == 2 && std::string_view(argv[1]) == "--quick") {
    p = {.keys = 500, .operations = 5'000, .reads = 1'000, .rounds = 1};
  } else if (argc != 1) {
    std::fprintf(stderr, "usage: near [--quick]\n");
    return 2;
  }
  const bool right =
      near::hits(p) && near::hits_under_writes(p) && near::invalidations(p) && near::misses(p);
  return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
