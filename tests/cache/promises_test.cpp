// The promises of docs/parts/cache.md, one after the other.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "cache/near.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/hash.hpp"
#include "support/long_form.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using cache::condition;
using cache::origin;
using test::long_form;
using test::near;
using test::text;
using test::until;

origin from_of(const near& n, std::string_view key) { return n.db.ask(get(key)).value().from; }

// --- 1. Tracked before it is believed.

TEST(Promise1, NothingIsKeptWhereTrackingIsRefused) {
  test::redis_server_options s;
  s.users = "user ann on >pw ~* +@all -client|tracking";
  test::redis_server server(s);
  auto o = options::from_url(server.url()).value();
  o.user = "ann";
  o.password = "pw";
  const auto db = cached_client::over(client::connect(o).value()).value();
  until([&] { return db.status().now == condition::unavailable; });
  EXPECT_NE(db.status().why.find("rights"), std::string::npos) << db.status().why;
  for (int i = 0; i < 3; ++i) {
    db.run(get("k")).value();
    EXPECT_EQ(db.ask(get("k")).value().from, origin::miss);
  }
}

TEST(Promise1, NothingIsKeptOfAServerThatSpeaksResp2) {
  test::redis_server server;
  auto o = options::from_url(server.url()).value();
  o.protocol = 2;
  const auto db = cached_client::over(client::connect(o).value()).value();
  until([&] { return db.status().now == condition::unavailable; });
  EXPECT_NE(db.status().why.find("RESP2"), std::string::npos) << db.status().why;
  db.run(set("k", "v")).value();
  EXPECT_EQ(db.ask(get("k")).value().from, origin::miss);
  EXPECT_EQ(db.ask(get("k")).value().from, origin::miss);
}

TEST(Promise1, NothingIsKeptBeforeTheConnectionIsThere) {
  test::redis_server server;
  const auto other = client::connect(server.url()).value();
  for (int i = 0; i < 20; ++i) {
    const auto db = cached_client::connect(server.url()).value();
    other.run(set("k", std::to_string(i))).value();
    EXPECT_EQ(db.run(get("k")).value(), text(std::to_string(i)));
    const auto read = db.ask(get("k")).value();
    EXPECT_EQ(read.value, text(std::to_string(i)));
  }
}

// --- 2. A late reply never resurrects.

TEST(Promise2, WritersElsewhereNeverLeaveAnOldValueBehind) {
  near n;
  const int rounds = long_form() ? 200'000 : 2'000;
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    while (!stop) n.db.run(get("k")).value();
  });
  for (int i = 0; i < rounds; ++i) {
    n.other.run(set("k", std::to_string(i))).value();
    if (i % 50 != 0) continue;
    // The push was sent before the reply to the writer; a PING on the lane is behind it.
    until([&] { return n.db.run(get("k")).value() == text(std::to_string(i)); });
    EXPECT_EQ(n.db.run(get("k")).value(), text(std::to_string(i)));
  }
  stop = true;
  reader.join();
  EXPECT_GT(n.db.stats().doomed + n.db.stats().invalidated, 0u);
}

// --- 3. A lost connection vouches for nothing.

TEST(Promise3, AKilledConnectionMakesAllOfItVoid) {
  near n;
  n.other.run(set("k", "old")).value();
  n.db.run(get("k")).value();
  EXPECT_EQ(from_of(n, "k"), origin::hit);
  n.server.ask("CLIENT KILL TYPE normal SKIPME yes");
  n.server.ask("SET k new");
  // Until the loss is noticed, which the lease bounds.
  until([&] {
    const auto read = n.db.run(get("k"));
    return read && *read == text("new");
  });
}

TEST(Promise3, ARestartedServerIsAskedAnew) {
  test::redis_server_options s;
  s.durable = true;
  near n({}, s);
  n.db.run(set("k", "v")).value();
  n.db.run(get("k")).value();
  n.server.restart();
  n.server.ask("SET k other");
  until([&] {
    const auto read = n.db.run(get("k"));
    return read && *read == text("other");
  });
  until([&] { return from_of(n, "k") == origin::hit; });
}

