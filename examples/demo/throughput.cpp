#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "demo/acts.hpp"
#include "demo/callers.hpp"

namespace demo {
namespace {

namespace sp = sandpiper;
using namespace std::chrono_literals;

// Requests per second by its own account; 0 when it is not there.
double redis_benchmark(const server& redis, int connections, int pipeline, int requests) {
  const auto command = "redis-benchmark -s " + redis.socket() + " -t get --csv -c " +
                       std::to_string(connections) + " -P " + std::to_string(pipeline) + " -n " +
                       std::to_string(requests) + " 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string all;
  std::array<char, 1024> part;
  while (pipe && std::fgets(part.data(), part.size(), pipe.get())) all += part.data();
  const auto row = all.rfind("\"GET\",\"");
  return row == all.npos ? 0 : std::atof(all.c_str() + row + 7);
}

double coroutines(const sp::client& db, int callers) {
  group all(callers);
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < callers; ++i) ask_again_and_again(db, all);
  std::this_thread::sleep_for(600ms);
  all.stop = true;
  all.gone.acquire();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  return static_cast<double>(all.answered) / took.count();
}

}  // namespace

void throughput(screen& show, const sp::client& db, const server& redis) {
  show.title("Throughput, beside redis-benchmark on the same server (best of three)");
  db.run(sp::set("key:__rand_int__", "sixteen bytes ..")).value();
  double ours = 0, one = 0, fifty = 0;
  for (int round = 0; round < 3; ++round) {  // in turn, so that a slow moment meets them all
    show.progress("round " + std::to_string(round + 1) + " of 3");
    ours = std::max(ours, coroutines(db, 1024));
    one = std::max(one, redis_benchmark(redis, 1, 1024, 600'000));
    fifty = std::max(fifty, redis_benchmark(redis, 50, 512, 1'000'000));
  }
  show.end_progress();
  const double largest = std::max({ours, one, fifty});
  show.bar("sandpiper, 1,024 coroutines", ours, largest, "GET/s");
  if (one > 0) {
    show.bar("redis-benchmark -c 1 -P 1024", one, largest, "GET/s");
    show.bar("redis-benchmark -c 50 -P 512", fifty, largest, "GET/s");
  }
  show.check(one > 0, one > 0 ? "ours sends single GETs and reads every reply; redis-benchmark "
                                "sends one buffer over and over"
                              : "redis-benchmark is not here (apt-get install redis-tools)");
}

}  // namespace demo
