// Question   how near does one connection of ours come to a bare socket, and to redis-benchmark?
// Why        throughput is a matter of batching, and what is left is the client's CPU for each call
// Expect     from 16 callers on no worse than the bare socket; at 1,024 the server is the limit
//
//   load [--quick] [--rounds N] [--span MS] [--only WORD]
//
// Contenders take turns on a private redis-server; a row is the median of all rounds (the best in
// brackets). "raw" sends bytes encoded beforehand and only counts reply bytes: it is the floor.

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "load/contenders.hpp"
#include "load/counts.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"

namespace {

namespace sp = sandpiper;

struct arguments {
  int rounds = 9;
  std::chrono::milliseconds span{300};
  std::string only;
};

struct contender {
  std::string name;
  std::function<load::outcome(const load::task&)> run;
};

arguments read(int argc, char** argv) {
  arguments a;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--quick") {
      a.rounds = 1;
      a.span = std::chrono::milliseconds(20);
    } else if (word == "--rounds" && more) {
      a.rounds = std::max(1, std::atoi(argv[++i]));
    } else if (word == "--span" && more) {
      a.span = std::chrono::milliseconds(std::max(1, std::atoi(argv[++i])));
    } else if (word == "--only" && more) {
      a.only = argv[++i];
    } else {
      std::fprintf(stderr, "usage: load [--quick] [--rounds N] [--span MS] [--only WORD]\n");
      std::exit(2);
    }
  }
  return a;
}

void print(const contender& who, const load::figures& f, double raw) {
  std::printf(
      "  %-26s %9.0f (%9.0f) /s  x%5.2f raw  %7.0f (%7.0f) ns CPU  %6.3f sends %6.3f recvs"
      "  %6.3f allocs  p50 %8.1f p99 %8.1f us\n",
      who.name.c_str(), f.operations_per_s, f.best_operations_per_s,
      raw > 0 ? f.operations_per_s / raw : 0, f.cpu_ns, f.best_cpu_ns, f.sends, f.receives,
      f.allocations, f.p50_us, f.p99_us);
  std::fflush(stdout);
}

// Everybody once a round, so that a slow moment of the machine meets them all.
void compete(const std::string& title, load::task t, const arguments& a,
             const std::vector<contender>& all) {
  if (title.find(a.only) == title.npos) return;
  std::printf("\n%s\n", title.c_str());
  std::vector<std::vector<load::outcome>> runs(all.size());
  for (int round = 0; round < a.rounds; ++round) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      runs[i].push_back(all[i].run(t));
      if (runs[i].back().trouble.empty()) continue;
      std::fprintf(stderr, "%s\n", runs[i].back().trouble.c_str());
      std::exit(1);
    }
  }
  const double raw = load::summary(runs[0]).operations_per_s;
  for (std::size_t i = 0; i < all.size(); ++i) print(all[i], load::summary(runs[i]), raw);
}

}  // namespace

int main(int argc, char** argv) {
  const auto a = read(argc, argv);
  sp::test::redis_server server({.tcp = true});
  const bool apart = load::part_company(server.pid());  // before there are threads
  load::task t{.port = server.port(), .span = a.span};
  const auto db = sp::client::connect(server.tcp_url()).value();
  for (std::size_t i = 0; i < load::keys; ++i) {
    db.run(sp::set(load::key_of(i), load::value_of(i))).value();
  }
  db.run(sp::set("key:__rand_int__", load::value_of(0))).value();
  std::printf("GET of 16 bytes over loopback TCP, %d rounds of %lld ms, server and client on %s\n",
              a.rounds, static_cast<long long>(a.span.count()),
              apart ? "a core each" : "the same core");

  if (a.only.empty() && !load::counts_hold(db)) return 1;

  const contender raw{"raw", load::raw_socket};
  const contender hiredis{"hiredis", load::hiredis_pipeline};
  const auto ours = [&](const char* name, auto run) {
    return contender{name, [&db, run](const load::task& what) { return run(what, db); }};
  };
  const auto rival = [](int connections) {
    return contender{"redis-benchmark -c " + std::to_string(connections),
                     [=](const load::task& what) { return redis_benchmark(what, connections); }};
  };

  for (const std::size_t depth : {1, 16, 64, 256, 512, 1024}) {
    t.depth = depth;
    compete("in flight: " + std::to_string(depth), t, a,
            {raw, ours("sandpiper coroutines", load::coroutines),
             ours("sandpiper with strings", load::coroutines_with_strings),
             ours("sandpiper callbacks", load::callbacks), hiredis, rival(1)});
  }
  t.depth = 512;
  compete("the server's limit: 50 connections, 512 each", t, a, {rival(50)});
  for (const std::size_t callers : {1, 8, 64, 512}) {
    t.depth = callers;
    compete("threads in blocking calls: " + std::to_string(callers), t, a,
            callers == 1 ? std::vector{raw, ours("sandpiper thread", load::threads), hiredis}
                         : std::vector{raw, ours("sandpiper threads", load::threads)});
  }
  t.depth = 1;
  compete("threads' rival: 50 connections, one each", t, a, {rival(50)});
  for (const std::size_t depth : {10, 100, 1000}) {
    t.depth = depth;
    compete("explicit pipeline: " + std::to_string(depth), t, a,
            {raw, ours("sandpiper batch", load::batches), hiredis});
  }
}
