// Question   how many instructions, and how many allocations, does a reply or a command take?
// Why        both are exact on any machine, however busy; so they can be guarded, and times cannot
// Expect     the limits below, about a tenth above what g++ 12 makes of it, and no allocation once
//            the memory is there. A byte that comes alone costs no more in a value of ten thousand
//            than in one of a hundred: none is looked at again and again

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/encoder.hpp"
#include "sandpiper/resp/parser.hpp"
#include "support/counted.hpp"
#include "support/keep.hpp"
#include "support/resp_inputs.hpp"

namespace {

namespace resp = sandpiper::resp;
using bench::keep;

// --- operations ----------------------------------------------------------------------------------

// All of `wire` in one call.
struct whole {
  std::string wire;
  resp::parser parser{};

  void operator()() {
    parser.parse(wire);
    for (resp::reply_view reply; parser.next(reply);) keep(reply.type());
    keep(parser.consume());
  }
  [[nodiscard]] bool is_right() const { return !parser.failure() && !parser.inside_value(); }
};

// A call for each byte. Parsing may change the bytes: it joins what was streamed in pieces.
struct bytewise {
  std::string wire;
  std::string input = wire;
  resp::parser parser{};

  void operator()() {
    input = wire;
    std::size_t begin = 0;
    for (std::size_t end = 1; end <= input.size(); ++end) {
      parser.parse({input.data() + begin, end - begin});
      for (resp::reply_view reply; parser.next(reply);) keep(reply.type());
      begin += parser.consume();
    }
  }
  [[nodiscard]] bool is_right() const { return !parser.failure() && !parser.inside_value(); }
};

struct set_ex_into_buffer {
  std::string key = "key";
  std::string value = "value";
  resp::buffer out{};

  void operator()() {
    out.clear();
    resp::encoder(out).command("SET", key, value, "EX", "60");
    keep(out.size());
  }
  [[nodiscard]] bool is_right() const {
    return out.view() == bench::command({"SET", key, value, "EX", "60"});
  }
};

struct set_ex_as_command {
  std::string key = "key";
  std::string value = "value";

  [[nodiscard]] resp::command make() const {
    resp::command c("SET");
    c.add_key(key).add(value).add("EX").add(60);
    return c;
  }
  void operator()() const { keep(make().bytes().size()); }
  [[nodiscard]] bool is_right() const {
    return make().bytes() == bench::command({"SET", key, value, "EX", "60"});
  }
};

// --- measuring -----------------------------------------------------------------------------------

bench::counted_cases cases;

void count_whole(const char* name, std::size_t units, int limit, std::string wire) {
  cases.count(name, units, limit, whole{std::move(wire)});
}

// What a byte of the shortest values may take, and three times that for one of any others.
constexpr int byte_limit = 170;

void count_bytewise(const char* name, int limit, const std::string& wire) {
  cases.count(name, wire.size(), limit, bytewise{wire});
}

std::string nested(int depth) {
  return bench::repeated("*1\r\n", static_cast<std::size_t>(depth)) + ":1\r\n";
}

std::string streamed(std::size_t chunks) {
  return "$?\r\n" + bench::repeated(";4\r\nfour\r\n", chunks) + ";0\r\n";
}

}  // namespace

int main() {
  const auto reply = bench::bulk("0123456789abcdef");
  count_whole("+OK", 1, 135, "+OK\r\n");
  count_whole("reply of 16 B", 1, 140, reply);
  count_whole("frame GET", 1, 275, bench::command({"GET", "key"}));
  count_whole("10 frames SET", 1, 2360, bench::sets(10));
  count_whole("integer of 10 digits", 1, 205, ":1234567890\r\n");
  count_whole("reply of 16 B, of 1,000", 1000, 68, bench::repeated(reply, 1000));
  count_whole("integer of 4 digits", 1, 200, ":1000\r\n");
  count_whole("integer, of 1,000", 1000, 78, bench::integers(1000));
  count_whole("map of 10", 1, 960, bench::map_of_10());
  count_whole("invalidation", 1, 390, bench::invalidation());

  count_bytewise("a byte of 10 frames SET", byte_limit, bench::sets(10));
  count_bytewise("a byte of 300 frames SET", byte_limit, bench::sets(300));
  count_bytewise("a byte of 2,000 integers", 3 * byte_limit, bench::integers(2000));
  count_bytewise("a byte of a 16 KB text", 3 * byte_limit, bench::bulk(std::string(16 << 10, 'x')));
  count_bytewise("a byte of a 16 KB line", 3 * byte_limit,
                 "+" + std::string(16 << 10, 'x') + "\r\n");
  count_bytewise("a byte of 100 levels", 3 * byte_limit, nested(100));
  count_bytewise("a byte of 1,000 chunks", 3 * byte_limit, streamed(1000));

  cases.count("SET EX into a buffer", 1, 110, set_ex_into_buffer{});
  cases.count("SET EX as a command", 1, 235, set_ex_as_command{});
  return cases.all_right() ? 0 : 1;
}
