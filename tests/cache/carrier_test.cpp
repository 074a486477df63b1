#include "cache/carrier.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <vector>

#include "cache/near.hpp"
#include "client/coroutine.hpp"
#include "sandpiper/client/asio.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/list.hpp"

namespace sandpiper::cache {
namespace {

using namespace std::chrono_literals;
using test::near;
using test::text;
using test::until;

/// While a write to it is thought to be under way a key is not kept: that it is, shows that all
/// writes have ended.
void until_kept(const cached_client& db, std::string_view key) {
  until([&] {
    const auto read = db.ask(get(key));
    return read && read->from == origin::hit;
  });
}

auto write_of_all() { return command("EVAL", "return redis.call('SET', 'k', '2')", 0); }

TEST(Carrier, AWriteEndsWhenItIsAnswered) {
  near n;
  n.db.run(set("k", "1")).value();
  until_kept(n.db, "k");
  n.db.run(write_of_all()).value();
  until_kept(n.db, "k");
  EXPECT_EQ(n.db.run(get("k")).value(), text("2"));
}

TEST(Carrier, AWriteEndsWhenTheServerRefusesIt) {
  near n;
  n.db.run(set("k", "text")).value();
  EXPECT_EQ(n.db.run(rpush("k", "x")).error(), server_errc::wrongtype);
  EXPECT_EQ(n.db.run(command("NONSENSE", "k")).error(), server_errc::err);
  until_kept(n.db, "k");
}

TEST(Carrier, WhileItIsUnderWayItsKeysAreReadBehindIt) {
  near n;
  n.db.run(set("k", "1")).value();
  until_kept(n.db, "k");
  n.server.pause();
  const auto before = n.db.stats();
  auto written = n.db.send(set("k", "2"), use_future);
  auto read = n.db.send(get("k"), use_future);
  EXPECT_EQ(n.db.stats().bypassed, before.bypassed + 1);
  EXPECT_EQ(n.db.stats().fetches, before.fetches);
  n.server.resume();
  written.get().value();
  EXPECT_EQ(read.get().value(), text("2"));
  until_kept(n.db, "k");
}

TEST(Carrier, AWriteEndsWhenThereIsNoRoomForIt) {
  test::redis_server server;
  auto o = sandpiper::options::from_url(server.url()).value();
  o.pending_max = 8;
  const auto db = cached_client::over(client::connect(o).value()).value();
  test::until_caching(db);
  server.pause();
  std::vector<std::future<result<void>>> all;
  for (int i = 0; i < 20; ++i) all.push_back(db.send(set("k", "1"), use_future));
  server.resume();
  int refused = 0;
  for (auto& one : all) {
    const auto outcome = one.get();
    if (outcome) continue;
    EXPECT_EQ(outcome.error(), errc::pipeline_full);
    ++refused;
  }
  EXPECT_EQ(refused, 12);
  until_kept(db, "k");
}

TEST(Carrier, WhatIsRefusedHereIsNoWrite) {
  near n;
  EXPECT_EQ(n.db.run(command("SELECT", 1)).error(), errc::bad_request);
  until_kept(n.db, "k");
}

test::owned_coroutine write_and_wait(const cached_client& db, bool to_all, bool& told) {
  if (to_all) {
    (void)co_await db.send(write_of_all());
  } else {
    (void)co_await db.send(set("k", "2"));
  }
  told = true;
}

TEST(Carrier, AWriteEndsWithTheCoroutineThatWaitedForIt) {
  near n;
  for (const bool to_all : {false, true}) {
    n.server.pause();
    bool told = false;
    { const auto waiting = test::owned_coroutine::start(write_and_wait(n.db, to_all, told)); }
    n.server.resume();
    until_kept(n.db, "k");
    EXPECT_FALSE(told);
  }
}

TEST(Carrier, AWriteEndsWhenItIsCancelled) {
  near n;
  for (const bool to_all : {false, true}) {
    n.server.pause();
    asio::io_context mine;
    asio::cancellation_signal signal;
    std::vector<error> told;
    const auto into = asio::bind_executor(
        mine.get_executor(), [&](auto outcome) { told.push_back(std::move(outcome).error()); });
    if (to_all) {
      n.db.send(write_of_all(), asio::bind_cancellation_slot(signal.slot(), into));
    } else {
      n.db.send(set("k", "2"), asio::bind_cancellation_slot(signal.slot(), into));
    }
    signal.emit(asio::cancellation_type::terminal);
    mine.run();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told.front(), errc::cancelled);
    n.server.resume();
    until_kept(n.db, "k");
  }
}

TEST(Carrier, AWriteEndsWithItsDeadline) {
  near n;
  n.server.pause();
  EXPECT_EQ(n.db.within(20ms).run(write_of_all()).error(), errc::deadline_exceeded);
  n.server.resume();
  until_kept(n.db, "k");
}

TEST(Carrier, AWriteEndsWithItsConnection) {
  test::redis_server_options s;
  s.durable = true;
  near n({}, s);
  n.server.pause();
  auto written = n.db.send(incr("k"), use_future);
  auto other = n.db.send(write_of_all(), use_future);
  until([&] { return n.db.as_client().totals().commands > 0; });
  n.server.kill();
  n.server.start();
  (void)written.get();  // it may have run or not
  (void)other.get();
  until_kept(n.db, "k");
}

TEST(Carrier, AWriteEndsWithItsClient) {
  near n;
  for (int i = 0; i < 10; ++i) {
    auto db = cached_client::connect(n.server.url()).value();
    n.server.pause();
    auto written = db.send(set("k", "2"), use_future);
    auto other = db.send(write_of_all(), use_future);
    db = n.db;
    EXPECT_EQ(written.get().error(), errc::closed);
    EXPECT_EQ(other.get().error(), errc::closed);
    n.server.resume();
  }
}

}  // namespace
}  // namespace sandpiper::cache
