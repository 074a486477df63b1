// Question   what does each of several callers pay for one read or write, by shards and callers?
// Why        reads that take no lock should cost the same whoever else reads, and whatever the
//            shards; writers meet only in the same shard
// Expect     reads flat in both; two threads on one hot key at most 1.3 times one thread's CPU
//
// CPU is what one call took of its own thread; callers beyond the cores wait, and that is in
// "Time".

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sandpiper/store/store.hpp"
#include "support/alloc_count.hpp"

namespace {

using sandpiper::store::local_store;

constexpr std::size_t keys_count = 1000;

// What the threads of one benchmark share.
struct shared_state {
  std::unique_ptr<local_store> store;
  std::vector<std::string> keys;
};
shared_state shared;

void make_shared(const benchmark::State& state) {
  const auto shards = static_cast<std::size_t>(state.range(0));
  shared.store = std::make_unique<local_store>(
      sandpiper::store::options{.budget_bytes = std::size_t{64} << 20, .shards = shards});
  shared.keys.clear();
  for (std::size_t i = 0; i < keys_count; ++i) {
    shared.keys.push_back("key_" + std::to_string(i));
    shared.store->set(shared.keys.back(), "value_" + std::to_string(i));
  }
}

void drop_shared(const benchmark::State&) { shared.store.reset(); }

// One call in `writes_in` is a write; 0: none.
void mixed(benchmark::State& state, std::size_t writes_in) {
  std::string into;
  into.reserve(64);
  auto at = static_cast<std::size_t>(state.thread_index()) * 127;
  std::size_t number = 0;
  const auto before = bench::allocated_by_this_thread();
  for (auto _ : state) {
    const auto& key = shared.keys[at % keys_count];
    at += 7;
    if (writes_in != 0 && number++ % writes_in == 0) {
      shared.store->set(key, "value_written");
    } else {
      benchmark::DoNotOptimize(shared.store->copy(key, into));
    }
  }
  const auto used = bench::allocated_by_this_thread() - before;
  state.counters["allocs/op"] =
      benchmark::Counter(static_cast<double>(used.calls) / static_cast<double>(state.iterations()),
                         benchmark::Counter::kAvgThreads);
}

void hot_key(benchmark::State& state) {
  std::string into;
  into.reserve(64);
  for (auto _ : state) benchmark::DoNotOptimize(shared.store->copy(shared.keys[7], into));
}

// All keys of all shards, gathered and put in order: what KEYS, or a dump, does.
void keys_aggregation(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<std::string> all;
    std::uint64_t cursor = 0;
    do {
      cursor = shared.store->scan(cursor, 256, [&](const sandpiper::store::entry_view& each) {
        all.emplace_back(each.key());
      });
    } while (cursor != 0);
    std::sort(all.begin(), all.end());
    if (all.size() != keys_count) return state.SkipWithError("a scan must meet every key");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(keys_count));
}

// Keys that expire at once, swept by whoever writes.
void concurrent_expiration(benchmark::State& state) {
  auto at = static_cast<std::size_t>(state.thread_index()) * 127;
  for (auto _ : state) {
    shared.store->set(shared.keys[at++ % keys_count], "value", {.deadline_ms = 1});
    if (at % 64 == 0) shared.store->sweep(64);
  }
}

// Every caller writes one key, so all want one shard.
void shard_contention(benchmark::State& state) {
  for (auto _ : state) shared.store->set(shared.keys[7], "value");
}

void sharded_memory_usage(benchmark::State& state) {
  for (auto _ : state) {
    const auto used = shared.store->stats();
    state.counters["charged_bytes/entry"] =
        static_cast<double>(used.charged_bytes) / static_cast<double>(used.entries);
  }
}

void with_shards(const std::string& name, void (*run)(benchmark::State&), std::int64_t shards,
                 int callers) {
  benchmark::RegisterBenchmark(name.c_str(), run)
      ->Arg(shards)
      ->Threads(callers)
      ->Setup(make_shared)
      ->Teardown(drop_shared);
}

void reads(benchmark::State& state) { mixed(state, 0); }
void writes(benchmark::State& state) { mixed(state, 1); }
void half_and_half(benchmark::State& state) { mixed(state, 2); }

const bool registered = [] {
  for (const std::int64_t shards : {1, 16, 64, 256}) {
    for (const int callers : {1, 2, 10, 50}) {
      const auto which = std::to_string(shards) + "Shards-" + std::to_string(callers);
      with_shards("ConcurrentGet/" + which, reads, shards, callers);
      with_shards("ConcurrentSet/" + which, writes, shards, callers);
      with_shards("ConcurrentMixed/" + which, half_and_half, shards, callers);
    }
    with_shards("KeysAggregation/" + std::to_string(shards) + "Shards", keys_aggregation, shards,
                1);
    with_shards("ShardedMemoryUsage/" + std::to_string(shards) + "Shards", sharded_memory_usage,
                shards, 1);
  }
  for (const int callers : {1, 2, 4}) {
    const auto which = std::to_string(callers);
    with_shards("StorageConcurrentReads/" + which, reads, 16, callers);
    with_shards("StorageConcurrentWrites/" + which, writes, 16, callers);
    with_shards("StorageConcurrentMixed/" + which, half_and_half, 16, callers);
    with_shards("HotKey/" + which, hot_key, 16, callers);
    with_shards("ConcurrentExpiration/" + which, concurrent_expiration, 16, callers);
    with_shards("ShardContention/" + which, shard_contention, 16, callers);
  }
  return true;
}();

}  // namespace
