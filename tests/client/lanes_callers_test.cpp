// What becomes of those who wait in a lane: deadlines, cancellation, lost connections, and what was
// popped for somebody who had gone.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "client/blocking.hpp"
#include "client/coroutine.hpp"
#include "client/lanes.hpp"
#include "sandpiper/base/clock.hpp"
#include "sandpiper/client/client.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::blocking_pop;
using test::clients_blocked;
using test::clients_connected;
using test::redis_server;
using test::script;
using test::scripted_server;
using test::until;

// Keeps what nobody waited for.
class keeper final : public orphan_handler {
 public:
  void on_orphan(const resp::command& asked, const resp::reply_view& reply) noexcept override {
    const std::scoped_lock lock(mutex_);
    kept_.push_back(std::string(asked.name()) + ' ' + std::string(reply[1].text()));
  }
  std::vector<std::string> kept() {
    const std::scoped_lock lock(mutex_);
    return kept_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> kept_;
};

// A call that can be cancelled from outside.
class pop_call final : public wire::request {
 public:
  explicit pop_call(double timeout_s) : command_(blocking_pop("list", timeout_s)) {
    set_commands({&command_, 1});
  }
  void on_reply(std::uint32_t, const resp::reply_view& reply) noexcept override {
    outcome = resp::decode<test::popped>(reply);
    over_.store(true);
    over_.notify_all();
  }
  void on_error(std::uint32_t, error why) noexcept override {
    outcome = why;
    over_.store(true);
    over_.notify_all();
  }
  void cancel(const client& db) {
    db.shared().cancel(this, [](void* one) -> wire::request* {
      auto* const call = static_cast<pop_call*>(one);
      const bool over = call->over_.load();
      call->asked_.store(true);
      return over ? nullptr : call;
    });
    until([&] { return asked_.load(); });  // from here on it may go away once it is complete
  }
  void wait() { over_.wait(false); }
  [[nodiscard]] bool over() const { return over_.load(); }

  result<test::popped> outcome;

 private:
  resp::command command_;
  std::atomic<bool> over_ = false;
  std::atomic<bool> asked_ = false;
};

// --- deadlines

TEST(LaneCallers, TheDeadlineIsTheirOwnTimeoutAndTheCalls) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  pop_call call(0.2);
  const auto before_ms = coarse_now_ms();
  db.shared().start(call, 5s).value();
  EXPECT_GE(call.deadline_ms, before_ms + 5200);
  call.wait();
  ASSERT_TRUE(call.outcome) << call.outcome.error().message();
  EXPECT_EQ(*call.outcome, std::nullopt);
}

TEST(LaneCallers, ForEverIsBoundedByTheCallAlone) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto late = db.within(50ms).run(blocking_pop("list", 0));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), errc::deadline_exceeded);
  EXPECT_EQ(late.error().fate(), fate::answered);  // it is known to have got nothing
  EXPECT_EQ(clients_blocked(server), 0);
  db.run(rpush("list", "x")).value();
  EXPECT_EQ(db.run(lrange("list", 0, -1)).value(), std::vector<std::string>{"x"});
}

TEST(LaneCallers, TheSameWithoutResp3) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.protocol = 2;
  const auto db = client::connect(o).value();
  const auto late = db.within(50ms).run(blocking_pop("list", 0));
  EXPECT_EQ(late.error(), errc::deadline_exceeded);
  EXPECT_EQ(late.error().fate(), fate::answered);
  EXPECT_EQ(clients_connected(server), 2);  // the lane was unblocked, not closed
}

TEST(LaneCallers, AUserWhoMayNotUnblockHasTheLaneClosedInstead) {
  const redis_server server({.users = "user default on nopass ~* &* +@all -client|unblock\n"});
  const auto db = client::connect(server.url()).value();
  const auto late = db.within(50ms).run(blocking_pop("list", 0));
  EXPECT_EQ(late.error(), errc::deadline_exceeded);
  EXPECT_EQ(late.error().fate(), fate::uncertain);
  until([&] { return clients_connected(server) == 1; });
  db.run(rpush("list", "x")).value();
  EXPECT_EQ(db.run(blocking_pop("list", 1)).value().value().second, "x");
}

TEST(LaneCallers, ASilentServerIsWaitedForShortlyAndWhatItGivesIsKept) {
  redis_server server;
  const auto kept = std::make_shared<keeper>();
  auto o = options::from_url(server.url()).value();
  o.on_orphan = kept;
  const auto db = client::connect(o).value();
  auto popped = db.within(50ms).send(blocking_pop("list", 0), use_future);
  until([&] { return clients_blocked(server) == 1; });
  auto pushed = db.within(60s).send(rpush("list", "x"), use_future);
  EXPECT_TRUE(pushed.get());
  const auto first = popped.get();
  if (first) {
    EXPECT_EQ(first.value().value().second, "x");
  } else {
    EXPECT_EQ(db.run(lrange("list", 0, -1)).value(), std::vector<std::string>{"x"});
  }

  db.run(command("DEL", "list")).value();
  auto again = db.within(20ms).send(blocking_pop("list", 0), use_future);
  until([&] { return clients_blocked(server) == 1; });
  server.pause();
  const auto lost = again.get();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error(), errc::deadline_exceeded);
  server.resume();
  EXPECT_EQ(clients_blocked(server), 0);
  EXPECT_TRUE(kept->kept().empty());
}

