// Question   what does it cost to take replies and commands apart, and to write them?
// Why        every request is written once and every reply is read once, whatever else happens
// Expect     nothing is allocated where parser and buffer are used again. A new parser allocates
//            twice, for 256 values and 16 levels of nesting, which takes longer than a short reply;
//            a new buffer once. A text of 64 KB costs a reader no more than one of 16 bytes, for it
//            is not looked at, and a writer one copy
//
// The workloads are those of the Go library whose figures docs/benchmarks.md lays beside ours, byte
// for byte. They come in two shapes: `fresh`, a new parser or buffer for each operation, which is
// how that library was measured; and `reused`, which is how a connection works.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/resp/encoder.hpp"
#include "sandpiper/resp/parser.hpp"
#include "support/alloc_count.hpp"
#include "support/resp_inputs.hpp"

namespace {

namespace resp = sandpiper::resp;
using bench::bulk;
using bench::command;

// Times `operation`, and counts what it allocates when it has what it needs to begin with.
template <class Operation>
void run(benchmark::State& state, std::size_t wire_bytes, Operation operation) {
  for (auto _ : state) operation();
  const auto before = bench::allocated_by_this_thread();
  operation();
  const auto during = bench::allocated_by_this_thread() - before;
  state.counters["mallocs"] = static_cast<double>(during.calls);
  state.counters["malloc_bytes"] = static_cast<double>(during.bytes);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(wire_bytes));
}

// --- reading -------------------------------------------------------------------------------------

struct reading {
  const char* name;
  std::string wire;
};

std::vector<reading> readings() {
  const auto array = [](int n) {
    std::string wire = "*" + std::to_string(n) + "\r\n";
    for (int i = 0; i < n; ++i) wire += bulk("item" + std::to_string(i));
    return wire;
  };
  return {
      {"ReaderParseSimpleString", "+OK\r\n"},
      {"ReaderParseError", "-ERR unknown command 'foobar'\r\n"},
      {"ReaderParseInteger", ":1000\r\n"},
      {"ReaderParseBulkString/Small_16B", bulk(std::string(16, 'x'))},
      {"ReaderParseBulkString/Medium_1KB", bulk(std::string(1 << 10, 'x'))},
      {"ReaderParseBulkString/Large_64KB", bulk(std::string(64 << 10, 'x'))},
      {"ReaderParseArray/Empty", array(0)},
      {"ReaderParseArray/SmallArray_3", array(3)},
      {"ReaderParseArray/MediumArray_10", array(10)},
      {"ReaderParseCommand/GET", command({"GET", "key"})},
      {"ReaderParseCommand/SET", command({"SET", "key", "value"})},
      {"ReaderParseCommand/SET_EX", command({"SET", "key", "value", "EX", "60"})},
      {"ReaderParseCommand/KEYS", command({"KEYS", "*"})},
      {"ReaderParseBatch/BatchGET_10", bench::gets(10)},
      {"ReaderParseBatch/BatchSET_10", bench::sets(10)},
      {"ReaderParseBatch/BatchGET_100", bench::gets(100)},
      {"ReaderParseBatch/BatchSET_100", bench::sets(100)},
      {"ReaderParseBatch/BatchMixed_50", bench::gets_and_sets(50)},
  };
}

void take_all(resp::parser& parser, std::string& wire) {
  parser.parse(wire);
  for (resp::reply_view reply; parser.next(reply);) benchmark::DoNotOptimize(reply);
  benchmark::DoNotOptimize(parser.consume());
}

// Read and written again, the bytes must be the same: then every value was read, and read right.
bool is_read_right(std::string wire) {
  resp::buffer out;
  resp::encoder to(out);
  resp::parser parser;
  parser.parse(wire);
  for (resp::reply_view reply; parser.next(reply);) to.value(reply);
  return out.view() == wire && parser.consume() == wire.size();
}

void read_fresh(benchmark::State& state, std::string wire) {
  if (!is_read_right(wire)) return state.SkipWithError("the input is read wrong");
  run(state, wire.size(), [&] {
    resp::parser parser;
    take_all(parser, wire);
  });
}

void read_reused(benchmark::State& state, std::string wire) {
  if (!is_read_right(wire)) return state.SkipWithError("the input is read wrong");
  resp::parser parser;
  run(state, wire.size(), [&] { take_all(parser, wire); });
}

// --- writing -------------------------------------------------------------------------------------

