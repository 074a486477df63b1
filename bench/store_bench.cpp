// Question   what do one read, one write, one erase and one scan of the local store cost?
// Why        a cached read is worth its memory only if it costs tens of nanoseconds and no
// allocation Expect     a hit over 10,000 keys under 38 ns, on a hot key under 14, a miss under 14,
// none of
//            them allocating; a set of 16 B under 60 ns and of 1 KB under 110, one allocation, with
//            a deadline or without
//
// The first names and workloads are those of a Go library's benchmarks, so that tables can be laid
// side by side.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/base/glob.hpp"
#include "sandpiper/store/store.hpp"
#include "support/alloc_count.hpp"

namespace {

using sandpiper::store::entry_view;
using sandpiper::store::hash_of;
using sandpiper::store::key_ref;
using sandpiper::store::local_store;
using sandpiper::store::outcome;

constexpr std::size_t roomy_bytes = std::size_t{256} << 20;

std::vector<std::string> named(const std::string& prefix, std::size_t count) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < count; ++i) keys.push_back(prefix + std::to_string(i));
  return keys;
}

// Counts what the loop of one benchmark allocates.
class allocation_report {
 public:
  explicit allocation_report(benchmark::State& state) : state_(state) {}
  ~allocation_report() {
    const auto used = bench::allocated_by_this_thread() - before_;
    state_.counters["allocs/op"] =
        static_cast<double>(used.calls) / static_cast<double>(state_.iterations());
  }
  allocation_report(const allocation_report&) = delete;
  allocation_report& operator=(const allocation_report&) = delete;

 private:
  benchmark::State& state_;
  bench::allocations before_ = bench::allocated_by_this_thread();
};

// ---- the seed's names ----

void storage_get(benchmark::State& state, std::size_t value_bytes, bool visited) {
  local_store store({.budget_bytes = roomy_bytes});
  const std::string text(value_bytes, 'v');
  if (store.set("key", text) != outcome::stored) return state.SkipWithError("it must be there");
  std::string into = text;
  std::size_t seen = 0;
  {
    const allocation_report counted(state);
    for (auto _ : state) {
      if (visited) {
        store.peek("key", [&](const entry_view& each) { seen += each.value().string().size(); });
      } else {
        seen += store.copy("key", into) ? into.size() : 0;
      }
    }
  }
  benchmark::DoNotOptimize(seen);
  if (seen != value_bytes * state.iterations()) state.SkipWithError("a hit went wrong");
}
BENCHMARK_CAPTURE(storage_get, small, 5, false)->Name("StorageGet/Hit_Small");
BENCHMARK_CAPTURE(storage_get, medium, 1024, false)->Name("StorageGet/Hit_Medium");
BENCHMARK_CAPTURE(storage_get, large, 1 << 20, false)->Name("StorageGet/Hit_Large");
BENCHMARK_CAPTURE(storage_get, small, 5, true)->Name("StorageGet/Visit_Small");
BENCHMARK_CAPTURE(storage_get, medium, 1024, true)->Name("StorageGet/Visit_Medium");
BENCHMARK_CAPTURE(storage_get, large, 1 << 20, true)->Name("StorageGet/Visit_Large");

void storage_get_present(benchmark::State& state, std::size_t every) {
  local_store store;
  const auto keys = named("key_", 1000);
  for (std::size_t i = 0; every > 0 && i < keys.size(); i += every) store.set(keys[i], "value");
  std::string into;
  std::size_t at = 0;
  std::size_t hits = 0;
  const allocation_report counted(state);
  for (auto _ : state) {
    hits += store.copy(keys[at], into) ? 1 : 0;
    if (++at == keys.size()) at = 0;
  }
  benchmark::DoNotOptimize(hits);
}
BENCHMARK_CAPTURE(storage_get_present, none, 0)->Name("StorageGet/Miss");
BENCHMARK_CAPTURE(storage_get_present, half, 2)->Name("StorageGet/Mixed_50pct");