// --- cancellation

TEST(LaneCallers, ACancelledPopIsUnblockedAtOnce) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  pop_call call(30);
  db.shared().start(call, 60s).value();
  until([&] { return clients_blocked(server) == 1; });
  call.cancel(db);
  call.wait();
  ASSERT_FALSE(call.outcome);
  EXPECT_EQ(call.outcome.error(), errc::cancelled);
  EXPECT_EQ(clients_blocked(server), 0);
}

TEST(LaneCallers, NothingPoppedIsEverLostInAStormOfCancellations) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.lanes_max = 8;
  const auto db = client::connect(o).value();
  constexpr int tokens = 2000;
  constexpr int workers = 4;
  std::mutex mutex;
  std::vector<std::string> ledger;
  std::atomic<bool> over = false;
  std::vector<std::thread> threads;
  for (int w = 0; w < workers; ++w) {
    threads.emplace_back([&, w] {
      std::mt19937 random(static_cast<unsigned>(w));
      while (!over.load()) {
        pop_call call(30);
        db.shared().start(call, 60s).value();
        for (auto n = random() % 40; n > 0; --n) std::this_thread::yield();
        call.cancel(db);
        call.wait();
        if (!call.outcome) {
          EXPECT_EQ(call.outcome.error(), errc::cancelled);
        } else if (*call.outcome) {
          const std::scoped_lock lock(mutex);
          ledger.push_back((*call.outcome)->second);
        }
      }
    });
  }
  for (int i = 0; i < tokens; ++i) EXPECT_TRUE(db.run(rpush("list", i)));
  over.store(true);
  for (auto& each : threads) each.join();
  const auto popped = ledger.size();
  const auto rest = db.run(lrange("list", 0, -1)).value();
  ledger.insert(ledger.end(), rest.begin(), rest.end());
  std::sort(ledger.begin(), ledger.end());
  EXPECT_EQ(ledger.size(), static_cast<std::size_t>(tokens));
  EXPECT_EQ(std::unique(ledger.begin(), ledger.end()), ledger.end());
  EXPECT_EQ(db.totals().orphaned, 0u);
  RecordProperty("popped", static_cast<int>(popped));
}

test::owned_coroutine wait_for(const client& db, std::string_view key, std::atomic<int>& told) {
  (void)co_await db.within(60s).send(blocking_pop(key, 0));
  ++told;
}

TEST(LaneCallers, ADestroyedCoroutineIsUnblocked) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::atomic<int> told = 0;
  {
    const auto waiting = test::owned_coroutine::start(wait_for(db, "list", told));
    until([&] { return clients_blocked(server) == 1; });
  }
  until([&] { return clients_blocked(server) == 0; });
  db.run(rpush("list", "x")).value();
  EXPECT_EQ(db.run(blocking_pop("list", 1)).value().value().second, "x");
  EXPECT_EQ(told, 0);
}

TEST(LaneCallers, WhatWasPoppedForACallerWhoHasGoneIsHandedToTheKeeper) {
  const redis_server server;
  const auto kept = std::make_shared<keeper>();
  auto o = options::from_url(server.url()).value();
  o.on_orphan = kept;
  const auto db = client::connect(o).value();
  pop_call call(0);
  db.shared().start(call, 60s).value();
  until([&] { return clients_blocked(server) == 1; });
  std::atomic<bool> gone = false;
  db.send(command("PING"), [&](const auto&) {  // the element is on its way, and nobody reads yet
    EXPECT_EQ(server.ask("RPUSH list x"), ":1");
    db.shared().withdraw(call);
    gone = true;
  });
  until([&] { return gone.load(); });
  until([&] { return db.totals().orphaned == 1; });
  EXPECT_FALSE(call.over());
  EXPECT_EQ(kept->kept(), std::vector<std::string>{"BLPOP x"});
  EXPECT_EQ(db.run(command("LLEN", "list").as<int>()).value(), 0);
}

