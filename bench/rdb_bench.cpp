// Question   what does a snapshot cost to read: over it, at its structure, element by element?
// Why        a cache is warmed from one, and a tool reads tens of gigabytes of them
// Expect     no allocation per key; elements, validation and checksum at 1.2 GB/s and above; the
//            way over values bound by their headers, not their bytes

#include <benchmark/benchmark.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rdb_snapshot.hpp"
#include "sandpiper/rdb/crc64.hpp"
#include "sandpiper/rdb/dump.hpp"
#include "sandpiper/rdb/reader.hpp"
#include "support/alloc_count.hpp"

namespace {

namespace rdb = sandpiper::rdb;
using bench::mixture;
using bench::snapshot_writer;

/// Counts all it is told, and looks at nothing.
class counter final : public rdb::visitor {
 public:
  explicit counter(rdb::depth how_deep) : how_deep_(how_deep) {}

  std::uint64_t keys = 0;
  std::uint64_t elements = 0;
  std::uint64_t expiring = 0;
  std::uint64_t aux_fields = 0;
  std::uint64_t bytes = 0;

  void aux(std::string_view, const rdb::item&) override { ++aux_fields; }
  rdb::depth key(const rdb::key_info& k) override {
    ++keys;
    expiring += k.expires_at ? 1 : 0;
    return how_deep_;
  }
  void raw(std::string_view piece) override { bytes += piece.size(); }
  void part(const rdb::part& p) override { bytes += p.bytes; }
  void string(const rdb::item& v) override { count(v); }
  void list_item(const rdb::item& v) override { count(v); }
  void set_member(const rdb::item& v, std::optional<rdb::unix_ms>) override { count(v); }
  void zset_member(const rdb::item& v, double) override { count(v); }
  void hash_field(const rdb::item& f, const rdb::item& v, std::optional<rdb::unix_ms>) override {
    count(f);
    count(v);
  }
  void stream_field(const rdb::item& f, const rdb::item& v) override {
    count(f);
    count(v);
  }

 private:
  void count(const rdb::item& v) {
    ++elements;
    bytes += v.is_text() ? v.bytes().size() : 8;
  }

  rdb::depth how_deep_;
};

/// Reads `snapshot` again and again with one reader, and counts what a reading allocates.
void read(benchmark::State& state, const std::string& snapshot, rdb::depth how_deep,
          std::uint64_t keys, const rdb::options& how = {}) {
  counter seen(how_deep);
  rdb::reader reader(seen, how);
  for (int warm = 0; warm < 2; ++warm) {
    seen.keys = 0;
    reader.restart();
    if (reader.feed(snapshot) != rdb::progress::done || seen.keys != keys) {
      state.SkipWithError(reader.why() ? reader.why()->message().c_str() : "keys are missing");
      return;
    }
  }
  const auto before = bench::allocated_by_this_thread();
  for (auto _ : state) {
    reader.restart();
    benchmark::DoNotOptimize(reader.feed(snapshot));
  }
  const auto allocated = bench::allocated_by_this_thread() - before;
  const auto runs = static_cast<double>(state.iterations());
  state.counters["allocs"] = static_cast<double>(allocated.calls) / runs;
  state.counters["ns/key"] =
      benchmark::Counter(runs * static_cast<double>(keys) / 1e9,
                         static_cast<benchmark::Counter::Flags>(benchmark::Counter::kIsRate |
                                                                benchmark::Counter::kInvert));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(snapshot.size()));
}

std::string strings(int keys, std::size_t value_bytes, bool expiring) {
  snapshot_writer made;
  for (int i = 0; i < keys; ++i) {
    if (expiring) made.expiry(2000000000000ULL + static_cast<std::uint64_t>(i));
    made.text("key_" + std::to_string(i), std::string(value_bytes, 'x'));
  }
  return std::move(made).finish();
}

void ingest(benchmark::State& state, int keys, std::size_t value_bytes) {
  read(state, strings(keys, value_bytes, false), rdb::depth::elements,
       static_cast<std::uint64_t>(keys));
}
BENCHMARK_CAPTURE(ingest, Small_10keys_16B, 10, 16)->Name("RDBIngest/Small_10keys_16B");
BENCHMARK_CAPTURE(ingest, Medium_100keys_1KB, 100, 1024)->Name("RDBIngest/Medium_100keys_1KB");
BENCHMARK_CAPTURE(ingest, Large_1000keys_1KB, 1000, 1024)->Name("RDBIngest/Large_1000keys_1KB");
BENCHMARK_CAPTURE(ingest, VeryLarge_10000keys_16B, 10000, 16)
    ->Name("RDBIngest/VeryLarge_10000keys_16B");

