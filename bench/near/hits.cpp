#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>
#include <vector>

#include "near/figures.hpp"
#include "sandpiper/cache/cached_client.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/alloc_count.hpp"

namespace near {
namespace {

namespace sp = sandpiper;
using clock = std::chrono::steady_clock;
using text = std::optional<std::string>;

struct place {
  explicit place(const plan& p, const sp::cache::options& o = {})
      : other(sp::client::connect(server.url()).value()),
        db(sp::cached_client::connect(server.url(), o).value()) {
    while (db.status().now != sp::cache::condition::caching) std::this_thread::yield();
    for (std::size_t i = 0; i < p.keys; ++i) {
      keys.push_back(key_of(i));
      other.run(sp::set(keys.back(), value_of(i))).value();
    }
  }

  /// Reads all keys once, so that they are here; whether all are right.
  bool warm() {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (db.run(sp::get(keys[i])).value() != text(value_of(i))) return false;
    }
    return true;
  }

  sp::test::redis_server server;
  sp::client other;
  sp::cached_client db;
  std::vector<std::string> keys;
};

/// Keys in no order that a prefetcher would know.
std::vector<std::size_t> shuffled(std::size_t n) {
  std::vector<std::size_t> order(n);
  for (std::size_t i = 0; i < n; ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937_64(7));
  return order;
}

/// Nanoseconds of CPU for one GET, on each of `threads` threads.
double hit_ns(const place& at, std::size_t threads, std::size_t operations, bool hot,
              std::atomic<bool>& wrong) {
  std::vector<std::thread> all;
  const auto order = shuffled(at.keys.size());
  const auto before = own_cpu_ns();
  for (std::size_t t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      std::size_t bytes = 0;
      for (std::size_t i = 0; i < operations; ++i) {
        const auto& key = hot ? at.keys[0] : at.keys[order[(i + t * 977) % order.size()]];
        bytes += at.db.run(sp::get(key)).value()->size();
      }
      if (bytes != operations * value_of(0).size()) wrong = true;
    });
  }
  for (auto& one : all) one.join();
  return (own_cpu_ns() - before) / static_cast<double>(threads * operations);
}

double median(std::vector<double> of) {
  std::sort(of.begin(), of.end());
  return of[of.size() / 2];
}

}  // namespace

bool hits(const plan& p) {
  place at(p);
  if (!at.warm()) return false;
  std::atomic<bool> wrong = false;
  auto read = [&] { (void)at.db.run(sp::command("STRLEN", at.keys[1]).as<int>()); };
  auto get = [&] { (void)at.db.run(sp::get(at.keys[1])); };
  std::printf("allocations of a hit: STRLEN %llu, GET into a std::string of 16 bytes %llu\n",
              bench::steady_allocations(read), bench::steady_allocations(get));
  struct row {
    const char* name;
    std::size_t threads;
    bool hot;
  };
  for (const auto& [name, threads, hot] :
       {row{"1 thread, all keys", 1, false}, row{"1 thread, one key", 1, true},
        row{"2 threads, all keys", 2, false}, row{"2 threads, one key", 2, true}}) {
    std::vector<double> rounds;
    for (int i = 0; i < p.rounds; ++i) {
      rounds.push_back(hit_ns(at, threads, p.operations, hot, wrong));
    }
    std::printf("hit, %-20s %6.1f ns of CPU a GET\n", name, median(rounds));
  }
  return !wrong;
}

bool hits_under_writes(const plan& p) {
  for (const std::size_t rate : {0, 100, 10'000}) {
    place at(p);
    if (!at.warm()) return false;
    std::atomic<bool> stop = false;
    std::size_t written = 0;
    std::thread writer([&] {
      std::mt19937_64 random(11);
      const auto began = clock::now();
      while (!stop) {
        const auto passed = std::chrono::duration<double>(clock::now() - began).count();
        if (static_cast<double>(written) >= passed * static_cast<double>(rate)) {
          std::this_thread::sleep_for(std::chrono::microseconds(50));
          continue;
        }
        const auto i = random() % at.keys.size();
        at.other.run(sp::set(at.keys[i], value_of(i))).value();
        ++written;
      }
    });
    const auto before = at.db.stats();
    const auto began = clock::now();
    const auto order = shuffled(at.keys.size());
    bool right = true;
    for (std::size_t i = 0; i < p.operations; ++i) {
      const auto k = order[i % order.size()];
      right &= at.db.run(sp::get(at.keys[k])).value() == text(value_of(k));
    }
    const auto seconds = std::chrono::duration<double>(clock::now() - began).count();
    stop = true;
    writer.join();
    const auto after = at.db.stats();
    const auto hit = static_cast<double>(after.hits - before.hits);
    std::printf("%6zu writes/s asked for, %6.0f made: %9.0f GET/s, %.2f %% from here\n", rate,
                static_cast<double>(written) / seconds, static_cast<double>(p.operations) / seconds,
                hit / static_cast<double>(p.operations) * 100);
    if (!right) return false;
  }
  return true;
}

bool invalidations(const plan& p) {
  sp::cache::options o;
  o.broadcast_prefixes = {"benchmark:"};
  place at(p, o);
  if (!at.warm()) return false;
  const auto total = p.keys;
  std::vector<double> rounds;
  std::vector<double> rates;
  for (int i = 0; i < p.rounds; ++i) {
    const auto target = at.db.stats().invalidated + total;
    const auto cpu = own_cpu_ns();
    const auto began = clock::now();
    at.other
        .run(sp::command("EVAL",
                         "for i = 0, ARGV[1] - 1 do redis.call('SET', "
                         "string.format('benchmark:%010d', i), 'x') end",
                         0, total))
        .value();
    while (at.db.stats().invalidated < target) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    rates.push_back(static_cast<double>(total) /
                    std::chrono::duration<double>(clock::now() - began).count());
    rounds.push_back((own_cpu_ns() - cpu) / static_cast<double>(total));
    if (at.db.run(sp::get(at.keys[0])).value() != text("x")) return false;
    for (const auto& key : at.keys) (void)at.db.run(sp::get(key));
  }
  std::printf("invalidated by one script: %9.0f keys/s, %6.1f ns of our CPU a key\n", median(rates),
              median(rounds));
  return true;
}

}  // namespace near
