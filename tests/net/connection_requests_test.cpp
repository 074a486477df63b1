// What becomes of requests on a connection: deadlines, withdrawal, bounds, the end.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/connection.hpp"
#include "net/running.hpp"
#include "support/deaf_listener.hpp"
#include "support/redis_server.hpp"
#include "support/scripted_server.hpp"

namespace sandpiper::net {
namespace {

using test::script;
using test::scripted_server;

// --- deadlines -----------------------------------------------------------------------------------

TEST(ConnectionRequests, PastItsDeadlineARequestIsToldAndItsLateReplyIsSwallowed) {
  scripted_server server({script().greet().read("slow").wait().write("$4\r\nlate\r\n").serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  counting_request slow("GET slow", 20ms);
  ASSERT_TRUE(one->submit(slow));
  EXPECT_EQ(slow.wait_for_one(), "!deadline_exceeded uncertain");
  counting_request set("SET k v");
  ASSERT_TRUE(one->submit(set));
  server.go();
  EXPECT_EQ(set.wait_for_one(), "+OK") << "not the other one's reply";
  EXPECT_EQ(one->totals().expired, 1U);
  EXPECT_EQ(one->totals().losses, 0U);
}

TEST(ConnectionRequests, ADeadlineHoldsAlthoughOthersGoOnWriting) {
  test::redis_server server;
  auto what = settings_for(server);
  running one(what);
  ASSERT_TRUE(one.open());
  server.pause();
  counting_request first("GET k", 50ms);
  ASSERT_TRUE(one->submit(first));
  std::atomic<bool> stop = false;
  std::vector<std::unique_ptr<counting_request>> others;
  std::thread writer([&] {
    while (!stop) {
      others.push_back(std::make_unique<counting_request>("PING"));
      ASSERT_TRUE(one->submit(*others.back()));
      std::this_thread::sleep_for(1ms);
    }
  });
  EXPECT_EQ(first.wait_for_one(), "!deadline_exceeded uncertain");
  stop = true;
  writer.join();
  server.resume();
  for (auto& each : others) EXPECT_EQ(each->wait_for_one(), "+PONG");
}

TEST(ConnectionRequests, WithoutAConnectionADeadlineTellsWhyThereIsNone) {
  test::redis_server server({.tcp = true});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  server.kill();
  ASSERT_TRUE(eventually([&] { return one->totals().failed_attempts > 0; }));
  counting_request get("GET k", 20ms);
  ASSERT_TRUE(one->submit(get));
  EXPECT_EQ(get.wait_for_one(), "!deadline_exceeded unsent");
  expect_in(get.words(), {"there is no connection", "127.0.0.1", "no server is listening there"});
}

// The server has taken two commands, so the third is the one that certainly did not run.
TEST(ConnectionRequests, EachCommandOfABatchThatExpiresHasItsOwnFate) {
  scripted_server server({script().greet().hang()});
  auto what = settings_for(server.port());
  what.session.in_flight_max = 2;
  running one(what);
  ASSERT_TRUE(one.open());
  counting_request batch("INCR a / INCR b / INCR c", 30ms);
  ASSERT_TRUE(one->submit(batch));
  EXPECT_EQ(batch.wait(), (std::vector<std::string>{"!deadline_exceeded uncertain",
                                                    "!deadline_exceeded uncertain",
                                                    "!deadline_exceeded unsent"}));
  EXPECT_EQ(one->totals().expired, 3U);
}

TEST(ConnectionRequests, TenThousandDeadlinesAtOnce) {
  scripted_server server({script().greet().hang()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  std::vector<std::unique_ptr<counting_request>> all;
  for (int i = 0; i < 10'000; ++i) {
    all.push_back(std::make_unique<counting_request>("GET k", std::chrono::milliseconds(i % 50)));
    ASSERT_TRUE(one->submit(*all.back()));
  }
  for (auto& each : all) EXPECT_TRUE(each->wait_for_one().starts_with("!deadline_exceeded"));
  EXPECT_EQ(one->totals().expired, 10'000U);
}

// --- withdrawal ----------------------------------------------------------------------------------

TEST(ConnectionRequests, WithdrawnFromAnotherThreadNothingOfItIsCalledAnyMore) {
  scripted_server server({script().greet().read("GET").wait().write("$1\r\nx\r\n").serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  auto gone = std::make_unique<counting_request>("GET k");
  ASSERT_TRUE(one->submit(*gone));
  ASSERT_TRUE(eventually([&] { return server.received("GET") == 1; }));
  one->withdraw(*gone);
  EXPECT_EQ(gone->told_so_far(), 0U);
  gone.reset();
  counting_request set("SET k v");
  ASSERT_TRUE(one->submit(set));
  server.go();
  EXPECT_EQ(set.wait_for_one(), "+OK");
  EXPECT_EQ(one->totals().withdrawn, 1U);
}

TEST(ConnectionRequests, WithdrawnWhileItRacesWithItsReply) {
  const test::redis_server server;
  auto what = settings_for(server);
  what.pending_max = 4;  // an account that is not kept would be full or below nothing soon
  running one(what);
  ASSERT_TRUE(one.open());
  for (int i = 0; i < 2000; ++i) {
    counting_request ping("PING");
    ASSERT_TRUE(one->submit(ping)) << i;
    for (int spin = 0; spin < i % 64; ++spin) std::this_thread::yield();
    one->withdraw(ping);
    EXPECT_LE(ping.told_so_far(), 1U);
  }
  std::vector<std::unique_ptr<counting_request>> full;
  for (int i = 0; i < 4; ++i) full.push_back(std::make_unique<counting_request>("PING"));
  one.on_strand([&] {
    for (auto& each : full) EXPECT_TRUE(one->submit(*each));
    counting_request more("PING");
    EXPECT_FALSE(one->submit(more)) << "the account is exact";
  });
  for (auto& each : full) EXPECT_EQ(each->wait_for_one(), "+PONG");
}

TEST(ConnectionRequests, AbortTellsTheRestOfARequest) {
  scripted_server server({script().greet().read("GET a").write(":1\r\n").hang(), script().greet()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  counting_request batch(std::vector{resp::command("GET a"), resp::command("GET b")});
  ASSERT_TRUE(one->submit(batch));
  ASSERT_TRUE(eventually([&] { return batch.told_so_far() == 1; }));
  one.on_strand([&] { one->abort(batch, errc::cancelled); });
  EXPECT_EQ(batch.wait(), (std::vector<std::string>{":1", "!cancelled uncertain"}));
  one.on_strand([&] { one->abort(batch, errc::cancelled); });
  EXPECT_EQ(batch.told_so_far(), 2U) << "it is complete";
}

// --- bounds --------------------------------------------------------------------------------------

TEST(ConnectionRequests, AFullPipelineRefusesAndStaysUsable) {
  scripted_server server({script().greet().wait().serve()});
  auto what = settings_for(server.port());
  what.pending_max = 3;
  running one(what);
  ASSERT_TRUE(one.open());
  counting_request two("SET a 1 / SET b 1");
  counting_request another("SET c 1 / SET d 1");
  counting_request last("SET e 1");
  ASSERT_TRUE(one->submit(two));
  const auto refused = one->submit(another);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::pipeline_full);
  ASSERT_TRUE(one->submit(last));
  server.go();
  EXPECT_EQ(two.wait().size(), 2U);
  EXPECT_EQ(last.wait_for_one(), "+OK");
  EXPECT_EQ(one->totals().refused, 2U);

  ASSERT_TRUE(eventually([&] { return one->submit(another).has_value(); }));
  EXPECT_EQ(another.wait().size(), 2U);
}

TEST(ConnectionRequests, PendingBytesAreBoundedToo) {
  scripted_server server({script().greet().wait().serve()});
  auto what = settings_for(server.port());
  what.pending_bytes_max = 100'000;
  running one(what);
  ASSERT_TRUE(one.open());
  counting_request large("SET k *60000");
  counting_request second("SET k *60000");
  ASSERT_TRUE(one->submit(large));
  EXPECT_EQ(one->submit(second).error(), errc::pipeline_full);

  // Whoever waits for room is woken when there is some, and not before.
  std::thread waiter([&] {
    const auto forever = deadline_after(coarse_now_ms(), patience);
    while (!one->submit(second)) one->wait_for_room(second, forever);
  });
  server.go();
  EXPECT_EQ(large.wait_for_one(), "+OK");
  waiter.join();
  EXPECT_EQ(second.wait_for_one(), "+OK");
  EXPECT_LE(one->totals().refused, 20U) << "it slept";
}

TEST(ConnectionRequests, NoMoreAreInFlightThanAllowed) {
  scripted_server server({script().greet().read("n1").read("n2").wait().serve()});
  auto what = settings_for(server.port());
  what.session.in_flight_max = 2;
  running one(what);
  ASSERT_TRUE(one.open());
  std::vector<std::unique_ptr<counting_request>> all;
  for (int i = 1; i <= 9; ++i) {
    all.push_back(std::make_unique<counting_request>("SET n" + std::to_string(i) + " v"));
    ASSERT_TRUE(one->submit(*all.back()));
  }
  ASSERT_TRUE(eventually([&] { return server.received("SET\r\n") == 2; }));
  EXPECT_EQ(server.received("n3"), 0U);
  server.go();
  server.go();
  one->close(errc::closed);
  std::size_t unsent = 0;
  for (auto& each : all) unsent += each->wait_for_one() == "!closed unsent" ? 1 : 0;
  EXPECT_LE(unsent, 7U);
}

// --- callbacks that do things --------------------------------------------------------------------

TEST(ConnectionRequests, ACallbackMaySubmitTheNext) {
  const test::redis_server server;
  auto what = settings_for(server);
  running one(what);
  ASSERT_TRUE(one.open());
  constexpr std::size_t count = 1000;
  std::vector<std::unique_ptr<counting_request>> chain;
  for (std::size_t i = 0; i < count; ++i) {
    chain.push_back(std::make_unique<counting_request>("INCR n"));
    if (i + 1 < count) {
      chain[i]->then = [&, i](std::uint32_t) { EXPECT_TRUE(one->submit(*chain[i + 1])); };
    }
  }
  ASSERT_TRUE(one->submit(*chain[0]));
  EXPECT_EQ(chain.back()->wait_for_one(), ":" + std::to_string(count));
}

TEST(ConnectionRequests, ACallbackMayWithdrawOthersAndItself) {
  scripted_server server({script().greet().read("GET c").write(":1\r\n:2\r\n:3\r\n").serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  counting_request a(std::vector{resp::command("GET a"), resp::command("GET b")});
  auto c = std::make_unique<counting_request>(std::vector{resp::command("GET c")});
  counting_request set("SET k v");
  a.then = [&](std::uint32_t) {
    one->withdraw(*c);
    c.reset();
    one->withdraw(a);
  };
  one.submit_together({&a, c.get()});
  ASSERT_TRUE(eventually([&] { return a.told_so_far() == 1; }));
  ASSERT_TRUE(one->submit(set));
  EXPECT_EQ(set.wait_for_one(), "+OK");
  EXPECT_EQ(a.told_so_far(), 1U);
}

// Everybody who is told ends the next one, the memory of it included.
void expect_every_second_is_told(running& one, std::vector<std::unique_ptr<counting_request>>& all,
                                 const std::string& what) {
  for (std::size_t i = 0; i + 1 < all.size(); i += 2) {
    EXPECT_EQ(all[i]->wait_for_one(), what) << i;
  }
  one.on_strand([] {});
  for (std::size_t i = 1; i < all.size(); i += 2) EXPECT_EQ(all[i], nullptr);
}

std::vector<std::unique_ptr<counting_request>> increments(std::size_t count) {
  std::vector<std::unique_ptr<counting_request>> all(count);
  for (auto& each : all) each = std::make_unique<counting_request>("INCR n");
  return all;
}

void let_each_end_the_next(running& one, std::vector<std::unique_ptr<counting_request>>& all) {
  for (std::size_t i = 0; i + 1 < all.size(); i += 2) {
    all[i]->then = [&, i](std::uint32_t) {
      one->withdraw(*all[i + 1]);
      all[i + 1].reset();
    };
  }
}

std::vector<counting_request*> pointers(const std::vector<std::unique_ptr<counting_request>>& all) {
  std::vector<counting_request*> each;
  for (const auto& one : all) each.push_back(one.get());
  return each;
}

TEST(ConnectionRequests, WhoeverIsToldOfALossMayEndOthersThatWereLostToo) {
  scripted_server server({script().greet().read("INCR").wait(), script().greet().serve()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  auto all = increments(10);
  let_each_end_the_next(one, all);
  one.submit_together(pointers(all));
  ASSERT_TRUE(eventually([&] { return server.received("INCR") == 10; }));
  server.go();
  expect_every_second_is_told(one, all, "!maybe_executed uncertain");
}

TEST(ConnectionRequests, WhoeverIsToldOfTheEndMayEndOthersThatEndToo) {
  scripted_server server({script().greet().hang()});
  auto what = settings_for(server.port());
  what.session.in_flight_max = 1;
  running one(what);
  ASSERT_TRUE(one.open());
  auto all = increments(10);
  let_each_end_the_next(one, all);
  one.submit_together(pointers(all));
  ASSERT_TRUE(eventually([&] { return server.received("INCR") == 1; }));
  one->close(errc::closed);
  EXPECT_EQ(all[0]->wait_for_one(), "!closed uncertain");
  for (std::size_t i = 2; i < all.size(); i += 2) {
    EXPECT_EQ(all[i]->wait_for_one(), "!closed unsent");
  }
}

TEST(ConnectionRequests, ABatchThatExpiresMayEndItselfAtItsFirstError) {
  scripted_server server({script().greet().hang()});
  running one(settings_for(server.port()));
  ASSERT_TRUE(one.open());
  auto batch = std::make_unique<counting_request>("INCR a / INCR b / INCR c", 20ms);
  std::atomic<int> told = 0;
  batch->then = [&](std::uint32_t) {
    one->abort(*batch, errc::cancelled);  // it is being told already
    one->withdraw(*batch);
    ++told;
  };
  ASSERT_TRUE(one->submit(*batch));
  ASSERT_TRUE(eventually([&] { return told == 1; }));
  one.on_strand([&] { batch.reset(); });
  EXPECT_EQ(told, 1);
}

TEST(ConnectionRequests, ACallbackMayCloseTheConnection) {
  const test::redis_server server;
  auto what = settings_for(server);
  running one(what);
  ASSERT_TRUE(one.open());
  counting_request first("PING");
  counting_request late("PING");
  bool refused = false;
  first.then = [&](std::uint32_t) { one->close(errc::closed); };
  counting_request blocked(std::vector{resp::command("BLPOP").add_key("l").add(0)});
  blocked.then = [&](std::uint32_t) { refused = !one->submit(late); };
  one.submit_together({&first, &blocked});
  EXPECT_EQ(first.wait_for_one(), "+PONG");
  EXPECT_EQ(blocked.wait_for_one(), "!closed uncertain");
  EXPECT_TRUE(refused);
}

// --- the end -------------------------------------------------------------------------------------

TEST(ConnectionRequests, CloseTellsEveryCommandOnceWithItsFate) {
  scripted_server server({script().greet().read("INCR a").write(":1\r\n").hang()});
  auto what = settings_for(server.port());
  what.session.in_flight_max = 2;
  running one(what);
  ASSERT_TRUE(one.open());
  counting_request batch(std::vector{resp::command("INCR a"), resp::command("INCR b"),
                                     resp::command("INCR c"), resp::command("INCR d")});
  counting_request waiting("INCR e");
  one.submit_together({&batch, &waiting});
  ASSERT_TRUE(eventually([&] { return server.received("INCR c") == 1; }));
  one->close(errc::closed);
  EXPECT_EQ(batch.wait(), (std::vector<std::string>{":1", "!closed uncertain", "!closed uncertain",
                                                    "!closed unsent"}));
  EXPECT_EQ(waiting.wait_for_one(), "!closed unsent");
  one->close(errc::closed);
}

TEST(ConnectionRequests, SubmittedByManyThreadsWhileItClosesEachIsToldOrRefused) {
  const test::redis_server server;
  for (int round = 0; round < 5; ++round) {
    auto what = settings_for(server);
    running one(what);
    ASSERT_TRUE(one.open());
    std::atomic<int> begun = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (;;) {
          counting_request ping("PING");
          ++begun;
          if (!one->submit(ping)) return;
          const auto told = ping.wait_for_one();
          EXPECT_TRUE(told == "+PONG" || told.starts_with("!closed")) << told;
        }
      });
    }
    EXPECT_TRUE(eventually([&] { return begun > 100; }));
    one->close(errc::closed);
    for (auto& each : threads) each.join();
  }
}

TEST(ConnectionRequests, LetGoDuringADialItEndsWithItsTimeout) {
  const test::deaf_listener nowhere;
  auto what = settings_for(nowhere.port());
  what.connect_timeout = 50ms;
  running one(what);
  counting_request early("GET k");
  ASSERT_TRUE(one->submit(early));
  one->open([](const result<void>& opened) { EXPECT_FALSE(opened); });
  one.let_go();
  EXPECT_EQ(early.wait_for_one(), "!closed unsent");
}

TEST(ConnectionRequests, ClosedDuringADialItLeavesNothingToWaitFor) {
  const test::deaf_listener nowhere;
  for (const auto port : {nowhere.port(), std::uint16_t{1}}) {
    running one(settings_for(port));
    std::atomic<bool> told = false;
    one->open([&](const result<void>& opened) {
      EXPECT_FALSE(opened);
      told = true;
    });
    one->close(errc::closed);
    one.let_go();
    EXPECT_TRUE(told);
  }
}

TEST(ConnectionRequests, OpenedAfterItWasClosedItSaysSo) {
  running one(settings_for(std::uint16_t{1}));
  one->close(errc::closed);
  const auto opened = one.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), errc::closed);
}

}  // namespace
}  // namespace sandpiper::net
