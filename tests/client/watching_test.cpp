// client::optimistic(): each way in which it may end is told apart.

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "client/blocking.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/client/transaction.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::redis_server;
using test::until;

result<int> add_one(watched& tx) {
  const auto n = tx.run(get("n").as<std::optional<int>>());
  if (!n) return n.error();
  const int next = n->value_or(0) + 1;
  tx.add(set("n", next));
  return next;
}

TEST(Optimistic, ReadsThenWritesWhatItRead) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  EXPECT_EQ(db.optimistic({"n"}, add_one).value(), 1);
  EXPECT_EQ(db.optimistic({"n"}, add_one).value(), 2);
  EXPECT_EQ(db.run(get("n")).value(), "2");
  EXPECT_EQ(test::clients_connected(server), 2);
}

TEST(Optimistic, TakesWhateverTheFunctionReturns) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const result<void> nothing = db.optimistic({"k"}, [](watched& tx) { tx.add(set("k", "v")); });
  EXPECT_TRUE(nothing);
  const result<std::string> text =
      db.optimistic({"k"}, [](watched& tx) { return tx.run(get("k")).value().value(); });
  EXPECT_EQ(text.value(), "v");
}

TEST(Optimistic, AnswersAreThereWhenItHasRun) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::vector<transaction::answer<std::int64_t>> counts;
  db.optimistic({"n"}, [&](watched& tx) {
      counts.clear();
      counts.push_back(tx.add(incr("n")));
      counts.push_back(tx.add(incr("n")));
    }).value();
  EXPECT_EQ(counts[0].value(), 1);
  EXPECT_EQ(counts[1].value(), 2);
}

TEST(Optimistic, SixteenThreadsCountExactly) {
  const redis_server server;
  const auto db = client::connect(server.url()).value().within(60s);
  constexpr int threads_count = 16;
  constexpr int increments = 15;
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < increments; ++i) {
        const auto done = db.optimistic({"n"}, add_one, {.attempts = 100'000});
        EXPECT_TRUE(done) << done.error().message();
      }
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(db.run(get("n")).value(), std::to_string(threads_count * increments));
  EXPECT_LE(test::clients_connected(server), 17);
}

TEST(Optimistic, AConflictIsToldAfterTheLastAttempt) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  int calls = 0;
  const auto beaten = db.optimistic({"n"},
                                    [&](watched& tx) -> result<int> {
                                      ++calls;
                                      auto next = add_one(tx);
                                      db.run(set("n", 100 * calls)).value();
                                      return next;
                                    },
                                    {.attempts = 3});
  EXPECT_EQ(beaten.error(), errc::conflict);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(db.run(get("n")).value(), "300");
}

TEST(Optimistic, WhoLosesOnceWinsTheNextTime) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  int calls = 0;
  const auto done = db.optimistic({"n"}, [&](watched& tx) {
    auto next = add_one(tx);
    if (++calls == 1) db.run(set("n", 41)).value();
    return next;
  });
  EXPECT_EQ(done.value(), 42);
  EXPECT_EQ(calls, 2);
}

TEST(Optimistic, ACommandErrorInsideIsToldApart) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  db.run(set("text", "v")).value();
  const auto partly = db.optimistic({"text"}, [](watched& tx) {
    tx.add(incr("n"));
    tx.add(rpush("text", 1));
  });
  EXPECT_EQ(partly.error(), errc::partly_failed);
  EXPECT_EQ(partly.error().fate(), fate::answered);
  EXPECT_NE(partly.error().text().find("command 2 of the transaction, RPUSH: WRONGTYPE"),
            std::string::npos)
      << partly.error().text();
  EXPECT_EQ(db.run(get("n")).value(), "1");
}

TEST(Optimistic, AnAbortIsToldApart) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto aborted = db.optimistic({"n"}, [](watched& tx) {
    tx.add(incr("n"));
    tx.add(command("GET"));
  });
  EXPECT_EQ(aborted.error(), server_errc::execabort);
  EXPECT_EQ(db.run(get("n")).value(), std::nullopt);
  EXPECT_EQ(db.optimistic({"n"}, add_one).value(), 1);  // the lane is as good as new
}

