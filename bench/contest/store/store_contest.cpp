// Question   how does the store stand beside what one would write or take instead?
// Why        those evict nothing, count no byte and know no deadline: it must not be slower for it
// Expect     a hit and a miss at least 1.4 times faster than both; a hot key under two threads more
//            so; a set up to 1.8 times slower, since it never changes what a reader may look at
//
// store_contest [--benchmark_min_time=SECONDS]      for each line

#include <pthread.h>
#include <sched.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "contenders.hpp"
#include "support/alloc_count.hpp"
#include "support/keep.hpp"
#include "support/race.hpp"

namespace {

constexpr std::size_t keys_count = 10'000;
constexpr int written_keys = 1000;

struct work {
  work() {
    std::mt19937_64 random(3);
    for (std::size_t i = 0; i < keys_count; ++i) {
      keys.push_back("key:" + std::to_string(1'000'000'000'000'000 + i));
      absent.push_back("abs:" + std::to_string(1'000'000'000'000'000 + i));
    }
    for (std::size_t i = 0; i < 1 << 16; ++i) order.push_back(random() % keys_count);
  }
  std::vector<std::string> keys;
  std::vector<std::string> absent;
  std::vector<std::size_t> order;
};
const work all;

template <class Contender>
void fill(Contender& contender) {
  for (const auto& key : all.keys) contender.set(key, "value of " + key);
}

// The same calls, and every answer compared, before anything is timed.
template <class A, class B>
bool agree(A& a, B& b) {
  std::string left;
  std::string right;
  for (const auto* keys : {&all.keys, &all.absent}) {
    for (const auto& key : *keys) {
      left = right = "untouched";
      if (a.get(key, left) != b.get(key, right) || left != right) return false;
    }
  }
  return true;
}

template <class Contender>
struct reading {
  Contender& contender;
  const std::vector<std::string>& keys;
  bool one_key;
  std::string into = std::string(100, ' ');
  std::size_t at = 0;

  void operator()() {
    at = (at + 1) % (1 << 16);
    bench::keep(contender.get(keys[one_key ? 7 : all.order[at]], into));
  }
};

template <class Contender>
struct writing {
  Contender& contender;
  std::string text;
  std::size_t at = 0;

  void operator()() {
    contender.set(all.keys[at], text);
    if (++at == written_keys) at = 0;
  }
};

// A core each, or they might take turns on one. Where there is no second one, they do.
void run_on(int core) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(core, &only);
  ::pthread_setaffinity_np(::pthread_self(), sizeof only, &only);
}

// CPU of reads of one key while another thread does nothing else than read it. That one sleeps
// while others are measured, and is waited for before the reads begin.
template <class Contender>
class hot_with_company {
 public:
  // So many that waking the other and waiting for it does not count.
  static constexpr int reads = 100'000;

  explicit hot_with_company(Contender& contender)
      : mine_{contender, all.keys, true}, other_([this, &contender] { keep_reading(contender); }) {
    run_on(0);
  }
  ~hot_with_company() {
    tell(order::end);
    other_.join();
  }
  hot_with_company(const hot_with_company&) = delete;
  hot_with_company& operator=(const hot_with_company&) = delete;

  void operator()() {
    tell(order::read);
    reading_.wait(false);
    for (int i = 0; i < reads; ++i) mine_();
    tell(order::sleep);
    reading_.wait(true);
  }

 private:
  enum class order { sleep, read, end };

  void tell(order what) {
    order_.store(what);
    order_.notify_one();
  }
  void say(bool reads_now) {
    reading_.store(reads_now);
    reading_.notify_one();
  }
  void keep_reading(Contender& contender) {
    run_on(1);
    reading<Contender> theirs{contender, all.keys, true};
    while (order_.load() != order::end) {
      order_.wait(order::sleep);
      say(true);
      while (order_.load(std::memory_order_relaxed) == order::read) theirs();
      say(false);
    }
  }

  reading<Contender> mine_;
  alignas(64) std::atomic<order> order_{order::sleep};
  alignas(64) std::atomic<bool> reading_{false};
  std::thread other_;
};

template <class Operation>
double allocations_of(Operation& operation, int times) {
  for (int i = 0; i < 2 * times; ++i) operation();  // until each key has had what it then has
  const auto before = bench::allocated_by_this_thread();
  for (int i = 0; i < times; ++i) operation();
  return static_cast<double>((bench::allocated_by_this_thread() - before).calls) / times;
}

template <class A, class B, class C>
void line(const char* what, double seconds, A& ours, B& map, C& tbb, int scale = 1) {
  const int lap = scale == 1 ? written_keys : 1;
  const auto allocated =
      std::array{allocations_of(ours, lap), allocations_of(map, lap), allocations_of(tbb, lap)};
  bench::count_allocations(false);  // so that who allocates does not pay for being counted
  const auto times = bench::race(seconds, ours, map, tbb);
  bench::count_allocations(true);
  std::printf("%-26s", what);
  for (std::size_t i = 0; i < times.size(); ++i) {
    std::printf("  %7.1f %7.1f %4.1f", times[i].min_ns / scale, times[i].median_ns / scale,
                allocated[i] / scale);
  }
  std::printf("   %5.2f %5.2f\n", times[1].median_ns / times[0].median_ns,
              times[2].median_ns / times[0].median_ns);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = bench::race_seconds(argc, argv, 1);
  contest::sandpiper_store ours;
  contest::sharded_unordered_map map;
  contest::tbb_hash_map tbb;
  fill(ours);
  fill(map);
  fill(tbb);
  bool same = agree(ours, map) && agree(map, tbb);
  ours.set(all.keys[1], "changed");
  map.set(all.keys[1], "changed");
  tbb.set(all.keys[1], "changed");
  same = same && agree(ours, map) && agree(map, tbb);
  if (!same) {
    std::puts("the contenders do not give the same answers");
    return 1;
  }

  std::printf("CPU ns for each call: min, median, allocations; then how many times our median\n");
  std::printf("%-26s  %-20s  %-20s  %-20s\n", "", ours.name, "mutex+unordered_map", "tbb");
  const auto read = [&](const char* what, const std::vector<std::string>& keys, bool one) {
    reading<contest::sandpiper_store> a{ours, keys, one};
    reading<contest::sharded_unordered_map> b{map, keys, one};
    reading<contest::tbb_hash_map> c{tbb, keys, one};
    line(what, seconds, a, b, c);
  };
  read("hit, 10,000 keys", all.keys, false);
  read("hit, one key", all.keys, true);
  read("miss, 10,000 keys", all.absent, false);
  {
    hot_with_company a(ours);
    hot_with_company b(map);
    hot_with_company c(tbb);
    line("hit, one key, two threads", seconds, a, b, c, a.reads);
  }
  for (const std::size_t size : {std::size_t{16}, std::size_t{1024}}) {
    writing<contest::sandpiper_store> a{ours, std::string(size, 'x')};
    writing<contest::sharded_unordered_map> b{map, std::string(size, 'x')};
    writing<contest::tbb_hash_map> c{tbb, std::string(size, 'x')};
    line(size == 16 ? "set over, 16 B" : "set over, 1 KB", seconds, a, b, c);
  }
  return 0;
}
