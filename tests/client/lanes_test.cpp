// Dedicated connections: what blocks is in nobody's way, and what is large overtakes nobody.

#include "client/lanes.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "client/blocking.hpp"
#include "sandpiper/client/batch.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::blocking_pop;
using test::clients_blocked;
using test::clients_connected;
using test::redis_server;
using test::until;

// --- who waits for whom

TEST(Lanes, AGetNeverWaitsBehindABlockingCommand) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  auto popped = db.within(60s).send(blocking_pop("list", 0), use_future);
  until([&] { return clients_blocked(server) == 1; });
  db.run(set("k", "v")).value();
  EXPECT_EQ(db.run(get("k")).value(), "v");
  EXPECT_NE(popped.wait_for(0s), std::future_status::ready);
  db.run(rpush("list", "x")).value();
  EXPECT_EQ(popped.get().value().value().second, "x");
}

TEST(Lanes, FiftyBlockedCallersDelayNobody) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.lanes_max = 50;
  const auto db = client::connect(o).value();
  std::vector<std::future<result<test::popped>>> all;
  for (int i = 0; i < 50; ++i)
    all.push_back(db.within(60s).send(blocking_pop("list", 0), use_future));
  until([&] { return clients_blocked(server) == 50; });
  for (int i = 0; i < 200; ++i) EXPECT_EQ(db.run(incr("n")).value(), i + 1);
  for (const auto& each : all) EXPECT_NE(each.wait_for(0s), std::future_status::ready);
  for (int i = 0; i < 50; ++i) db.run(rpush("list", i)).value();
  for (auto& each : all) EXPECT_TRUE(each.get().value());
}

TEST(Lanes, TheSameForACommandThatThisLibraryDoesNotKnow) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  auto read = db.send(command("XREAD", "BLOCK", 30'000, "STREAMS", "s", "$"), use_future);
  auto moved = db.send(command("blmove", "a", "b", "LEFT", "RIGHT", 30), use_future);
  until([&] { return clients_blocked(server) == 2; });
  db.run(command("XADD", "s", "*", "f", "v"), rpush("a", "x"));
  EXPECT_FALSE(read.get().value().is_null());
  EXPECT_EQ(moved.get().value().text(), "x");
}

TEST(Lanes, ABlockingCommandSeesWhatItsCallerWroteBefore) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  for (int i = 0; i < 100; ++i) {
    std::vector<std::future<result<std::int64_t>>> pushes;
    for (int n = 0; n < 20; ++n) pushes.push_back(db.send(rpush("list", n), use_future));
    auto size = db.run(command("BLPOP", "list", 0), command("LLEN", "list").as<int>());
    EXPECT_EQ(std::get<1>(size).value(), 19);
    db.run(command("DEL", "list")).value();
    for (auto& each : pushes) EXPECT_TRUE(each.get());
  }
}

TEST(Lanes, ABatchWithABlockingCommandRunsInOrderOnOneLane) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  auto all = db.batch();
  const auto length = all.add(rpush("list", "a", "b"));
  const auto first = all.add(blocking_pop("list", 1));
  const auto rest = all.add(lrange("list", 0, -1));
  all.run().value();
  EXPECT_EQ(length.value(), 2);
  EXPECT_EQ(first.value().value().second, "a");
  EXPECT_EQ(rest.value(), std::vector<std::string>{"b"});
}

// --- the pool

TEST(Lanes, ThePoolHasABoundAndTheRestWaits) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.lanes_max = 3;
  const auto db = client::connect(o).value();
  std::vector<std::future<result<test::popped>>> all;
  for (int i = 0; i < 10; ++i)
    all.push_back(db.within(60s).send(blocking_pop("list", 0), use_future));
  until([&] { return clients_blocked(server) == 3; });
  EXPECT_EQ(clients_connected(server), 4);
  for (int i = 0; i < 10; ++i) db.run(rpush("list", i)).value();
  for (auto& each : all) EXPECT_TRUE(each.get().value());
  EXPECT_EQ(clients_connected(server), 4);
}

TEST(Lanes, TheLineHasABoundToo) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.lanes_max = 1;
  o.lanes_waiting_max = 1;
  const auto db = client::connect(o).value();
  auto first = db.within(60s).send(blocking_pop("list", 0), use_future);
  auto second = db.within(60s).send(blocking_pop("list", 0), use_future);
  const auto third = db.run(blocking_pop("list", 0));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error(), errc::pipeline_full);
  EXPECT_NE(third.error().message().find("lanes_waiting_max"), std::string::npos);
  db.run(rpush("list", 1, 2)).value();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get().value());
}

TEST(Lanes, WhoeverMayWaitWaitsForRoomInTheLine) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.lanes_max = 1;
  o.lanes_waiting_max = 0;
  o.when_full = when_full::wait;
  const auto db = client::connect(o).value();
  auto first = db.within(60s).send(blocking_pop("list", 0), use_future);
  until([&] { return clients_blocked(server) == 1; });
  std::thread second([&] { EXPECT_TRUE(db.within(60s).run(blocking_pop("list", 0)).value()); });
  db.run(rpush("list", 1, 2)).value();
  second.join();
  EXPECT_TRUE(first.get());
}

TEST(Lanes, ACallThatFoundNoLaneInTimeSaysSo) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.lanes_max = 1;
  const auto db = client::connect(o).value();
  auto first = db.within(60s).send(blocking_pop("list", 0), use_future);
  until([&] { return clients_blocked(server) == 1; });
  const auto late = db.within(20ms).run(blocking_pop("list", 0));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), errc::deadline_exceeded);
  EXPECT_EQ(late.error().fate(), fate::unsent);
  EXPECT_NE(late.error().message().find("options::lanes_max"), std::string::npos);
  db.run(rpush("list", 1)).value();
  EXPECT_TRUE(first.get());
}

