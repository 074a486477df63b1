// Question   what does it cost to find and free what has expired, whole or bit by bit, and what do
//            readers notice?
// Why        a sweep of everything is simple, and holds each shard's lock for as long as it is
// large Expect     the same work for each entry either way; readers take no lock and notice little

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "sandpiper/store/store.hpp"

namespace {

using sandpiper::store::local_store;

std::atomic<std::uint64_t> clock_ms{1};
std::uint64_t now() noexcept { return clock_ms.load(std::memory_order_relaxed); }

std::vector<std::string> names(std::size_t count) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < count; ++i) keys.push_back("key_" + std::to_string(i));
  return keys;
}

// A fifth of the keys expires now.
void fill(local_store& store, const std::vector<std::string>& keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    store.set(keys[i], "value", {.deadline_ms = i % 5 == 0 ? now() : now() + 1'000'000});
  }
}

sandpiper::store::options chosen(std::size_t shards = 16) {
  return {.budget_bytes = std::size_t{64} << 20, .shards = shards, .now_ms = &now};
}

// Until all that has expired is gone, `step` entries at a time.
void clean_up(benchmark::State& state, std::size_t step) {
  const auto keys = names(static_cast<std::size_t>(state.range(0)));
  local_store store(chosen());
  for (auto _ : state) {
    state.PauseTiming();
    fill(store, keys);
    state.ResumeTiming();
    std::size_t freed = 0;
    while (freed < keys.size() / 5) freed += store.sweep(step);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(clean_up, whole, SIZE_MAX)->Name("Cleanup/Legacy")->Arg(100)->Arg(500);
BENCHMARK_CAPTURE(clean_up, twenty, 20)->Name("Cleanup/Incremental")->Arg(100)->Arg(500);

// How large a bite should be.
void configuration(benchmark::State& state) {
  const auto keys = names(500);
  local_store store(chosen());
  const auto step = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    fill(store, keys);
    state.ResumeTiming();
    std::size_t freed = 0;
    while (freed < keys.size() / 5) freed += store.sweep(step);
  }
}
BENCHMARK(configuration)->Name("Cleanup/ConfigOptimization")->Arg(5)->Arg(20)->Arg(100);

// A sweep that finds nothing: what a timer pays when all is well.
void nothing_to_do(benchmark::State& state) {
  local_store store(chosen());
  for (const auto& key : names(500)) store.set(key, "value");
  for (auto _ : state) benchmark::DoNotOptimize(store.sweep(100));
}
BENCHMARK(nothing_to_do)->Name("Cleanup/NothingToDo");

// Reads, while another thread writes keys that have expired and sweeps them.
void concurrent_access(benchmark::State& state) {
  const auto keys = names(500);
  local_store store(chosen());
  fill(store, keys);
  std::atomic<bool> done{false};
  std::thread cleaner([&] {
    while (!done.load()) {
      fill(store, keys);
      store.sweep(100);
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  });
  std::string into;
  std::size_t at = 0;
  for (auto _ : state) benchmark::DoNotOptimize(store.copy(keys[at++ % keys.size()], into));
  done.store(true);
  cleaner.join();
}
BENCHMARK(concurrent_access)->Name("Cleanup/ConcurrentAccess");

void memory_usage(benchmark::State& state) {
  const auto keys = names(500);
  local_store store(chosen());
  std::size_t before = 0;
  std::size_t after = 0;
  for (auto _ : state) {
    fill(store, keys);
    before = store.stats().charged_bytes;
    store.sweep(SIZE_MAX);
    after = store.stats().charged_bytes;
  }
  state.counters["freed_bytes"] = static_cast<double>(before) - static_cast<double>(after);
}
BENCHMARK(memory_usage)->Name("Cleanup/MemoryUsage");

// The slowest of a thousand reads, with a cleaner beside it and without.
void latency(benchmark::State& state) {
  const bool cleaning = state.range(0) != 0;
  const auto keys = names(500);
  local_store store(chosen());
  fill(store, keys);
  std::atomic<bool> done{!cleaning};
  std::thread cleaner([&] {
    while (!done.load()) {
      fill(store, keys);
      store.sweep(20);
    }
  });
  std::vector<double> slowest;
  std::string into;
  for (auto _ : state) {
    double most = 0;
    for (const auto& key : keys) {
      const auto begin = std::chrono::steady_clock::now();
      benchmark::DoNotOptimize(store.copy(key, into));
      const std::chrono::duration<double, std::nano> taken =
          std::chrono::steady_clock::now() - begin;
      most = std::max(most, taken.count());
    }
    slowest.push_back(most);
  }
  done.store(true);
  cleaner.join();
  std::sort(slowest.begin(), slowest.end());
  state.counters["p50_of_slowest_ns"] = slowest[slowest.size() / 2];
}
BENCHMARK(latency)->Name("Cleanup/Latency")->ArgName("cleaning")->Arg(0)->Arg(1);

}  // namespace