TEST(Promise3, FlushedIsForgotten) {
  for (const std::string how : {"FLUSHALL", "FLUSHDB"}) {
    near n;
    n.other.run(set("k", "v")).value();
    n.db.run(get("k")).value();
    const auto before = n.db.stats().generations;
    n.server.ask(how);
    until([&] { return n.db.stats().generations > before; });
    EXPECT_EQ(n.db.run(get("k")).value(), text()) << how;
  }
}

TEST(Promise3, RenamedIsForgotten) {
  near n;
  n.other.run(set("a", "1")).value();
  n.db.run(get("a")).value();
  n.db.run(get("b")).value();
  const auto before = n.db.stats().invalidated;
  n.server.ask("RENAME a b");
  until([&] { return n.db.stats().invalidated >= before + 2; });
  EXPECT_EQ(n.db.run(get("a")).value(), text());
  EXPECT_EQ(n.db.run(get("b")).value(), text("1"));
}

TEST(Promise3, WhatTheServerEvictsIsForgotten) {
  near n;
  n.other.run(set("k", "v")).value();
  n.db.run(get("k")).value();
  n.server.ask("CONFIG SET maxmemory-policy allkeys-random");
  n.server.ask("CONFIG SET maxmemory 1");
  n.server.ask("SET x y");
  until([&] { return n.db.run(get("k")).value() == text(); });
}

// The server forgets who read what when there is too much of it, and says so.
TEST(Promise3, ATrackingTableThatOverflowsLeavesNothingStale) {
  test::redis_server_options s;
  s.config = {"tracking-table-max-keys 20"};
  near n({}, s);
  for (int i = 0; i < 200; ++i) {
    const auto key = std::to_string(i);
    n.other.run(set(key, "old")).value();
    n.db.run(get(key)).value();
  }
  for (int i = 0; i < 200; ++i) n.other.run(set(std::to_string(i), "new")).value();
  for (int i = 0; i < 200; ++i) {
    const auto key = std::to_string(i);
    until([&] { return n.db.run(get(key)).value() == text("new"); });
  }
}

// SWAPDB tells nobody: ttl_max is the only bound.
TEST(Promise3, SwappedDatabasesAreBoundByTheLongestLife) {
  cache::options o;
  o.ttl_max = 200ms;
  near n(o);
  n.other.run(set("k", "v")).value();
  n.db.run(get("k")).value();
  n.server.ask("SWAPDB 0 1");
  until([&] { return n.db.run(get("k")).value() == text(); });
}

// --- 4. Nothing outlives its expiry.

TEST(Promise4, AnExpiredKeyIsNotServed) {
  near n;
  for (int i = 0; i < 20; ++i) {
    n.other.run(set("k", "v").ex(30ms)).value();
    const auto gone_by = std::chrono::steady_clock::now() + 30ms;
    n.db.run(get("k")).value();
    for (;;) {
      const auto began = std::chrono::steady_clock::now();
      const auto value = n.db.run(get("k")).value();
      if (!value) break;
      ASSERT_LE(began, gone_by + 1ms);  // the server counts in whole milliseconds
    }
  }
}

TEST(Promise4, AbsenceHasAShortLifeOfItsOwn) {
  cache::options o;
  o.absent_ttl_max = 50ms;
  near n(o);
  n.db.run(get("k")).value();
  until([&] { return from_of(n, "k") == origin::miss; });
  EXPECT_GE(n.calls_of("get"), 2u);
}

TEST(Promise4, WithoutAskingTheLongestLifeIsTheBound) {
  cache::options o;
  o.ask_expiry = false;
  o.ttl_max = 100ms;
  near n(o);
  n.other.run(set("k", "v").ex(50ms)).value();
  n.db.run(get("k")).value();
  until([&] { return n.db.run(get("k")).value() == text(); });
  EXPECT_EQ(n.calls_of("pttl"), 0u);
}