TEST(Lanes, OneLaneServesOneCallerAfterTheOther) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  for (int i = 0; i < 50; ++i) {
    db.run(rpush("list", i)).value();
    EXPECT_EQ(db.run(blocking_pop("list", 1)).value().value().second, std::to_string(i));
  }
  EXPECT_EQ(clients_connected(server), 2);
}

TEST(Lanes, AnIdleLaneIsClosed) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.lane_idle_timeout = 20ms;
  const auto db = client::connect(o).value();
  for (int i = 0; i < 3; ++i) {
    db.run(rpush("list", i)).value();
    EXPECT_TRUE(db.run(blocking_pop("list", 1)).value());
    until([&] { return clients_connected(server) == 1; });
  }
}

TEST(Lanes, ALaneIsWhoTheClientIs) {
  const redis_server server({.users = "user default off\nuser ann on >pw ~* &* +@all\n"});
  auto o = options::from_url(server.url()).value();
  o.user = "ann";
  o.password = "pw";
  o.name = "worker";
  o.database = 2;
  const auto db = client::connect(o).value();
  db.run(rpush("list", "x")).value();
  const auto [popped, who, name] =
      db.run(blocking_pop("list", 1), command("ACL", "WHOAMI").as<std::string>(),
             command("CLIENT", "GETNAME").as<std::string>());
  EXPECT_TRUE(popped.value());
  EXPECT_EQ(who.value(), "ann");
  EXPECT_EQ(name.value(), "worker");
}

// --- WAIT

TEST(Lanes, WaitCountsTheReplicasThatHaveWhatTheClientWrote) {
  const redis_server primary({.tcp = true});
  redis_server replica({.config = {"replicaof 127.0.0.1 " + std::to_string(primary.port())}});
  const auto db = client::connect(primary.url()).value();
  const auto wait = command("WAIT", 1, 20'000).as<int>();
  until([&] {
    const auto info = replica.ask("INFO replication");
    return info.find("master_link_status:up") != std::string::npos;
  });
  db.run(set("k", "v")).value();
  EXPECT_EQ(db.run(wait).value(), 1);
  replica.pause();
  db.run(set("k", "w")).value();
  EXPECT_EQ(db.run(command("WAIT", 1, 50).as<int>()).value(), 0);
  replica.resume();
}

// --- what is large

TEST(Lanes, ALargeCommandTakesALaneAndHoldsItsKeysBack) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.large_bytes_min = 64 << 10;
  const auto db = client::connect(o).value();
  const std::string large(4 << 20, 'x');
  for (int i = 0; i < 20; ++i) {
    auto before = db.send(set("k", "small"), use_future);
    auto stored = db.send(set("k", large), use_future);
    auto other = db.send(get("other"), use_future);
    auto longer = db.send(command("APPEND", "k", "y").as<std::size_t>(), use_future);
    auto length = db.send(command("STRLEN", "k").as<std::int64_t>(), use_future);
    auto after = db.send(set("k", "small"), use_future);
    auto read = db.send(get("k"), use_future);
    EXPECT_TRUE(before.get());
    EXPECT_TRUE(stored.get());
    EXPECT_EQ(other.get().value(), std::nullopt);
    EXPECT_EQ(longer.get().value(), large.size() + 1);
    EXPECT_EQ(length.get().value(), static_cast<std::int64_t>(large.size()) + 1);
    EXPECT_TRUE(after.get());
    EXPECT_EQ(read.get().value(), "small");
  }
  EXPECT_EQ(clients_connected(server), 2);
}

TEST(Lanes, ALargeCommandIsNotKeptWaitingByThoseThatBlock) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.lanes_max = 1;
  const auto db = client::connect(o).value();
  auto popped = db.within(60s).send(blocking_pop("list", 0), use_future);
  until([&] { return clients_blocked(server) == 1; });
  const std::string large(2 << 20, 'x');
  db.run(set("k", large)).value();
  EXPECT_EQ(db.run(command("STRLEN", "k").as<int>()).value(), 2 << 20);
  db.run(rpush("list", 1)).value();
  EXPECT_TRUE(popped.get().value());
}

TEST(Lanes, CallersOfTheSameKeyKeepTheirOrderEach) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.large_bytes_min = 32 << 10;
  const auto db = client::connect(o).value();
  const std::string large(100 << 10, 'x');
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const auto key = "k" + std::to_string(t);
      for (int i = 0; i < 50; ++i) {
        auto first = db.send(set(key, i % 3 == 0 ? large : std::string("a")), use_future);
        auto second = db.send(command("APPEND", key, "b").as<std::size_t>(), use_future);
        EXPECT_TRUE(first.get());
        EXPECT_EQ(second.get().value(), i % 3 == 0 ? large.size() + 1 : 2u);
      }
    });
  }
  for (auto& each : threads) each.join();
}

TEST(Lanes, ALargeCommandPastItsDeadlineStillHoldsItsKeysBack) {
  redis_server server;
  auto o = options::from_url(server.url()).value();
  o.large_bytes_min = 64 << 10;
  const auto db = client::connect(o).value();
  const std::string large(8 << 20, 'x');
  db.run(set("warm", large)).value();
  server.pause();
  const auto late = db.within(30ms).run(set("k", large));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), errc::deadline_exceeded);
  EXPECT_EQ(late.error().fate(), fate::uncertain);
  auto after = db.within(60s).send(set("k", "small"), use_future);
  auto other = db.within(60s).send(set("other", "v"), use_future);
  server.resume();
  EXPECT_TRUE(after.get());
  EXPECT_TRUE(other.get());
  EXPECT_EQ(db.run(get("k")).value(), "small");
}

}  // namespace
}  // namespace sandpiper
