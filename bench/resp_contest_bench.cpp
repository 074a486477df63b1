// Question   how much faster is a reply taken apart than by hiredis?
// Why        hiredis is what most C and C++ clients stand on, so its time is the one to beat
// Expect     8 times faster over the replies of RESP2, on none less than 3.5 times, and no
// allocation,
//            where hiredis makes one or two for each value. It copies what it is fed, too, and
//            moves the rest of its buffer to the front for each KB, which shows on long streams
//
// resp_contest_bench [--benchmark_min_time=SECONDS]      for each line of the table

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/resp/encoder.hpp"
#include "sandpiper/resp/parser.hpp"
#include "support/alloc_count.hpp"
#include "support/hiredis_reader.hpp"
#include "support/keep.hpp"
#include "support/race.hpp"
#include "support/resp_inputs.hpp"

namespace {

namespace resp = sandpiper::resp;

// Both are given `wire` in pieces of `piece` bytes.
struct ours {
  std::string wire;
  std::size_t piece;
  resp::parser parser{};

  template <class Each>
  bool each_reply(Each each) {
    std::size_t begin = 0;
    for (std::size_t end = 0; end < wire.size();) {
      end = std::min(wire.size(), end + piece);
      parser.parse({wire.data() + begin, end - begin});
      for (resp::reply_view reply; parser.next(reply);) each(reply);
      begin += parser.consume();
    }
    return begin == wire.size();
  }
  void operator()() {
    each_reply([](const resp::reply_view& reply) { bench::keep(reply.type()); });
  }
};

struct theirs {
  std::string_view wire;
  std::size_t piece;
  bench::hiredis_reader reader{};

  template <class Each>
  bool each_reply(Each each) {
    for (std::size_t at = 0; at < wire.size(); at += piece) {
      if (!reader.parse(wire.substr(at, piece), each)) return false;
    }
    return true;
  }
  void operator()() {
    each_reply([](const redisReply& reply) { bench::keep(reply.type); });
  }
};

bool answers_agree(ours& a, theirs& b) {
  resp::buffer by_us, by_them;
  resp::encoder us(by_us, 2), them(by_them, 2);
  const bool sound = a.each_reply([&](const resp::reply_view& reply) { us.value(reply); }) &&
                     b.each_reply([&](const redisReply& reply) { bench::write(them, reply); });
  return sound && !by_us.empty() && by_us.view() == by_them.view();
}

class geometric_mean {
 public:
  void add(double ratio) {
    logarithms_ += std::log(ratio);
    ++count_;
    least_ = std::min(least_, ratio);
  }
  [[nodiscard]] double value() const { return std::exp(logarithms_ / count_); }
  [[nodiscard]] double least() const { return least_; }

 private:
  double logarithms_ = 0;
  double least_ = INFINITY;
  int count_ = 0;
};

class table {
 public:
  explicit table(double seconds) : seconds_(seconds) {}

  void heading(const char* title) {
    std::printf("%-26s %21s %21s %13s %9s\n", title, "sandpiper", "hiredis", "times faster",
                "mallocs");
  }

  void contest(const bench::resp_input& input, std::size_t piece) {
    ours a{input.wire, piece};
    theirs b{input.wire, piece};
    if (!answers_agree(a, b)) {
      std::printf("%-26s the answers differ\n", input.name.c_str());
      agreed_ = false;
      return;
    }
    const auto [us, them] = bench::race(seconds_, a, b);
    by_min_.add(them.min_ns / us.min_ns);
    by_median_.add(them.median_ns / us.median_ns);
    std::printf("%-26s %10.1f %10.1f %10.1f %10.1f %6.1f %6.1f %4llu %4llu\n", input.name.c_str(),
                us.min_ns, us.median_ns, them.min_ns, them.median_ns, them.min_ns / us.min_ns,
                them.median_ns / us.median_ns, bench::steady_allocations(a),
                bench::steady_allocations(b));
  }

  void alone(const bench::resp_input& input) {
    ours a{input.wire, input.wire.size()};
    const auto [us] = bench::race(seconds_, a);
    std::printf("%-26s %10.1f %10.1f %35s %4llu\n", input.name.c_str(), us.min_ns, us.median_ns, "",
                bench::steady_allocations(a));
  }

  void means() const {
    std::printf("%-70s %6.1f %6.1f\n", "geometric mean", by_min_.value(), by_median_.value());
    std::printf("%-70s %6.1f %6.1f\n\n", "the least", by_min_.least(), by_median_.least());
  }
  [[nodiscard]] bool agreed() const { return agreed_; }

 private:
  const double seconds_;
  geometric_mean by_min_, by_median_;
  bool agreed_ = true;
};

// Four lines of one table are of interest byte by byte: an alone reply, commands, and two streams.
bool is_fed_bytewise(const bench::resp_input& input) {
  return input.name == "reply of 16 B" || input.name == "10 frames SET" ||
         input.name == "1,000 x 16 B" || input.name == "1,000 x 0-2,000 B";
}

}  // namespace

int main(int argc, char** argv) {
  bench::count_allocations(false);  // only where they are asked for
  const double seconds = bench::race_seconds(argc, argv, 0.4);
  const auto inputs = bench::resp_inputs();

  table at_once(seconds);
  at_once.heading("RESP2, ns: min median");
  for (const auto& input : inputs) {
    if (input.protocol == 2) at_once.contest(input, input.wire.size());
  }
  at_once.means();

  table bytewise(seconds);
  bytewise.heading("RESP2, byte by byte");
  for (const auto& input : inputs) {
    if (is_fed_bytewise(input)) bytewise.contest(input, 1);
  }
  bytewise.means();

  table alone(seconds);
  alone.heading("RESP3, which it cannot");
  for (const auto& input : inputs) {
    if (input.protocol == 3) alone.alone(input);
  }
  return at_once.agreed() && bytewise.agreed() ? 0 : 1;
}
