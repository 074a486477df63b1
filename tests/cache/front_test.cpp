#include "cache/front.hpp"

#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cache/near.hpp"
#include "client/coroutine.hpp"
#include "sandpiper/client/asio.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/hash.hpp"

namespace sandpiper::cache {
namespace {

using namespace std::chrono_literals;
using asio::use_awaitable;
using test::near;
using test::text;
using test::until;

cache::options quick_lease(staleness past) {
  cache::options o;
  o.lease = 100ms;
  o.probe_interval = 20ms;
  o.past_the_lease = past;
  return o;
}

// --- counting

TEST(Front, AHitIsNoMissHoweverItIsAskedFor) {
  near n;
  n.db.run(get("k")).value();
  for (int i = 0; i < 3; ++i) n.db.send(get("k"), use_future).get().value();
  EXPECT_EQ(n.db.stats().hits, 3u);
  EXPECT_EQ(n.db.stats().misses, 1u);
}

// --- staleness

TEST(Front, StaleIsServedToThoseWhoDoNotWaitToo) {
  near n(quick_lease(staleness::serve_stale_for(60s)));
  n.other.run(set("k", "v")).value();
  n.db.run(get("k")).value();
  n.server.pause();
  until([&] { return n.db.status().now == condition::lapsed; });
  EXPECT_EQ(n.db.send(get("k"), use_future).get().value(), text("v"));
  EXPECT_EQ(n.db.stats().stale, 1u);
  EXPECT_EQ(n.db.within(20ms).send(get("other"), use_future).get().error(),
            errc::deadline_exceeded);
  n.server.resume();
}

TEST(Front, WhatIsForgottenWhileTheConnectionIsGoneIsNotServed) {
  near n(quick_lease(staleness::serve_stale_for(60s)));
  n.other.run(mset({{"a", "1"}, {"b", "2"}})).value();
  n.db.run(mget("a", "b")).value();
  n.server.kill();
  until([&] { return n.db.status().now == condition::connecting; });
  EXPECT_EQ(n.db.ask(get("a")).value().from, origin::stale);
  n.db.forget("a");
  EXPECT_FALSE(n.db.within(20ms).ask(get("a")));
  EXPECT_EQ(n.db.ask(get("b")).value().from, origin::stale);
  n.db.forget_all();
  EXPECT_FALSE(n.db.within(20ms).ask(get("b")));
}

TEST(Front, AWriteOfUnknownKeysWhileTheConnectionIsGoneForgetsAll) {
  near n(quick_lease(staleness::serve_stale_for(60s)));
  n.db.run(get("k")).value();
  n.server.kill();
  until([&] { return n.db.status().now == condition::connecting; });
  EXPECT_EQ(n.db.ask(get("k")).value().from, origin::stale);
  EXPECT_FALSE(n.db.within(20ms).run(command("EVAL", "return redis.call('SET', 'k', 'v')", 0)));
  EXPECT_FALSE(n.db.within(20ms).ask(get("k")));
}

// --- expiry

TEST(Front, AbsenceOfACollectionHasAShortLifeWithoutAskingToo) {
  cache::options o;
  o.ask_expiry = false;
  o.absent_ttl_max = 50ms;
  near n(o);
  n.db.run(hgetall("h")).value();
  n.db.run(command("EXISTS", "e").as<int>()).value();
  until([&] { return n.db.ask(hgetall("h")).value().from == origin::miss; });
  until([&] { return n.db.ask(command("EXISTS", "e").as<int>()).value().from == origin::miss; });
}

TEST(Front, AHashIsKeptForLongWhereFieldsDoNotExpire) {
  cache::options o;
  o.hash_ttl_max = 0ms;
  near n(o);
  n.other.run(hset("h", {{"a", "1"}})).value();
  until([&] { return n.db.ask(hget("h", "a")).value().from == origin::hit; });
}

// --- deadlines

TEST(Front, EachOfThoseWhoWaitHasItsOwnDeadline) {
  near n;
  n.server.pause();
  std::vector<std::future<result<text>>> impatient;
  std::vector<std::thread> threads;
  std::mutex mutex;
  auto patient = n.db.within(60s).send(get("k"), use_future);
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 30; ++i) {
        auto one = n.db.within(std::chrono::milliseconds(300 - 10 * i + t))
                       .send(get(i % 2 == 0 ? "k" : "l"), use_future);
        const std::scoped_lock lock(mutex);
        impatient.push_back(std::move(one));
      }
    });
  }
  for (auto& each : threads) each.join();
  for (auto& one : impatient) EXPECT_EQ(one.get().error(), errc::deadline_exceeded);
  n.server.resume();
  EXPECT_EQ(patient.get().value(), text());
}

