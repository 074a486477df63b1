#include "sandpiper/client/transaction.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "client/blocking.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::redis_server;
using test::script;
using test::scripted_server;

client connected(const scripted_server& server) {
  auto o = options::from_url("redis://127.0.0.1:" + std::to_string(server.port())).value();
  o.reconnect_delay_max = 10ms;
  return client::connect(o).value();
}

TEST(Transaction, RunsItsCommandsTogetherEachWithItsType) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto [stored, n, list] =
      db.transaction(set("k", "v"), incr("n"), command("LRANGE", "l", 0, -1));
  EXPECT_TRUE(stored);
  EXPECT_EQ(n.value(), 1);
  EXPECT_EQ(list.value().size(), 0u);
  EXPECT_EQ(db.run(get("k")).value(), "v");
}

TEST(Transaction, AnErrorInsideIsThatCommandsAlone) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  db.run(set("text", "v")).value();
  const auto [pushed, n] = db.transaction(rpush("text", 1), incr("n"));
  EXPECT_EQ(pushed.error(), server_errc::wrongtype);
  EXPECT_EQ(n.value(), 1);
}

TEST(Transaction, ACommandThatCannotBeQueuedAbortsAllAndIsNamed) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto [n, wrong, m] = db.transaction(incr("n"), command("GET").as<std::string>(), incr("m"));
  EXPECT_EQ(n.error(), server_errc::execabort);
  EXPECT_NE(n.error().text().find("command 2 of the transaction, GET"), std::string::npos)
      << n.error().text();
  EXPECT_EQ(wrong.error(), server_errc::err);
  EXPECT_NE(wrong.error().text().find("wrong number of arguments"), std::string::npos);
  EXPECT_EQ(m.error(), server_errc::execabort);
  EXPECT_EQ(db.run(command("EXISTS", "n", "m").as<int>()).value(), 0);
}

TEST(Transaction, NothingBlocksInsideSoItTakesNoLane) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto [popped, n] = db.transaction(test::blocking_pop("list", 0), incr("n"));
  EXPECT_EQ(popped.value(), std::nullopt);
  EXPECT_EQ(n.value(), 1);
  EXPECT_EQ(test::clients_connected(server), 1);
}

TEST(Transaction, WhatChangesTheConnectionIsRefusedInsideToo) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto [n, selected] = db.transaction(incr("n"), command("SELECT", 1));
  EXPECT_EQ(n.error(), errc::bad_request);
  EXPECT_EQ(selected.error(), errc::bad_request);
  EXPECT_EQ(db.run(get("n")).value(), std::nullopt);
}

TEST(Transaction, OneThatIsOverTheBoundIsRefused) {
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.in_flight_max = 4;
  const auto db = client::connect(o).value();
  const auto [a, b] = db.transaction(incr("n"), incr("n"));
  EXPECT_EQ(b.value(), 2);
  const auto refused = std::get<0>(db.transaction(incr("n"), incr("n"), incr("n")));
  EXPECT_EQ(refused.error(), errc::bad_request);
  EXPECT_NE(refused.error().text().find("in_flight_max"), std::string::npos);
}

TEST(Transaction, AsManyCommandsAsThereAre) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  auto all = db.transaction();
  std::vector<transaction::answer<std::int64_t>> counts;
  for (int i = 0; i < 100; ++i) counts.push_back(all.add(incr("n")));
  const auto wrong = all.add(command("LPUSH", "n", 1).as<int>());
  EXPECT_EQ(all.size(), 101u);
  all.run().value();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(counts[static_cast<std::size_t>(i)].value(), i + 1);
  EXPECT_EQ(wrong.result().error(), server_errc::wrongtype);

  const auto again = all.add(get("n"));
  all.run().value();
  EXPECT_EQ(again.value(), "100");
  EXPECT_TRUE(all.run());
}

TEST(Transaction, GatheredOnesAreAbortedToo) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  auto all = db.transaction();
  const auto n = all.add(incr("n"));
  const auto wrong = all.add(command("NOSUCH"));
  const auto aborted = all.run();
  ASSERT_FALSE(aborted);
  EXPECT_EQ(aborted.error(), server_errc::execabort);
  EXPECT_EQ(n.result().error(), server_errc::execabort);
  EXPECT_EQ(wrong.result().error(), server_errc::err);
}

TEST(Transaction, OthersNeverComeInBetween) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        const auto [a, b] = db.transaction(incr("n"), incr("n"));
        EXPECT_EQ(a.value() + 1, b.value());
        EXPECT_TRUE(db.run(incr("n")));
      }
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(db.run(get("n")).value(), "1200");
}

TEST(Transaction, ALargeOneTakesALane) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const std::string large(2 << 20, 'x');
  auto all = db.transaction();
  const auto stored = all.add(set("k", large));
  const auto n = all.add(incr("n"));
  all.run().value();
  EXPECT_TRUE(stored.result());
  EXPECT_EQ(n.value(), 1);
  EXPECT_EQ(test::clients_connected(server), 2);
}

TEST(Transaction, OneThatMayHaveRunIsToldSo) {
  const scripted_server server({script().greet().read("EXEC").reset(), script().greet().hang()});
  const auto db = connected(server);
  const auto [a, b] = db.transaction(incr("n"), incr("n"));
  EXPECT_EQ(a.error(), errc::maybe_executed);
  EXPECT_EQ(b.error(), errc::maybe_executed);
  EXPECT_EQ(b.error().fate(), fate::uncertain);
  EXPECT_EQ(server.received("EXEC"), 1u);
}

TEST(Transaction, OneThatWasNotWhollySentIsSentAgain) {
  const scripted_server server({script().greet().read("MULTI").write("+OK\r\n").reset(),
                                script()
                                    .greet()
                                    .read("EXEC")
                                    .write("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n:7\r\n")
                                    .hang()});
  auto o = options::from_url("redis://127.0.0.1:" + std::to_string(server.port())).value();
  o.reconnect_delay_max = 10ms;
  o.large_bytes_min = 1U << 30;
  const auto db = client::connect(o).value();
  const std::string large(64 << 20, 'x');  // more than the socket takes before the server is gone
  const auto [stored, n] = db.transaction(set("k", large), incr("n"));
  EXPECT_TRUE(stored) << stored.error().message();
  EXPECT_EQ(n.value(), 7);
}

TEST(Transaction, AServerThatRefusesMultiIsNotTakenForOneThatQueues) {
  const redis_server server({.users = "user default on nopass ~* &* +@all -multi\n"});
  const auto db = client::connect(server.url()).value();
  const auto [n] = db.transaction(incr("n"));
  ASSERT_FALSE(n);
  EXPECT_EQ(n.error(), server_errc::noperm);
  EXPECT_EQ(n.error().fate(), fate::uncertain);
  EXPECT_NE(n.error().text().find("refused MULTI"), std::string::npos);
}

}  // namespace
}  // namespace sandpiper
