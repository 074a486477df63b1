// Whether a read is ever older than it may be, while everything goes wrong that can.
//
// Writers here and elsewhere store ascending versions, each key by one of them. A deletion
// (FLUSHDB, RENAME, eviction) is a version, too: that of there being nothing. A read that begins at
// R must not be older than
//
//   own       the last version whose write through this client was answered before R
//   foreign   a version whose writer elsewhere had his answer more than the lease before R
//   expiry    and no version is read whose expiry was over at R
//
// Times are taken so that they err in the reader's favour: an answer's after it, R before the read.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <future>
#include <mutex>
#include <random>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "cache/near.hpp"
#include "sandpiper/client/batch.hpp"
#include "sandpiper/client/future.hpp"
#include "support/long_form.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using test::near;
using test::text;

constexpr auto lease = 150ms;
// The server counts an expiry in whole milliseconds.
constexpr auto expiry_slack = 2ms;

/// What became of one key. Writers change it under their share of the world's lock.
class history {
 public:
  history(std::string k, bool here, bool expires)
      : key(std::move(k)), written_here(here), may_expire(expires) {}

  const std::string key;
  const bool written_here;
  const bool may_expire;

  /// What a read that begins at this moment must not fall behind.
  std::uint64_t oldest_allowed(clock::time_point began) {
    const auto own = own_.load();
    const std::scoped_lock lock(mutex_);
    const auto known = [&](const event& one) { return one.answered + lease < began; };
    const auto last = std::find_if(events_.rbegin(), events_.rend(), known);
    return std::max(own, last == events_.rend() ? 0 : last->version);
  }

  /// Empty if that is no lie.
  std::string judge(const text& read, clock::time_point began, std::uint64_t oldest) {
    const auto version = read ? std::stoull(*read) : absent_.load();
    if (!read && may_expire) return {};
    if (version < oldest) {
      return key + ": read " + (read ? *read : "nothing, as of " + std::to_string(version)) +
             " when " + std::to_string(oldest) + " was known";
    }
    const std::scoped_lock lock(mutex_);
    if (read && may_expire && expiries_.at(version) < began - expiry_slack) {
      return key + ": read " + *read + " after its expiry";
    }
    return {};
  }

  std::uint64_t begin(clock::duration life) {
    const std::scoped_lock lock(mutex_);
    expiries_.resize(++newest_ + 1, clock::time_point::max());
    life_ = life;
    return newest_;
  }
  void answered(std::uint64_t version) {
    const auto now = clock::now();
    const std::scoped_lock lock(mutex_);
    expiries_[version] = now + life_;
    if (written_here) {
      own_.store(version);
    } else {
      events_.push_back({now, version});
    }
  }

  /// Nobody writes meanwhile. Until removed() says so, the key may be gone or not.
  void removal_begins() { absent_.store(begin(0ms)); }
  void removed() {
    const std::scoped_lock lock(mutex_);
    events_.push_back({clock::now(), absent_.load()});
  }

 private:
  struct event {
    clock::time_point answered;
    std::uint64_t version;
  };

  std::atomic<std::uint64_t> own_ = 0;
  std::atomic<std::uint64_t> absent_ = 0;
  std::mutex mutex_;
  std::uint64_t newest_ = 0;
  clock::duration life_{};
  std::vector<clock::time_point> expiries_;
  std::deque<event> events_;
};

struct world {
  explicit world(const cache::options& o) : n(o, debuggable()) {
    for (int i = 0; i < 3; ++i) {
      keys.emplace_back("own:" + std::to_string(i), true, false);
      keys.emplace_back("foreign:" + std::to_string(i), false, false);
    }
    keys.emplace_back("own:px", true, true);
    keys.emplace_back("foreign:px", false, true);
  }

  static test::redis_server_options debuggable() {
    test::redis_server_options s;
    s.config = {"enable-debug-command yes", "maxmemory-policy allkeys-random"};
    return s;
  }

  void report(const std::string& lie) {
    if (lie.empty()) return;
    const std::scoped_lock lock(mutex);
    lies.push_back(lie);
  }

  near n;
  std::deque<history> keys;
  std::mutex gate;            // so that writers do not keep a deletion waiting for ever
  std::shared_mutex writing;  // shared: a write; alone: a deletion, behind which nothing is late
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> reads = 0;
  std::atomic<std::uint64_t> failures = 0;
  std::mutex mutex;
  std::vector<std::string> lies;
};

void nap(std::mt19937& random, unsigned max_ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(random() % (max_ms + 1)));
}

class reading {
 public:
  reading(world& w, history& of)
      : world_(w), of_(of), began_(clock::now()), oldest_(of.oldest_allowed(began_)) {}

  void is(const result<text>& outcome) const {
    ++(outcome ? world_.reads : world_.failures);
    if (outcome) world_.report(of_.judge(*outcome, began_, oldest_));
  }

 private:
  world& world_;
  history& of_;
  const clock::time_point began_;
  const std::uint64_t oldest_;
};

/// Writes the keys that are written on its side, one version after the other.
template <class Client>
void write(world& w, const Client& db, bool here, unsigned seed) {
  std::mt19937 random(seed);
  const auto patient = db.within(60s);
  while (!w.stop) {
    auto& one = w.keys[random() % w.keys.size()];
    if (one.written_here != here) continue;
    std::unique_lock gate(w.gate);
    std::shared_lock lock(w.writing);
    gate.unlock();
    const std::chrono::milliseconds life(20 + random() % 60);
    const auto version = one.begin(one.may_expire ? life : 0ms);
    const auto value = std::to_string(version);
    const auto outcome = one.may_expire ? patient.run(set(one.key, value).ex(life))
                                        : patient.run(set(one.key, value));
    // Without an answer it would not be known which version the server has.
    ASSERT_TRUE(outcome) << outcome.error().message();
    one.answered(version);
    lock.unlock();
    const reading behind_it(w, one);
    behind_it.is(w.n.db.run(get(one.key)));
    if (random() % 4 == 0) nap(random, 6);
  }
}

