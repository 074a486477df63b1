// Question   how much faster is a command written than by hiredis?
// Why        a command is written once for each request, by the thread that makes it
// Expect     20 times faster and no allocation, as a value that is passed on or straight into the
//            buffer that will be sent. Of 1 KB most is the copy, which both make, and a command of
//            this size no longer fits into the value: one allocation
//
// resp_writing_contest_bench [--benchmark_min_time=SECONDS]      for each line of the table

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/encoder.hpp"
#include "support/alloc_count.hpp"
#include "support/hiredis_reader.hpp"
#include "support/keep.hpp"
#include "support/race.hpp"

namespace {

namespace resp = sandpiper::resp;
using arguments = std::vector<std::string>;

// A command as callers make it: its name is in the program, what they give it is not.
resp::command get(const arguments& args) {
  resp::command c("GET");
  c.add_key(args[1]);
  return c;
}
resp::command set(const arguments& args) {
  resp::command c("SET");
  c.add_key(args[1]).add(args[2]);
  return c;
}
resp::command set_ex(const arguments& args) {
  resp::command c("SET");
  c.add_key(args[1]).add(args[2]).add("EX").add(60);
  return c;
}

template <resp::command (&Make)(const arguments&)>
struct by_command {
  const arguments& args;

  [[nodiscard]] std::string result() const { return Make(args).to_string(); }
  void operator()() const {
    const resp::command c = Make(args);
    bench::keep(c.bytes().data());
  }
};

// Straight into the buffer that will be sent.
struct by_encoder {
  const arguments& args;
  resp::buffer out{};

  [[nodiscard]] std::string result() {
    write();
    return std::string(out.view());
  }
  void write() {
    out.clear();
    resp::encoder to(out);
    switch (args.size()) {
      case 2: return to.command("GET", args[1]);
      case 3: return to.command("SET", args[1], args[2]);
      default: return to.command("SET", args[1], args[2], "EX", args[4]);
    }
  }
  void operator()() {
    write();
    bench::keep(out.size());
  }
};

struct by_hiredis {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;

  explicit by_hiredis(const arguments& args) {
    for (const auto& argument : args) {
      texts.push_back(argument.data());
      lengths.push_back(argument.size());
    }
  }
  std::string result() {
    char* bytes = nullptr;
    const int n = redisFormatCommandArgv(&bytes, static_cast<int>(texts.size()), texts.data(),
                                         lengths.data());
    std::string copy(bytes, static_cast<std::size_t>(n));
    redisFreeCommand(bytes);
    return copy;
  }
  void operator()() {
    char* bytes = nullptr;
    bench::keep(redisFormatCommandArgv(&bytes, static_cast<int>(texts.size()), texts.data(),
                                       lengths.data()));
    bench::keep(bytes);
    redisFreeCommand(bytes);
  }
};

template <resp::command (&Make)(const arguments&)>
bool contest_of_encoders(double seconds, const char* name, const arguments& args) {
  by_encoder e{args};
  by_command<Make> c{args};
  by_hiredis h(args);
  if (const auto bytes = h.result(); e.result() != bytes || c.result() != bytes) {
    std::printf("%-16s the bytes differ\n", name);
    return false;
  }
  const auto [te, tc, th] = bench::race(seconds, e, c, h);
  std::printf("%-12s %8.1f %8.1f %8.1f %8.1f %8.1f %8.1f %9.1f %6.1f %7llu %2llu %2llu\n", name,
              te.min_ns, te.median_ns, tc.min_ns, tc.median_ns, th.min_ns, th.median_ns,
              th.min_ns / te.min_ns, th.min_ns / tc.min_ns, bench::steady_allocations(e),
              bench::steady_allocations(c), bench::steady_allocations(h));
  return true;
}

bool contest_of_encoders(double seconds) {
  const std::string kilobyte(1024, 'x');
  std::printf("%-12s %17s %17s %17s %16s %13s\n", "writing, ns", "into a buffer", "as a command",
              "hiredis", "times faster", "mallocs");
  bool agreed = contest_of_encoders<get>(seconds, "GET", {"GET", "key"});
  agreed &= contest_of_encoders<set>(seconds, "SET", {"SET", "key", "value"});
  agreed &= contest_of_encoders<set_ex>(seconds, "SET EX", {"SET", "key", "value", "EX", "60"});
  agreed &= contest_of_encoders<set>(seconds, "SET of 1 KB", {"SET", "key", kilobyte});
  return agreed;
}

}  // namespace

int main(int argc, char** argv) {
  bench::count_allocations(false);  // only where they are asked for
  return contest_of_encoders(bench::race_seconds(argc, argv, 0.4)) ? 0 : 1;
}