// --- on the strand

TEST(Front, WaitingInACallbackIsRefusedThoughHitsAreTold) {
  near n;
  n.db.run(get("known")).value();
  for (const std::string key : {"fetched", "known"}) {
    std::promise<std::pair<result<text>, result<text>>> seen;
    n.db.send(get(key), [&](const result<text>&) {
      seen.set_value({n.db.run(get("unknown")), n.db.run(get("known"))});
    });
    const auto [waits, hits] = seen.get_future().get();
    EXPECT_EQ(waits.error(), errc::would_deadlock);
    EXPECT_EQ(hits.value(), text());
  }
}

// --- the last handle

TEST(Front, TheLastHandleMayGoInACallback) {
  near n;
  n.db.run(set("k", "v")).value();
  for (int i = 0; i < 40; ++i) {
    std::optional<cached_client> db = cached_client::connect(n.server.url()).value();
    if (i % 2 == 0) test::until_caching(*db);
    if (i % 4 == 0) db->run(get("k")).value();  // so that it is a hit
    std::promise<void> gone;
    std::vector<std::future<result<text>>> others;
    n.server.pause();
    db->send(get("k"), [&](const result<text>&) {
      db.reset();
      gone.set_value();
    });
    if (i % 4 != 0) {
      for (int j = 0; j < 5; ++j) others.push_back(db->send(get("k"), use_future));
    }
    n.server.resume();
    gone.get_future().get();
    for (auto& one : others) {
      const auto outcome = one.get();
      EXPECT_TRUE(outcome || outcome.error() == errc::closed) << outcome.error().message();
    }
  }
}

TEST(Front, TheLastHandleMayGoOnAnotherThreadWhileFetchesAreUnderWay) {
  near n;
  for (int i = 0; i < 40; ++i) {
    auto db = std::make_unique<cached_client>(cached_client::over(n.other).value());
    test::until_caching(*db);
    std::vector<std::future<result<text>>> all;
    for (int j = 0; j < 20; ++j) all.push_back(db->send(get(std::to_string(j % 7)), use_future));
    std::thread([gone = std::move(db)] {}).join();
    for (auto& one : all) {
      const auto outcome = one.get();
      EXPECT_TRUE(outcome || outcome.error() == errc::closed) << outcome.error().message();
    }
  }
}

test::owned_coroutine read_one(const cached_client& db, bool& told) {
  (void)co_await db.send(get("k"));
  told = true;
}

TEST(Front, ACoroutineMayGoAwayWhileItWaits) {
  near n;
  n.server.pause();
  bool leader_told = false;
  bool other_told = false;
  auto follower = std::optional<std::future<result<text>>>();
  {
    const auto leader = test::owned_coroutine::start(read_one(n.db, leader_told));
    follower = n.db.send(get("k"), use_future);
    const auto other = test::owned_coroutine::start(read_one(n.db, other_told));
  }
  n.server.resume();
  EXPECT_EQ(follower->get().value(), text());
  EXPECT_FALSE(leader_told);
  EXPECT_FALSE(other_told);
}

// Whoever is resumed on the strand ends everything while start() is still on its way back.
test::coroutine read_and_end(std::unique_ptr<cached_client> db, std::promise<void>& done) {
  (void)co_await db->send(get("k"));
  db.reset();
  done.set_value();
}

TEST(Front, ACoroutineMayEndWhatItWaitedFor) {
  near n;
  for (int i = 0; i < 100; ++i) {
    auto db = std::make_unique<cached_client>(cached_client::over(n.other).value());
    test::until_caching(*db);
    std::promise<void> done;
    read_and_end(std::move(db), done);
    done.get_future().get();
  }
}

// --- on executors of the user's

asio::awaitable<void> write_and_read(const cached_client& db, int number, int rounds,
                                     std::atomic<int>& wrong) {
  const auto key = "key:" + std::to_string(number);
  for (int i = 0; i < rounds; ++i) {
    const auto value = std::to_string(i);
    (co_await db.send(set(key, value), use_awaitable)).value();
    const auto fetched = (co_await db.send(get(key), use_awaitable)).value();
    const auto hit = (co_await db.send(get(key), use_awaitable)).value();
    const auto many = (co_await db.send(mget(key, "other"), use_awaitable)).value();
    wrong += fetched != value || hit != value || many[0] != value;
  }
}