void read_one(world& w, std::mt19937& random) {
  auto& of = w.keys[random() % w.keys.size()];
  const reading r(w, of);
  r.is(w.n.db.run(get(of.key)));
}

void read_by_futures(world& w, std::mt19937& random) {
  std::vector<std::pair<reading, std::future<result<text>>>> all;
  for (int i = 0; i < 20; ++i) {
    auto& of = w.keys[random() % w.keys.size()];
    const reading r(w, of);
    all.emplace_back(r, w.n.db.send(get(of.key), use_future));
  }
  for (auto& [r, future] : all) r.is(future.get());
}

void read_many(world& w, std::mt19937& random) {
  std::vector<reading> readings;
  command<std::vector<text>> all("MGET", {.read_only = true, .idempotent = true});
  for (std::size_t i = 0; i < 4; ++i) {
    auto& of = w.keys[(random() + i) % w.keys.size()];
    readings.emplace_back(w, of);
    all.add_key(of.key);
  }
  const auto outcome = w.n.db.run(all);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    readings[i].is(outcome ? result<text>((*outcome)[i]) : result<text>(outcome.error()));
  }
}

void read_in_batches(world& w, std::mt19937& random) {
  std::vector<std::pair<reading, batch::answer<text>>> readings;
  auto all = w.n.db.batch();
  for (int i = 0; i < 5; ++i) {
    auto& of = w.keys[random() % w.keys.size()];
    const reading r(w, of);
    readings.emplace_back(r, all.add(get(of.key)));
  }
  (void)all.run();
  for (const auto& [r, answer] : readings) r.is(answer.result());
}

void read(world& w, void (*how)(world&, std::mt19937&), unsigned seed) {
  std::mt19937 random(seed);
  while (!w.stop) {
    how(w, random);
    if (random() % 64 == 0) nap(random, 1);
  }
}

/// Every key is gone, or may be, once `how` is over.
void remove(world& w, bool for_certain, const std::function<void()>& how) {
  const std::scoped_lock lock(w.gate, w.writing);
  for (auto& one : w.keys) one.removal_begins();
  how();
  if (!for_certain) return;
  for (auto& one : w.keys) one.removed();
}

void evict(test::redis_server& server) {
  server.ask("CONFIG SET maxmemory 1");
  server.ask("SET filler x");
  server.ask("CONFIG SET maxmemory 0");
}

void rename_all(world& w) {
  for (auto& one : w.keys) w.n.server.ask("RENAME " + one.key + " moved:" + one.key);
}

void disturb(world& w, unsigned what, std::mt19937& random) {
  auto& server = w.n.server;
  switch (what % 8) {
    case 0: server.ask("CLIENT KILL TYPE normal SKIPME yes"); break;
    case 1: remove(w, true, [&] { server.ask("FLUSHDB"); }); break;
    case 2: remove(w, false, [&] { evict(server); }); break;
    case 3: remove(w, true, [&] { rename_all(w); }); break;
    case 4: server.ask("DEBUG SLEEP 0.05"); break;
    case 5:
      server.pause();
      std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 250));
      server.resume();
      break;
    case 6: w.n.db.forget_all(); break;
    case 7: (void)w.n.db.run(command("EVAL", "return 1", 0)); break;
    default: break;
  }
  nap(random, 60);
}

void expect_no_lies(const cache::options& o) {
  const unsigned disturbances = test::long_form() ? 2000 : 40;
  world w(o);
  std::vector<std::thread> threads;
  threads.emplace_back([&] { write(w, w.n.db, true, 1); });
  threads.emplace_back([&] { write(w, w.n.other, false, 2); });
  threads.emplace_back([&] { read(w, read_one, 3); });
  threads.emplace_back([&] { read(w, read_one, 4); });
  threads.emplace_back([&] { read(w, read_by_futures, 5); });
  threads.emplace_back([&] { read(w, read_many, 6); });
  threads.emplace_back([&] { read(w, read_in_batches, 7); });
  std::mt19937 random(std::random_device{}());
  for (unsigned i = 0; i < disturbances; ++i) {
    disturb(w, i < 8 ? i : static_cast<unsigned>(random()), random);
  }
  w.stop = true;
  for (auto& each : threads) each.join();

  for (const auto& lie : w.lies) ADD_FAILURE() << lie;
  const auto seen = w.n.db.stats();
  EXPECT_GT(w.reads, 1000u);
  EXPECT_GT(w.reads, 100 * w.failures) << "that many reads failed";
  EXPECT_GT(seen.hits, 0u);
  EXPECT_GT(seen.invalidated, 0u);
  EXPECT_GT(seen.generations, 0u);
  EXPECT_GT(seen.joined, 0u);
}

cache::options quick() {
  cache::options o;
  o.lease = lease;
  o.probe_interval = 20ms;
  return o;
}

TEST(Oracle, NoReadIsOlderThanItMayBe) { expect_no_lies(quick()); }

TEST(Oracle, NorWhereTheServerBroadcasts) {
  auto o = quick();
  o.broadcast_prefixes = {""};
  expect_no_lies(o);
}

}  // namespace
}  // namespace sandpiper