TEST(LaneCallers, NoElementDisappearsWithTheCallersWhoGo) {
  const redis_server server;
  const auto kept = std::make_shared<keeper>();
  auto o = options::from_url(server.url()).value();
  o.on_orphan = kept;
  const auto db = client::connect(o).value();
  constexpr int tokens = 300;
  int told = 0;
  std::thread pushing([&] {
    for (int i = 0; i < tokens; ++i) EXPECT_TRUE(db.run(rpush("list", i)));
  });
  for (int i = 0; i < 2 * tokens; ++i) {
    pop_call call(0);
    db.shared().start(call, 60s).value();
    for (int n = i % 40; n > 0; --n) std::this_thread::yield();
    db.shared().withdraw(call);
    told += call.over() ? 1 : 0;
  }
  pushing.join();
  until([&] { return clients_blocked(server) == 0; });
  until([&] {
    const auto left = db.run(command("LLEN", "list").as<int>()).value();
    return static_cast<int>(kept->kept().size()) + told + left == tokens;
  });
  EXPECT_EQ(db.totals().orphaned, kept->kept().size());
}

// --- lost connections

TEST(LaneCallers, ALaneLostWhileItBlocksIsUncertainAndNotTriedAgain) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  auto popped = db.within(60s).send(blocking_pop("list", 0), use_future);
  until([&] { return clients_blocked(server) == 1; });
  EXPECT_EQ(server.ask("CLIENT KILL TYPE normal SKIPME yes").front(), ':');
  const auto lost = popped.get();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error(), errc::maybe_executed);
  EXPECT_EQ(lost.error().fate(), fate::uncertain);
  db.run(rpush("list", "x")).value();
  EXPECT_EQ(db.run(blocking_pop("list", 1)).value().value().second, "x");
}

TEST(LaneCallers, WhatOnlyReadsIsTriedAgain) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  auto read = db.send(
      command("XREAD", "BLOCK", 30'000, "STREAMS", "s", "0").read_only().as<reply>(), use_future);
  until([&] { return clients_blocked(server) == 1; });
  EXPECT_EQ(server.ask("CLIENT KILL TYPE normal SKIPME yes").front(), ':');
  until([&] { return clients_blocked(server) == 1; });
  db.run(command("XADD", "s", "*", "f", "v")).value();
  EXPECT_TRUE(read.get());
}

TEST(LaneCallers, ALargeWriteIsSentAgainIfThatDoesNoHarm) {
  redis_server server({.durable = true});
  auto o = options::from_url(server.url()).value();
  o.large_bytes_min = 64 << 10;
  o.reconnect_delay_max = 20ms;
  const auto db = client::connect(o).value();
  const std::string large(8 << 20, 'x');
  db.run(set("warm", large)).value();
  server.pause();
  auto stored = db.within(60s).send(set("k", large), use_future);
  auto longer = db.within(60s).send(command("APPEND", "k", large).as<int>(), use_future);
  server.kill();
  server.start();
  EXPECT_TRUE(stored.get());
  EXPECT_EQ(longer.get().value(), 2 * (8 << 20));
}

TEST(LaneCallers, AClosedClientTellsThoseWhoBlock) {
  const redis_server server;
  auto db = std::make_unique<client>(client::connect(server.url()).value());
  auto popped = db->within(60s).send(blocking_pop("list", 0), use_future);
  until([&] { return clients_blocked(server) == 1; });
  db.reset();
  EXPECT_EQ(popped.get().error(), errc::closed);
}

TEST(LaneCallers, AClientMayEndInTheCallbackOfABlockingCommand) {
  const redis_server server;
  auto db = std::make_unique<client>(client::connect(server.url()).value());
  const auto other = client::connect(server.url()).value();
  std::atomic<bool> over = false;
  db->within(60s).send(blocking_pop("list", 0), [&](const auto& popped) {
    EXPECT_TRUE(popped);
    db.reset();
    over = true;
  });
  until([&] { return clients_blocked(server) == 1; });
  other.run(rpush("list", "x")).value();
  until([&] { return over.load(); });
}

TEST(LaneCallers, AWaitingCallIsRefusedWhereALaneCallsBack) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::atomic<bool> over = false;
  db.run(rpush("list", "x")).value();
  db.send(blocking_pop("list", 1), [&](const auto&) {
    EXPECT_EQ(db.run(get("k")).error(), errc::would_deadlock);
    over = true;
  });
  until([&] { return over.load(); });
}

TEST(LaneCallers, AServerThatLetsNoLaneInIsToldAtTheDeadline) {
  scripted_server server({script().greet().serve(), script().read("LIB-VER").write(
                                                        "-ERR max number of clients reached\r\n")});
  auto o = options::from_url("redis://127.0.0.1:" + std::to_string(server.port())).value();
  o.reconnect_delay_max = 10ms;
  const auto db = client::connect(o).value();
  std::thread waiting([&] {
    const auto late = db.within(200ms).run(blocking_pop("list", 0));
    EXPECT_EQ(late.error(), errc::deadline_exceeded);
    EXPECT_EQ(late.error().fate(), fate::unsent);
  });
  waiting.join();
}

}  // namespace
}  // namespace sandpiper
