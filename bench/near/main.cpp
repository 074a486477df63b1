// Question   what does a cached GET cost here, what does a miss cost the server, and does the
//            cache keep up with a writer?
// Why        a hit must be far cheaper than a round trip, or nobody needs the cache; a miss must
//            not cost the server more than it saves; and invalidations must not pile up
// Expect     a hit under 70 ns without an allocation, alone and on two threads; a miss at most 2.0
//            times a plain GET's server CPU; 200 ns of our CPU for each invalidated key
//
//   near [--quick] [hits | writes | invalidations | misses]
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
  struct task {
    std::string_view name;
    bool (*run)(const near::plan&);
  };
  const task tasks[] = {{"hits", near::hits},
                        {"writes", near::hits_under_writes},
                        {"invalidations", near::invalidations},
                        {"misses", near::misses}};
  near::plan p;
  std::string_view only;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--quick") {
      p = {.keys = 500, .operations = 5'000, .reads = 1'000, .rounds = 1};
    } else {
      only = argv[i];
    }
  }
  bool ran = false;
  for (const auto& [name, run] : tasks) {
    if (!only.empty() && only != name) continue;
    ran = true;
    if (!run(p)) {
      std::fprintf(stderr, "%s: a wrong answer\n", name.data());
      return EXIT_FAILURE;
    }
  }
  if (!ran)
    std::fprintf(stderr, "usage: near [--quick] [hits | writes | invalidations | misses]\n");
  return ran ? EXIT_SUCCESS : 2;
}