void storage_set(benchmark::State& state, std::size_t value_bytes, std::uint64_t ttl_ms) {
  local_store store({.budget_bytes = std::size_t{4} << 30});
  const auto keys = named("key_", value_bytes > 100'000 ? 100 : 1000);
  const std::string text(value_bytes, 'v');
  for (const auto& key : keys) store.set(key, text);
  const std::uint64_t deadline = ttl_ms == 0 ? 0 : store.now_ms() + ttl_ms;
  std::size_t at = 0;
  bool refused = false;
  {
    const allocation_report counted(state);
    for (auto _ : state) {
      refused |= store.set(keys[at], text, {.deadline_ms = deadline}) != outcome::stored;
      if (++at == keys.size()) at = 0;
    }
  }
  if (refused) state.SkipWithError("it must fit");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(value_bytes));
}
BENCHMARK_CAPTURE(storage_set, small, 16, 0)->Name("StorageSet/Small_16B");
BENCHMARK_CAPTURE(storage_set, medium, 1024, 0)->Name("StorageSet/Medium_1KB");
BENCHMARK_CAPTURE(storage_set, large, 64 << 10, 0)->Name("StorageSet/Large_64KB");
BENCHMARK_CAPTURE(storage_set, giant, 1 << 20, 0)->Name("StorageSet/VeryLarge_1MB");
BENCHMARK_CAPTURE(storage_set, second, 16, 1000)->Name("StorageSetWithTTL/Small_1s");
BENCHMARK_CAPTURE(storage_set, hour, 16, 3'600'000)->Name("StorageSetWithTTL/Small_1h");

// Erased and set again: the difference to a set of a new key is the erase.
void storage_delete(benchmark::State& state) {
  local_store store;
  const auto keys = named("key_", 1000);
  std::size_t at = 0;
  const allocation_report counted(state);
  for (auto _ : state) {
    store.set(keys[at], "value");
    store.erase(keys[at]);
    if (++at == keys.size()) at = 0;
  }
}
BENCHMARK(storage_delete)->Name("StorageDelete");

void storage_keys(benchmark::State& state) {
  local_store store;
  for (const auto& key : named("user:", 500)) store.set(key, "value");
  for (const auto& key : named("session:", 500)) store.set(key, "value");
  const sandpiper::glob users("user:*");
  for (auto _ : state) {
    std::size_t seen = 0;
    for (std::uint64_t cursor = 0;;) {
      cursor = store.scan(
          cursor, 100, [&](const entry_view&) { ++seen; }, &users);
      if (cursor == 0) break;
    }
    if (seen != 500) return state.SkipWithError("a scan must meet all of them");
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(storage_keys)->Name("StorageKeys");

// All keys carry a deadline, so that each read looks at the clock.
void storage_expiration_check(benchmark::State& state) {
  local_store store;
  const auto keys = named("key_", 1000);
  const auto deadline = store.deadline(std::chrono::hours(1));
  for (const auto& key : keys) store.set(key, "value", {.deadline_ms = deadline});
  std::string into;
  std::size_t at = 0;
  const allocation_report counted(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(store.copy(keys[at], into));
    if (++at == keys.size()) at = 0;
  }
}
BENCHMARK(storage_expiration_check)->Name("StorageExpirationCheck");

void storage_sharding(benchmark::State& state) {
  local_store store(
      {.budget_bytes = roomy_bytes, .shards = static_cast<std::size_t>(state.range(0))});
  const auto keys = named("key_", 1000);
  std::size_t at = 0;
  for (auto _ : state) {
    store.set(keys[at], "value");
    if (++at == keys.size()) at = 0;
  }
}
BENCHMARK(storage_sharding)->Name("StorageSharding")->ArgName("shards")->Arg(1)->Arg(16)->Arg(256);

// ---- hashing ----

const std::vector<std::string> hashed = {"a",
                                         "key",
                                         "user:123",
                                         "session:abcdef",
                                         "cache:user:123:profile",
                                         "a-longer-key-of-some-40-bytes:0123456789"};

template <class Hash>
void hash_algorithm(benchmark::State& state, Hash hash) {
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(hash(hashed[at]));
    if (++at == hashed.size()) at = 0;
  }
}
BENCHMARK_CAPTURE(hash_algorithm, xxh3, [](const std::string& key) {
  return hash_of(key);
})->Name("HashAlgorithms/XXH3");
BENCHMARK_CAPTURE(hash_algorithm, std, [](const std::string& key) {
  return std::hash<std::string_view>{}(key);
})->Name("HashAlgorithms/std");

void shard_selection(benchmark::State& state) {
  const local_store store({.shards = 256});
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(store.shard_of(hashed[at]));
    if (++at == hashed.size()) at = 0;
  }
}
BENCHMARK(shard_selection)->Name("ShardSelection");