TEST(Optimistic, AnErrorOfTheFunctionEndsItAndLeavesTheLaneClean) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto refused = db.optimistic({"n"}, [](watched& tx) -> result<int> {
    tx.add(incr("n"));
    return error(errc::bad_request, "no");
  });
  EXPECT_EQ(refused.error().text(), "no");
  EXPECT_EQ(db.run(get("n")).value(), std::nullopt);
  EXPECT_THROW(
      (void)db.optimistic({"n"}, [](watched&) -> result<int> { throw std::runtime_error("no"); }),
      std::runtime_error);
  db.run(set("n", 5)).value();
  EXPECT_EQ(db.optimistic({"n"}, add_one, {.attempts = 1}).value(), 6);
  EXPECT_EQ(test::clients_connected(server), 2);
}

TEST(Optimistic, ALostConnectionBetweenWatchAndExecIsTriedAgain) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  int calls = 0;
  const auto done = db.optimistic({"n"}, [&](watched& tx) {
    auto next = add_one(tx);
    if (++calls == 1) {
      server.kill();
      server.start();
    }
    return next;
  });
  EXPECT_EQ(done.value(), 1);
  EXPECT_EQ(calls, 2);
}

TEST(Optimistic, ALostConnectionIsToldWhenNoAttemptIsLeft) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto lost =
      db.optimistic({"n"},
                    [&](watched& tx) {
                      EXPECT_EQ(server.ask("CLIENT KILL TYPE normal SKIPME yes").front(), ':');
                      return add_one(tx);
                    },
                    {.attempts = 2});
  EXPECT_EQ(lost.error(), errc::lost);
  EXPECT_EQ(lost.error().fate(), fate::unsent);
  EXPECT_EQ(db.run(command("EXISTS", "n").as<int>()).value(), 0);
}

TEST(Optimistic, ALostConnectionAfterExecWasSentIsUncertain) {
  redis_server server({.config = {"busy-reply-threshold 20"}});
  const auto db = client::connect(server.url()).value().within(60s);
  std::thread killer([&] {
    until([&] { return server.ask("PING").starts_with("-BUSY"); });  // EXEC runs
    server.kill();
  });
  const auto lost = db.optimistic({"n"}, [&](watched& tx) {
    auto next = add_one(tx);
    tx.add(command("EVAL", "while true do end", 0));
    return next;
  });
  killer.join();
  EXPECT_EQ(lost.error(), errc::maybe_executed);
  EXPECT_EQ(lost.error().fate(), fate::uncertain);
}

TEST(Optimistic, WhatMakesNoSenseIsRefused) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  EXPECT_EQ(db.optimistic({}, add_one).error(), errc::bad_request);
  EXPECT_EQ(db.optimistic({"n"}, add_one, {.attempts = 0}).error(), errc::bad_request);
  db.optimistic({"n"}, [](watched& tx) {
      EXPECT_EQ(tx.run(test::blocking_pop("list", 0)).error(), errc::bad_request);
      EXPECT_EQ(tx.run(command("SELECT", 1)).error(), errc::bad_request);
    }).value();
  EXPECT_EQ(db.optimistic({"n"}, [](watched& tx) { tx.add(command("SELECT", 1)); }).error(),
            errc::bad_request);
}

TEST(Optimistic, IsRefusedOnTheClientsOwnThread) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::atomic<bool> over = false;
  db.send(get("n"), [&](const auto&) {
    EXPECT_EQ(db.optimistic({"n"}, add_one).error(), errc::would_deadlock);
    over = true;
  });
  until([&] { return over.load(); });
}

TEST(Optimistic, WaitsForALaneUntilItsDeadline) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.lanes_max = 1;
  const auto db = client::connect(o).value();
  auto popped = db.within(60s).send(test::blocking_pop("list", 0), use_future);
  until([&] { return test::clients_blocked(server) == 1; });
  EXPECT_EQ(db.within(20ms).optimistic({"n"}, add_one).error(), errc::deadline_exceeded);
  db.run(rpush("list", "x")).value();
  EXPECT_TRUE(popped.get().value());
  EXPECT_EQ(db.optimistic({"n"}, add_one).value(), 1);
}

}  // namespace
}  // namespace sandpiper