void expect_own_writes(const asio::any_io_executor& executor, const std::function<void()>& run) {
  test::redis_server server;
  const auto where = sandpiper::options::from_url(server.url()).value();
  std::atomic<int> wrong = 0;
  std::atomic<int> left = 8;
  auto db = std::make_shared<std::optional<cached_client>>(
      cached_client::over(open(executor, where).value()).value());
  for (int i = 0; i < 8; ++i) {
    asio::co_spawn(
        executor,
        [&, db, i]() -> asio::awaitable<void> {
          co_await write_and_read(**db, i, 100, wrong);
          if (--left == 0) {
            EXPECT_GT((*db)->stats().hits, 0u);
            db->reset();  // the last handle, on a thread of the executor's
          }
        },
        asio::detached);
  }
  run();
  EXPECT_EQ(left, 0);
  EXPECT_EQ(wrong, 0);
}

TEST(FrontOnExecutors, AContextWithOneThread) {
  asio::io_context context;
  expect_own_writes(context.get_executor(), [&] { context.run(); });
}

TEST(FrontOnExecutors, AContextWithSeveralThreads) {
  asio::io_context context;
  expect_own_writes(context.get_executor(), [&] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { context.run(); });
    for (auto& each : threads) each.join();
  });
}

TEST(FrontOnExecutors, AStrandOfAPool) {
  asio::thread_pool pool(3);
  expect_own_writes(asio::make_strand(pool.get_executor()), [&] { pool.join(); });
}

// What the tracking connection tells runs on the strand of the client's own connection.
TEST(FrontOnExecutors, TheClientBehindRefusesToWaitThereToo) {
  test::redis_server server;
  asio::thread_pool pool(2);
  auto where = sandpiper::options::from_url(server.url()).value();
  std::promise<error> told;
  {
    const auto plain = open(pool.get_executor(), where).value();
    const auto db = cached_client::over(plain).value();
    test::until_caching(db);
    db.send(get("k"), [&](result<text>) { told.set_value(plain.run(get("k")).error()); });
    EXPECT_EQ(told.get_future().get(), errc::would_deadlock);
  }
  pool.join();
}

TEST(FrontOnExecutors, OneOfThoseWhoJoinedMayBeCancelled) {
  near n;
  asio::io_context mine;
  n.server.pause();
  asio::cancellation_signal signal;
  std::optional<result<text>> leader;
  std::optional<result<text>> follower;
  const auto into = [&](std::optional<result<text>>& place) {
    return asio::bind_executor(mine.get_executor(),
                               [&place](result<text> v) { place.emplace(std::move(v)); });
  };
  n.db.send(get("k"), asio::bind_cancellation_slot(signal.slot(), into(leader)));
  n.db.send(get("k"), into(follower));
  signal.emit(asio::cancellation_type::terminal);
  while (!leader) mine.run_one();
  EXPECT_EQ(leader->error(), errc::cancelled);
  EXPECT_FALSE(follower);
  n.server.resume();
  mine.run();
  EXPECT_EQ(follower->value(), text());
  EXPECT_EQ(n.calls_of("get"), 1u);
  signal.emit(asio::cancellation_type::terminal);  // too late to mean anything
}

TEST(FrontOnExecutors, CancellationsRaceWithHitsAndFetches) {
  near n;
  asio::thread_pool pool(2);
  struct call {
    explicit call(asio::thread_pool& p) : strand(asio::make_strand(p.get_executor())) {}
    asio::cancellation_signal signal;
    asio::strand<asio::thread_pool::executor_type> strand;
  };
  constexpr int calls = 1500;
  std::atomic<int> completed = 0;
  std::vector<std::unique_ptr<call>> all;
  for (int i = 0; i < calls; ++i) {
    auto& one = *all.emplace_back(std::make_unique<call>(pool));
    asio::post(one.strand, [&, i] {
      const auto told = [&](const result<text>& outcome) {
        EXPECT_TRUE(outcome || outcome.error() == errc::cancelled);
        ++completed;
      };
      n.db.send(
          get(std::to_string(i % 50)),
          asio::bind_cancellation_slot(one.signal.slot(), asio::bind_executor(one.strand, told)));
    });
    asio::post(one.strand, [&] { one.signal.emit(asio::cancellation_type::terminal); });
  }
  until([&] { return completed == calls; });
  pool.join();
  EXPECT_EQ(n.db.run(get("1")).value(), text());
}

}  // namespace
}  // namespace sandpiper::cache