void parse_strings(benchmark::State& state) {
  read(state, strings(1000, 100, false), rdb::depth::elements, 1000);
}
BENCHMARK(parse_strings)->Name("RDBParseStrings");

void parse_lists(benchmark::State& state) {
  snapshot_writer made;
  const std::vector<std::string_view> items(100, "an item of the list");
  for (int i = 0; i < 100; ++i) {
    made.value("list_" + std::to_string(i), rdb::dump_list(items, {.compress = false}));
  }
  read(state, std::move(made).finish(), rdb::depth::elements, 100);
}
BENCHMARK(parse_lists)->Name("RDBParseLists");

void parse_with_expiry(benchmark::State& state) {
  read(state, strings(1000, 16, true), rdb::depth::elements, 1000);
}
BENCHMARK(parse_with_expiry)->Name("RDBParseWithExpiry");

void parse_aux_fields(benchmark::State& state) {
  snapshot_writer made;
  for (int i = 0; i < 100; ++i) made.aux("name-" + std::to_string(i), "value");
  read(state, std::move(made).finish(), rdb::depth::elements, 0);
}
BENCHMARK(parse_aux_fields)->Name("RDBParseAuxFields");

// The cost of a compressed string, its reading included; bytes are those it becomes.
void lzf_decompress(benchmark::State& state, bool text) {
  std::string whole;
  for (int i = 0; whole.size() < 64 << 10; ++i) {
    whole += text ? R"({"id":)" + std::to_string(i * 7919) + R"(,"name":"user","active":true})"
                  : std::string(64, static_cast<char>('a' + i % 2));
  }
  snapshot_writer made;
  for (int i = 0; i < 16; ++i) made.value(std::to_string(i), rdb::dump_string(whole));
  read(state, std::move(made).finish(), rdb::depth::elements, 16);
  state.SetBytesProcessed(state.iterations() * 16 * static_cast<std::int64_t>(whole.size()));
}
BENCHMARK_CAPTURE(lzf_decompress, Json, true)->Name("LZFDecompress/Json");
BENCHMARK_CAPTURE(lzf_decompress, Runs, false)->Name("LZFDecompress/Runs");

void checksum(benchmark::State& state,
              std::uint64_t (*crc)(std::uint64_t, std::string_view) noexcept) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  if (crc(0, "123456789") != 0xe9c6d914c4b8d9ca) state.SkipWithError("that is another checksum");
  for (auto _ : state) benchmark::DoNotOptimize(crc(0, bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(checksum, Built, rdb::crc64)->Name("Crc64/Built")->Arg(1 << 10)->Arg(1 << 16);
BENCHMARK_CAPTURE(checksum, Portable, rdb::crc64_portable)
    ->Name("Crc64/Portable")
    ->Arg(1 << 10)
    ->Arg(1 << 16);

struct mixed {
  std::uint64_t keys = 0;
  std::string snapshot = mixture::make(1, &keys);
};

void parse_mixed(benchmark::State& state, rdb::depth how_deep, bool checked) {
  static const mixed made;
  read(state, made.snapshot, how_deep, made.keys, {.checksum = checked});
  state.counters["MB"] = static_cast<double>(made.snapshot.size()) / 1e6;
}
BENCHMARK_CAPTURE(parse_mixed, Walk, rdb::depth::skip, true)->Name("Mixed/Walk");
BENCHMARK_CAPTURE(parse_mixed, WalkUnchecked, rdb::depth::skip, false)->Name("Mixed/WalkUnchecked");
BENCHMARK_CAPTURE(parse_mixed, Raw, rdb::depth::raw, true)->Name("Mixed/Raw");
BENCHMARK_CAPTURE(parse_mixed, Structure, rdb::depth::structure, true)->Name("Mixed/Structure");
BENCHMARK_CAPTURE(parse_mixed, Elements, rdb::depth::elements, true)->Name("Mixed/Elements");
BENCHMARK_CAPTURE(parse_mixed, ElementsUnchecked, rdb::depth::elements, false)
    ->Name("Mixed/ElementsUnchecked");

}  // namespace