// --- 5. Read your own writes.

TEST(Promise5, AnAcknowledgedWriteIsRead) {
  near n;
  const int rounds = long_form() ? 10'000'000 : 10'000;
  for (int i = 0; i < rounds; ++i) {
    const auto value = std::to_string(i);
    n.db.run(set("k", value)).value();
    ASSERT_EQ(n.db.run(get("k")).value(), text(value));
    ASSERT_EQ(n.db.run(get("k")).value(), text(value));
  }
}

TEST(Promise5, AWriteThatIsNotYetAnsweredIsReadToo) {
  near n;
  const int rounds = long_form() ? 1'000'000 : 5'000;
  for (int i = 0; i < rounds; ++i) {
    const auto value = std::to_string(i);
    auto written = n.db.send(set("k", value), use_future);
    auto read = n.db.send(get("k"), use_future);
    ASSERT_EQ(read.get().value(), text(value));
    written.get().value();
  }
}

// Other threads keep fetches in flight that were sent before the write.
TEST(Promise5, AWriteDoomsTheFetchesThatWereSentBefore) {
  near n;
  const int rounds = long_form() ? 500'000 : 3'000;
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      while (!stop) n.db.run(get("k")).value();
    });
  }
  int stale = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto value = std::to_string(i);
    n.db.run(set("k", value)).value();
    stale += n.db.run(get("k")).value() != text(value);
  }
  stop = true;
  for (auto& each : readers) each.join();
  EXPECT_EQ(stale, 0);
}

TEST(Promise5, AWriteWhoseKeysAreNotKnownForgetsAll) {
  near n;
  for (int i = 0; i < 200; ++i) {
    const auto value = std::to_string(i);
    n.db.run(command("EVAL", "return redis.call('SET', 'k', ARGV[1])", 0, value)).value();
    ASSERT_EQ(n.db.run(get("k")).value(), text(value));
  }
}

TEST(Promise5, AWriteThatFailsToBeAnsweredIsOver) {
  near n;
  n.db.run(set("k", "1")).value();
  n.server.pause();
  const auto late = n.db.within(50ms).run(set("k", "2"));
  EXPECT_EQ(late.error(), errc::deadline_exceeded);
  n.server.resume();
  until([&] { return n.db.run(get("k")).value() == text("2"); });
  until([&] { return from_of(n, "k") == origin::hit; });
  EXPECT_EQ(n.db.run(get("k")).value(), text("2"));
}

// --- 6. One fetch per missing key and command.

TEST(Promise6, HoweverManyAskAtOnce) {
  near n;
  n.other.run(set("k", "v")).value();
  n.server.pause();
  std::vector<std::future<result<text>>> all;
  for (int i = 0; i < 100; ++i) all.push_back(n.db.send(get("k"), use_future));
  n.server.resume();
  for (auto& one : all) EXPECT_EQ(one.get().value(), text("v"));
  EXPECT_EQ(n.calls_of("get"), 1u);
  EXPECT_EQ(n.db.stats().joined, 99u);
}

TEST(Promise6, AnImpatientLeaderFailsNobodyElse) {
  near n;
  n.other.run(set("k", "v")).value();
  n.server.pause();
  auto leader = n.db.within(30ms).send(get("k"), use_future);
  auto follower = n.db.send(get("k"), use_future);
  EXPECT_EQ(leader.get().error(), errc::deadline_exceeded);
  n.server.resume();
  EXPECT_EQ(follower.get().value(), text("v"));
  EXPECT_EQ(n.calls_of("get"), 1u);
}

// --- 7. The lease.

TEST(Promise7, AServerThatStandsStillIsNotBelievedForLong) {
  cache::options o;
  o.lease = 100ms;
  o.probe_interval = 20ms;
  near n(o);
  n.other.run(set("k", "v")).value();
  n.db.run(get("k")).value();
  EXPECT_EQ(from_of(n, "k"), origin::hit);
  n.server.pause();
  until([&] { return n.db.status().now == condition::lapsed; });
  EXPECT_FALSE(n.db.within(20ms).run(get("k"))) << "nothing vouches for it";
  n.server.resume();
  until([&] { return n.db.status().now == condition::caching; });
  EXPECT_EQ(n.db.run(get("k")).value(), text("v"));
}

