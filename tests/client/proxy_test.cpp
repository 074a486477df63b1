// A client and a real server with something bad between them. Two oracles: a ledger of tokens that
// are pushed once each, and nonces, of which every reply is a function of its request.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sandpiper/client/client.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/connection.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/fault_proxy.hpp"
#include "support/long_form.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::fault_proxy;
using test::harm;
using test::long_form;
using test::redis_server;
using test::toward;

options impatient(const std::string& url) {
  options o = options::from_url(url).value();
  o.connect_timeout = 300ms;
  o.command_timeout = 400ms;
  o.stall_timeout = 200ms;
  o.reconnect_delay_min = 1ms;
  o.reconnect_delay_max = 10ms;
  return o;
}

/// One harm after the other, for as long as it lives.
class chaos {
 public:
  chaos(fault_proxy& proxy, std::uint64_t seed)
      : proxy_(proxy), random_(seed), thread_([this] { work(); }) {}
  ~chaos() {
    stop_ = true;
    thread_.join();
    proxy_.set({});
  }
  chaos(const chaos&) = delete;
  chaos& operator=(const chaos&) = delete;

 private:
  std::size_t below(std::size_t n) { return random_() % n; }

  void do_something() {
    const auto where = below(2) == 0 ? toward::server : toward::client;
    switch (below(9)) {
      case 0: return proxy_.reset();
      case 1: return proxy_.half_close(where);
      case 2: return proxy_.cut_after(where, below(20'000));
      case 3: return proxy_.cut_after(where, below(60));
      case 4: return proxy_.set({.delay = std::chrono::milliseconds(below(10))});
      case 5: return proxy_.set({.slice_bytes = 1 + below(7)});
      case 6: return proxy_.set({.black_hole = true});
      case 7: return proxy_.set({.stall = where});
      default: return proxy_.set({.refuse = true});
    }
  }

  void work() {
    while (!stop_) {
      do_something();
      std::this_thread::sleep_for(std::chrono::milliseconds(below(20)));
      proxy_.set({});
      std::this_thread::sleep_for(std::chrono::milliseconds(below(10)));
    }
  }

  fault_proxy& proxy_;
  std::mt19937_64 random_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

struct account {
  std::vector<std::string> acknowledged;
  std::vector<std::string> unsent;
  std::vector<std::string> uncertain;
};

void push_all(const client& db, const std::string& prefix, int count, account& into) {
  constexpr int at_once = 20;
  for (int i = 0; i < count; i += at_once) {
    std::vector<std::pair<std::string, std::future<result<std::int64_t>>>> sent;
    for (int k = i; k < i + at_once; ++k) {
      auto token = prefix + std::to_string(k);
      auto future = db.send(rpush("ledger", token), use_future);
      sent.emplace_back(std::move(token), std::move(future));
    }
    for (auto& [token, future] : sent) {
      const auto outcome = future.get();
      auto& list = outcome                                  ? into.acknowledged
                   : outcome.error().fate() == fate::unsent ? into.unsent
                                                            : into.uncertain;
      list.push_back(token);
    }
  }
}

TEST(Proxy, NothingAcknowledgedIsLostAndNothingRunsTwice) {
  redis_server server;
  fault_proxy proxy(server.socket_path());
  const int rounds = long_form() ? 50 : 2;
  for (int round = 0; round < rounds; ++round) {
    server.ask("DEL ledger");
    const auto db = client::connect(impatient(proxy.url())).value();
    std::vector<account> accounts(4);
    {
      chaos trouble(proxy, 100U + static_cast<unsigned>(round));
      std::vector<std::thread> all;
      for (std::size_t t = 0; t < accounts.size(); ++t) {
        all.emplace_back([&, t] {
          push_all(db, std::to_string(t) + ":", long_form() ? 20'000 : 2'000, accounts[t]);
        });
      }
      for (auto& each : all) each.join();
    }
    const auto direct = client::connect(server.url()).value();
    std::map<std::string, int> found;
    for (const auto& token : direct.run(lrange("ledger", 0, -1)).value()) ++found[token];
    std::size_t acknowledged = 0;
    for (const auto& one : accounts) {
      acknowledged += one.acknowledged.size();
      for (const auto& token : one.acknowledged) EXPECT_EQ(found[token], 1) << token;
      for (const auto& token : one.unsent) EXPECT_EQ(found[token], 0) << token;
      for (const auto& token : one.uncertain) EXPECT_LE(found[token], 1) << token;
    }
    EXPECT_GT(acknowledged, 0u);
  }
}

// Neighbours differ in type, so that a reply that came to another caller could not be taken.
TEST(Proxy, NoReplyReachesTheWrongCaller) {
  redis_server server;
  fault_proxy proxy(server.socket_path());
  const auto db = client::connect(impatient(proxy.url())).value();
  std::atomic<int> wrong = 0;
  std::atomic<int> right = 0;
  std::atomic<int> failed = 0;
  const int count = long_form() ? 200'000 : 3'000;
  {
    chaos trouble(proxy, 7);
    std::vector<std::thread> all;
    for (int t = 0; t < 4; ++t) {
      all.emplace_back([&, t] {
        for (int i = 0; i < count; ++i) {
          const auto nonce = std::to_string(t) + ":" + std::to_string(i);
          const auto number = t * 1'000'000 + i;
          const auto [text, length, told] =
              db.run(echo(nonce), command("BITCOUNT", "none" + nonce).as<std::int64_t>(),
                     command("EVAL", "return tonumber(ARGV[1])", 0, number).as<std::int64_t>());
          if (text) text.value() == nonce ? ++right : ++wrong;
          if (length) length.value() == 0 ? ++right : ++wrong;
          if (told) told.value() == number ? ++right : ++wrong;
          failed += !text + !length + !told;
        }
      });
    }
    for (auto& each : all) each.join();
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(right + failed, 4 * 3 * count);
  EXPECT_GT(right, 0);
  EXPECT_EQ(db.run(ping()).value(), "PONG");
}

TEST(Proxy, ACorruptFrameEndsTheConnectionAndNobodyHearsNonsense) {
  redis_server server;
  fault_proxy proxy(server.socket_path());
  const auto db = client::connect(impatient(proxy.url())).value();
  for (int i = 0; i < 20; ++i) {
    proxy.corrupt_after(toward::client, 0);  // the byte that tells the type
    const auto pushed = db.run(rpush("list", std::to_string(i)));
    EXPECT_FALSE(pushed);
    EXPECT_NE(pushed.error().fate(), fate::unsent);
    while (!db.run(ping())) {
    }
  }
  EXPECT_EQ(db.run(command("LLEN", "list").as<int>()).value(), 20);
}

TEST(Proxy, ABlackHoleIsNoticedAndLeft) {
  redis_server server;
  fault_proxy proxy(server.socket_path());
  const auto db = client::connect(impatient(proxy.url())).value();
  proxy.set({.black_hole = true});
  EXPECT_EQ(db.run(ping()).error(), errc::deadline_exceeded);
  proxy.set({});
  while (!db.run(ping())) {
  }
  EXPECT_GT(proxy.accepted(), 1u) << "bytes were lost on the first connection";
}

TEST(Proxy, WhatWaitsInABlackHoleIsBounded) {
  redis_server server;
  fault_proxy proxy(server.socket_path());
  auto o = impatient(proxy.url());
  o.pending_bytes_max = 1 << 20;
  const auto db = client::connect(o).value();
  proxy.set({.black_hole = true});
  const std::string large(10'000, 'x');
  std::vector<std::future<result<void>>> sent;
  int refused = 0;
  for (int i = 0; i < 200; ++i) sent.push_back(db.send(set("k", large), use_future));
  for (auto& one : sent) {
    const auto outcome = one.get();
    ASSERT_FALSE(outcome);
    refused += outcome.error() == errc::pipeline_full;
  }
  EXPECT_GE(refused, 200 - (1 << 20) / 10'000);
}

TEST(Proxy, ARefusingPortIsTriedUntilItOpens) {
  redis_server server;
  fault_proxy proxy(server.socket_path());
  const auto db = client::connect(impatient(proxy.url())).value();
  proxy.set({.refuse = true});
  proxy.reset();
  EXPECT_FALSE(db.run(ping()));
  proxy.set({});
  while (!db.run(ping())) {
  }
  EXPECT_GT(db.totals().failed_attempts, 0u);
}

}  // namespace
}  // namespace sandpiper