const std::string text_16_bytes(16, 'x');
const std::string text_1_kb(1 << 10, 'x');
const std::string text_64_kb(64 << 10, 'x');

template <int N>
void write_array(resp::encoder& to) {
  to.array(N);
  for (int i = 0; i < N; ++i) to.bulk("item");
}

template <int N, void (*Write)(resp::encoder&)>
void write_times(resp::encoder& to) {
  for (int i = 0; i < N; ++i) Write(to);
}

void write_simple(resp::encoder& to) { to.simple_string("OK"); }
void write_integer(resp::encoder& to) { to.integer(1000); }
void write_bulk(resp::encoder& to) { to.bulk("value"); }
void write_get(resp::encoder& to) { to.command("GET", "key"); }
void write_set(resp::encoder& to) { to.command("SET", "key", "value"); }
void write_set_ex(resp::encoder& to) { to.command("SET", "key", "value", "EX", "60"); }

struct writing {
  const char* name;
  void (*write)(resp::encoder&);
  std::string expected;
};

std::vector<writing> writings() {
  using bench::repeated;
  const auto set = command({"SET", "key", "value"});
  const auto items = [](std::size_t n) { return repeated(bulk("item"), n); };
  return {
      {"WriterSimpleString", write_simple, "+OK\r\n"},
      {"WriterInteger", write_integer, ":1000\r\n"},
      {"WriterBulkString/Small_16B", [](resp::encoder& to) { to.bulk(text_16_bytes); },
       bulk(text_16_bytes)},
      {"WriterBulkString/Medium_1KB", [](resp::encoder& to) { to.bulk(text_1_kb); },
       bulk(text_1_kb)},
      {"WriterBulkString/Large_64KB", [](resp::encoder& to) { to.bulk(text_64_kb); },
       bulk(text_64_kb)},
      {"WriterArray/Empty", write_array<0>, "*0\r\n"},
      {"WriterArray/SmallArray_3", write_array<3>, "*3\r\n" + items(3)},
      {"WriterArray/MediumArray_10", write_array<10>, "*10\r\n" + items(10)},
      {"WriterCommand/GET", write_get, command({"GET", "key"})},
      {"WriterCommand/SET", write_set, set},
      {"WriterCommand/SET_EX", write_set_ex, command({"SET", "key", "value", "EX", "60"})},
      {"WriterBatch/BatchSimpleString_10", write_times<10, write_simple>, repeated("+OK\r\n", 10)},
      {"WriterBatch/BatchInteger_10", write_times<10, write_integer>, repeated(":1000\r\n", 10)},
      {"WriterBatch/BatchBulkString_10", write_times<10, write_bulk>, repeated(bulk("value"), 10)},
      {"WriterBatch/BatchCommand_50", write_times<50, write_set>, repeated(set, 50)},
      {"WriterBatch/BatchCommand_100", write_times<100, write_set>, repeated(set, 100)},
  };
}

void write_once(const writing& work, resp::buffer& out) {
  out.clear();
  resp::encoder to(out);
  work.write(to);
  benchmark::DoNotOptimize(out.view().data());
}

bool is_written_right(const writing& work) {
  resp::buffer out;
  write_once(work, out);
  return out.view() == work.expected;
}

void write_fresh(benchmark::State& state, const writing& work) {
  if (!is_written_right(work)) return state.SkipWithError("the bytes are wrong");
  run(state, work.expected.size(), [&] {
    resp::buffer out;
    write_once(work, out);
  });
}

void write_reused(benchmark::State& state, const writing& work) {
  if (!is_written_right(work)) return state.SkipWithError("the bytes are wrong");
  resp::buffer out;
  run(state, work.expected.size(), [&] { write_once(work, out); });
}

// A function of the library takes `const char*` in old releases and std::string in newer ones.
[[maybe_unused]] const bool registered = [] {
  for (const auto& work : readings()) {
    const std::string name = work.name;
    benchmark::RegisterBenchmark((name + "/fresh").c_str(), read_fresh, work.wire);
    benchmark::RegisterBenchmark((name + "/reused").c_str(), read_reused, work.wire);
  }
  for (const auto& work : writings()) {
    const std::string name = work.name;
    benchmark::RegisterBenchmark((name + "/fresh").c_str(), write_fresh, work);
    benchmark::RegisterBenchmark((name + "/reused").c_str(), write_reused, work);
  }
  return true;
}();

}  // namespace
