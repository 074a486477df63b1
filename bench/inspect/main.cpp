// Question   how fast is rdb_inspect on a large snapshot, as a program, and how much memory does it
//            take?
// Why        a production snapshot has tens of gigabytes: half an hour or half a minute, and
// whether
//            the machine beside the server can do it at all
// Expect     a walk over values at the speed of the checksum; JSON and sizes at several hundred
//            megabytes a second; resident memory under 64 MB whatever the file
//
//   inspect_bench [--quick] [--mb N] [--rounds N] [--keep FILE]
//
// The snapshot is generated, of mixed types, and read from the page cache. Programs take turns; a
// row is the round with the least CPU time. Before anything is timed, the program and
// redis-check-rdb must find the snapshot sound and tell the number of keys that it was made with.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/measured.hpp"
#include "rdb_snapshot.hpp"
#include "support/redis_server.hpp"
#include "support/temporary_folder.hpp"

namespace {

using inspect_bench::measured;
using inspect_bench::run;
using sandpiper::test::redis_server;
using sandpiper::test::temporary_folder;

struct arguments {
  double mb = 300;
  int rounds = 3;
  std::string keep;  // where the snapshot stays
  std::string make;  // write it there, print the number of its keys, and end
};

arguments read(int argc, char** argv) {
  arguments a;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--quick") {
      a.mb = 1;
      a.rounds = 1;
    } else if (word == "--mb" && more) {
      a.mb = std::max(0.1, std::atof(argv[++i]));
    } else if (word == "--rounds" && more) {
      a.rounds = std::max(1, std::atoi(argv[++i]));
    } else if (word == "--make" && more) {
      a.make = argv[++i];
    } else if (word == "--keep" && more) {
      a.keep = argv[++i];
    } else {
      std::fprintf(stderr, "usage: inspect_bench [--quick] [--mb N] [--rounds N] [--keep FILE]\n");
      std::exit(2);
    }
  }
  return a;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "inspect_bench: %s\n", why.c_str());
  std::exit(1);
}

struct row {
  std::string what;
  std::vector<std::string> words;
};