// ---- the goals ----

struct ten_thousand {
  ten_thousand() {
    std::mt19937_64 random(7);
    for (std::size_t i = 0; i < 10'000; ++i) {
      keys.push_back("key:" + std::to_string(1'000'000'000'000'000 + i));
      absent.push_back("abs:" + std::to_string(1'000'000'000'000'000 + i));
      store.set(keys.back(), std::string_view("sixteen bytes..."));
    }
    for (std::size_t i = 0; i < 1 << 16; ++i)
      order.push_back(static_cast<std::uint32_t>(random() % 10'000));
  }
  local_store store{{.budget_bytes = roomy_bytes}};
  std::vector<std::string> keys;
  std::vector<std::string> absent;
  std::vector<std::uint32_t> order;
};

enum class asked { random, hot, missing };

void hit_10k(benchmark::State& state, asked what, bool visited) {
  const ten_thousand all;
  const auto& keys = what == asked::missing ? all.absent : all.keys;
  std::string into;
  into.reserve(64);
  std::size_t at = 0;
  std::size_t seen = 0;
  const allocation_report counted(state);
  for (auto _ : state) {
    const auto& key = keys[what == asked::hot ? 7 : all.order[at]];
    if (visited) {
      all.store.peek(key, [&](const entry_view& each) { seen += each.value().string().size(); });
    } else {
      seen += all.store.copy(key, into) ? 1 : 0;
    }
    at = (at + 1) % (1 << 16);
  }
  benchmark::DoNotOptimize(seen);
}
BENCHMARK_CAPTURE(hit_10k, hit, asked::random, false)->Name("Keys10k_20B/Hit");
BENCHMARK_CAPTURE(hit_10k, visit, asked::random, true)->Name("Keys10k_20B/Visit");
BENCHMARK_CAPTURE(hit_10k, hot, asked::hot, false)->Name("Keys10k_20B/HotKey");
BENCHMARK_CAPTURE(hit_10k, hot_visit, asked::hot, true)->Name("Keys10k_20B/HotKeyVisit");
BENCHMARK_CAPTURE(hit_10k, miss, asked::missing, false)->Name("Keys10k_20B/Miss");

// Every set evicts: the store is a tenth of what it is given.
void set_evicting(benchmark::State& state) {
  local_store store({.budget_bytes = 2 << 20});
  const auto keys = named("key_", 100'000);
  const std::string text(100, 'v');
  std::size_t at = 0;
  {
    const allocation_report counted(state);
    for (auto _ : state) {
      store.set(keys[at], text);
      if (++at == keys.size()) at = 0;
    }
  }
  if (store.stats().charged_bytes > store.budget_bytes()) state.SkipWithError("over its budget");
}
BENCHMARK(set_evicting)->Name("SetEvicting");

// 100,000 fields one by one: it must stay flat.
void hash_fields(benchmark::State& state) {
  const auto fields = named("field:", static_cast<std::size_t>(state.range(0)));
  local_store store({.budget_bytes = roomy_bytes});
  for (auto _ : state) {
    for (const auto& field : fields) {
      store.update("h", [&](sandpiper::store::editor& edit) {
        edit.become(sandpiper::store::value_type::hash);
        edit.put(field, "value");
      });
    }
    store.erase("h");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(hash_fields)->Name("HashFieldsOneByOne")->Arg(100)->Arg(1000)->Arg(100'000);

}  // namespace