TEST(Promise7, StaleIsServedWhereTheUserSaidSo) {
  cache::options o;
  o.lease = 100ms;
  o.probe_interval = 20ms;
  o.past_the_lease = cache::staleness::serve_stale_for(60s);
  near n(o);
  n.other.run(set("k", "v")).value();
  n.db.run(get("k")).value();
  n.server.pause();
  until([&] { return n.db.status().now == condition::lapsed; });
  const auto still = n.db.ask(get("k")).value();
  EXPECT_EQ(still.value, text("v"));
  EXPECT_EQ(still.from, origin::stale);
  EXPECT_GT(n.db.stats().stale, 0u);
  n.server.resume();
  until([&] { return n.db.status().now == condition::caching; });
  until([&] { return from_of(n, "k") != origin::stale; });
}

TEST(Promise7, StaleOutlivesTheConnectionButNotAChange) {
  test::redis_server_options s;
  s.durable = true;
  cache::options o;
  o.past_the_lease = cache::staleness::serve_stale_for(60s);
  near n(o, s);
  n.other.run(set("kept", "1")).value();
  n.other.run(set("changed", "1")).value();
  n.db.run(get("kept")).value();
  n.db.run(get("changed")).value();
  n.change("changed", "2");
  n.server.kill();
  until([&] { return n.db.status().now != condition::caching; });
  const auto kept = n.db.ask(get("kept")).value();
  EXPECT_EQ(kept.from, origin::stale);
  EXPECT_EQ(kept.value, text("1"));
  EXPECT_FALSE(n.db.within(20ms).ask(get("changed")));
  n.server.start();
  until([&] { return n.db.status().now == condition::caching; });
  EXPECT_EQ(from_of(n, "kept"), origin::miss);
}

// --- 8. Every answer says where it came from: CachedClient.AnAnswerSaysWhereItComesFrom, above.

// --- broadcast

TEST(Broadcast, KeysOfItsPrefixesAreKeptAndNoOthers) {
  cache::options o;
  o.broadcast_prefixes = {"user:"};
  near n(o);
  n.other.run(set("user:1", "Ann")).value();
  n.other.run(set("item:1", "pen")).value();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(n.db.run(get("user:1")).value(), text("Ann"));
    EXPECT_EQ(n.db.run(get("item:1")).value(), text("pen"));
  }
  EXPECT_EQ(from_of(n, "user:1"), origin::hit);
  EXPECT_EQ(from_of(n, "item:1"), origin::miss);
  n.change("user:1", "Bob");
  EXPECT_EQ(n.db.run(get("user:1")).value(), text("Bob"));
}

TEST(Broadcast, OwnWritesAreRead) {
  cache::options o;
  o.broadcast_prefixes = {""};
  near n(o);
  const int rounds = long_form() ? 1'000'000 : 5'000;
  for (int i = 0; i < rounds; ++i) {
    const auto value = std::to_string(i);
    n.db.run(set("k", value)).value();
    ASSERT_EQ(n.db.run(get("k")).value(), text(value));
  }
}

// --- the budget

TEST(Budget, IsNotExceededByAByte) {
  cache::options o;
  o.budget_bytes = 1 << 20;
  near n(o);
  const std::string large(3000, 'x');
  for (int i = 0; i < 2000; ++i) {
    const auto key = std::to_string(i);
    n.other.run(set(key, large)).value();
    EXPECT_EQ(n.db.run(get(key)).value(), text(large));
    ASSERT_LE(n.db.stats().charged_bytes, o.budget_bytes);
  }
  EXPECT_GT(n.db.stats().evictions, 0u);
}

}  // namespace
}  // namespace sandpiper