std::vector<row> rows_for(const std::string& path) {
  const auto ours = [&](const std::string& what, std::vector<std::string> more) {
    row one{what, {RDB_INSPECT}};
    one.words.insert(one.words.end(), more.begin(), more.end());
    one.words.push_back(path);
    return one;
  };
  return {ours("info: over the values", {"info"}),
          ours("the same, no checksum", {"info", "--no-checksum"}),
          ours("keys", {"keys"}),
          ours("check: every rule, every key unique", {"check"}),
          ours("json", {"json"}),
          ours("resp", {"resp"}),
          ours("resp --restore", {"resp", "--restore"}),
          ours("memory: a row for each key", {"memory"}),
          ours("stats", {"stats"}),
          ours("prefixes", {"prefixes"}),
          ours("report", {"report"}),
          {"redis-check-rdb", {"redis-check-rdb", path}}};
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The contenders' answers, before anyone is timed.
void compare_answers(const std::string& path, std::uint64_t keys, const temporary_folder& f) {
  const auto told = f.path("told");
  const auto number = std::to_string(keys);
  if (run({RDB_INSPECT, "check", "-f", "csv", path}, "/dev/null", told).status != 0 ||
      content_of(told).find("sound,10," + number + ",") == std::string::npos) {
    give_up("check does not find it sound:\n" + content_of(told));
  }
  if (run({"redis-check-rdb", path}, "/dev/null", told).status != 0 ||
      content_of(told).find("[info] " + number + " keys read") == std::string::npos) {
    give_up("redis-check-rdb does not find it sound:\n" + content_of(told));
  }
  if (run({RDB_INSPECT, "json", path}, "/dev/null", told).status != 0) give_up("json failed");
  std::ifstream lines(told, std::ios::binary);
  std::uint64_t count = 0;
  for (std::string line; std::getline(lines, line);) ++count;
  if (count != keys) give_up("json has another number of keys");
}

void measure_reading(const std::string& path, std::uint64_t bytes, int rounds) {
  const auto rows = rows_for(path);
  std::map<std::string, measured> best;
  for (int round = 0; round < rounds; ++round) {
    for (const auto& one : rows) {
      const auto got = run(one.words);
      if (got.status != 0) give_up(one.what + " ended with " + std::to_string(got.status));
      auto& kept = best[one.what];
      const auto memory = std::max(kept.memory_bytes, got.memory_bytes);
      if (kept.status != 0 || got.cpu_s < kept.cpu_s) kept = got;
      kept.memory_bytes = memory;
    }
  }
  std::printf("%-38s %10s %10s %12s\n", "", "MB/s CPU", "MB/s wall", "resident MB");
  const auto mb = static_cast<double>(bytes) / 1e6;
  for (const auto& one : rows) {
    const auto& got = best[one.what];
    std::printf("%-38s %10.0f %10.0f %12.1f\n", one.what.c_str(), mb / std::max(got.cpu_s, 1e-4),
                mb / got.wall_s, static_cast<double>(got.memory_bytes) / 1e6);
  }
}

// 220,000 keys, by pipelined commands of ours and by `redis-cli --pipe` of the same ones.
void measure_loading(double scale, int rounds, const temporary_folder& f) {
  bench::snapshot_writer made;
  const auto keys = static_cast<std::uint64_t>(220000 * std::min(1.0, scale));
  for (std::uint64_t i = 0; i < keys; ++i) {
    made.text("key:" + std::to_string(i), "value of key " + std::to_string(i));
  }
  const auto path = f.write("strings.rdb", std::move(made).finish());
  const auto commands = f.path("commands");
  if (run({RDB_INSPECT, "resp", path}, "/dev/null", commands).status != 0) give_up("resp failed");

  const redis_server server;
  const std::vector<row> rows{
      {"load", {RDB_INSPECT, "load", "--to", server.url(), path}},
      {"load --restore", {RDB_INSPECT, "load", "--restore", "--to", server.url(), path}},
      {"redis-cli --pipe", {"redis-cli", "-s", server.socket_path(), "--pipe"}}};
  std::map<std::string, measured> best;
  for (int round = 0; round < rounds; ++round) {
    for (const auto& one : rows) {
      server.ask("FLUSHALL");
      const auto got = run(one.words, commands);
      if (got.status != 0 || server.ask("DBSIZE") != ":" + std::to_string(keys)) {
        give_up(one.what + " did not load all keys");
      }
      auto& kept = best[one.what];
      if (kept.status != 0 || got.wall_s < kept.wall_s) kept = got;
    }
  }
  std::printf("\n%-38s %10s %10s %12s\n", (std::to_string(keys) + " keys into a server").c_str(),
              "s", "s CPU", "resident MB");
  for (const auto& one : rows) {
    const auto& got = best[one.what];
    std::printf("%-38s %10.3f %10.3f %12.1f\n", one.what.c_str(), got.wall_s, got.cpu_s,
                static_cast<double>(got.memory_bytes) / 1e6);
  }
}

int make(const arguments& a) {
  constexpr double mb_of_scale_1 = 36;
  std::uint64_t keys = 0;
  const auto snapshot = bench::mixture::make(a.mb / mb_of_scale_1, &keys);
  std::ofstream out(a.make, std::ios::binary);
  out << snapshot;
  std::printf("%llu\n", static_cast<unsigned long long>(keys));
  return out.flush() ? 0 : 1;
}

// By a process of its own: the memory of whoever starts a program counts as the program's.
std::uint64_t make_apart(const std::string& path, double mb, const temporary_folder& f) {
  const auto told = f.path("keys");
  const std::vector<std::string> words{"/proc/self/exe", "--make", path, "--mb",
                                       std::to_string(mb)};
  if (run(words, "/dev/null", told).status != 0) give_up("cannot write " + path);
  return std::strtoull(content_of(told).c_str(), nullptr, 10);
}

}  // namespace

int main(int argc, char** argv) {
  const auto a = read(argc, argv);
  if (!a.make.empty()) return make(a);
  const temporary_folder f;
  const auto path = a.keep.empty() ? f.path("mixed.rdb") : a.keep;
  const auto keys = make_apart(path, a.mb, f);
  const auto bytes = std::filesystem::file_size(path);
  std::printf("%.1f MB, %llu keys\n\n", static_cast<double>(bytes) / 1e6,
              static_cast<unsigned long long>(keys));
  compare_answers(path, keys, f);
  measure_reading(path, bytes, a.rounds);
  measure_loading(a.mb / 100, a.rounds, f);
  return 0;
}
