#include "sandpiper/client/subscription.hpp"

#include <asio/io_context.hpp>
#include <asio/thread_pool.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "client/coroutine.hpp"
#include "client/until.hpp"
#include "sandpiper/client/asio.hpp"
#include "sandpiper/commands/any.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::coroutine;
using test::owned_coroutine;
using test::redis_server;
using test::until;

void publish(const client& db, std::string_view channel, std::string_view text,
             std::string_view verb = "PUBLISH") {
  command one(verb);
  one.add(channel).add(text);
  db.run(one).value();
}

options speaking(const redis_server& server, int protocol) {
  auto o = options::from_url(server.url()).value();
  o.protocol = protocol;
  return o;
}

class Subscription : public testing::TestWithParam<int> {
 protected:
  const redis_server server;
  const client db = client::connect(speaking(server, GetParam())).value();
};
INSTANTIATE_TEST_SUITE_P(Resp, Subscription, testing::Values(2, 3));

TEST_P(Subscription, TellsOfChannelsPatternsAndShardChannels) {
  auto sub = db.subscribe({"news"}, {.patterns = {"audit.*"}, .shards = {"orders"}}).value();
  EXPECT_TRUE(sub.live());
  publish(db, "news", std::string("two\r\nlines\0", 11));
  publish(db, "audit.7", "login");
  publish(db, "orders", "42", "SPUBLISH");

  const auto news = sub.next(60s).value();
  EXPECT_EQ(news.type, message::kind::channel);
  EXPECT_EQ(news.channel, "news");
  EXPECT_EQ(news.payload.size(), 11U);
  const auto audit = sub.next(60s).value();
  EXPECT_EQ(audit.type, message::kind::pattern);
  EXPECT_EQ(audit.pattern + "|" + audit.channel + "|" + audit.payload, "audit.*|audit.7|login");
  const auto order = sub.next(60s).value();
  EXPECT_EQ(to_string(order.type), "shard");
  EXPECT_EQ(order.channel + "|" + order.payload, "orders|42");
  EXPECT_EQ(sub.next(1ms).error(), errc::deadline_exceeded);
  EXPECT_EQ(sub.counts().delivered, 3U);
}

TEST_P(Subscription, MoreAndLessCanBeListenedToLater) {
  auto sub = db.subscribe({"a"}).value();
  sub.add({.channels = {"b", "a"}, .patterns = {"c*"}}).value();
  sub.confirmed(60s).value();
  EXPECT_EQ(server.ask("PUBLISH b 1"), ":1");
  EXPECT_EQ(server.ask("PUBLISH c1 2"), ":1");
  EXPECT_EQ(sub.next(60s).value().payload, "1");
  EXPECT_EQ(sub.next(60s).value().payload, "2");
  sub.remove({.channels = {"b", "never"}, .patterns = {"c*"}}).value();
  ASSERT_TRUE(until([&] { return server.ask("PUBLISH b x") == ":0"; }));
  ASSERT_TRUE(until([&] { return server.ask("PUBLISH c1 x") == ":0"; }));
  sub.add({.channels = {"b"}}).value();
  sub.confirmed(60s).value();
  publish(db, "b", "3");
  std::string last;
  while (last != "3") {  // what came before the strand had seen to it is an "x"
    last = sub.next(60s).value().payload;
    EXPECT_TRUE(last == "x" || last == "3") << last;
  }
}

TEST_P(Subscription, EndsWithItsObject) {
  {
    const auto sub = db.subscribe({"news"}).value();
    EXPECT_EQ(server.ask("PUBLISH news x"), ":1");
  }
  EXPECT_TRUE(until([&] { return server.ask("PUBLISH news x") == ":0"; }));
}

TEST_P(Subscription, ACallbackRunsOnTheStrandAndMaySendCommands) {
  auto sub = db.listen({"news"}).value();
  std::binary_semaphore stored(0);
  std::optional<errc> waiting;
  sub.each([&](const result<message>& m) {
    waiting =
        db.run(get("k")).error() == errc::would_deadlock ? errc::would_deadlock : errc::closed;
    EXPECT_EQ(sub.confirmed(60s).has_value(), true);
    EXPECT_EQ(db.subscribe({"x"}).error(), errc::would_deadlock);
    db.send(set("k", m.value().payload), [&](const result<void>&) { stored.release(); });
  });
  EXPECT_EQ(sub.next(60s).error(), errc::bad_request);
  sub.confirmed(60s).value();
  publish(db, "news", "hello");
  stored.acquire();
  EXPECT_EQ(waiting, errc::would_deadlock);
  EXPECT_EQ(db.run(get("k")).value(), "hello");
}

coroutine collect(client db, std::vector<std::string>& to, std::binary_semaphore& ready,
                  std::binary_semaphore& done) {
  auto sub = db.listen({"news"}, {.patterns = {"n*"}}).value();
  const auto confirmed = co_await sub.confirmed();
  EXPECT_TRUE(confirmed.has_value());
  ready.release();
  while (to.size() < 4) {
    auto m = co_await sub.next();
    to.push_back(m.value().pattern + m.value().payload);
  }
  done.release();
}

TEST_P(Subscription, ACoroutineOfAnyTypeReadsIt) {
  std::vector<std::string> read;
  std::binary_semaphore ready(0), done(0);
  collect(db, read, ready, done);
  ready.acquire();
  publish(db, "news", "1");
  publish(db, "news", "2");
  done.acquire();
  std::sort(read.begin(), read.end());
  EXPECT_EQ(read, (std::vector<std::string>{"1", "2", "n*1", "n*2"}));
}

owned_coroutine wait_for_ever(subscription& sub, bool& resumed) {
  auto m = co_await sub.next();
  resumed = true;
}

TEST_P(Subscription, ACoroutineThatIsDestroyedWhileItWaitsTakesNothing) {
  auto sub = db.subscribe({"news"}).value();
  bool resumed = false;
  { const auto waiting = owned_coroutine::start(wait_for_ever(sub, resumed)); }
  publish(db, "news", "1");
  EXPECT_EQ(sub.next(60s).value().payload, "1");
  EXPECT_FALSE(resumed);
}

TEST(SubscriptionBounds, WhatMakesNoSenseIsRefused) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  EXPECT_EQ(db.subscribe({"a"}, {.queue_max = 0}).error(), errc::bad_request);
  EXPECT_EQ(db.listen({"a"}, {.queue_bytes_max = 0}).error(), errc::bad_request);
  EXPECT_EQ(db.subscribe({std::string(topics::name_bytes_max + 1, 'x')}).error(),
            errc::bad_request);
  auto longest = db.subscribe({std::string(topics::name_bytes_max, 'x')}).value();
  EXPECT_TRUE(db.subscribe({}).has_value());
  publish(db, std::string(topics::name_bytes_max, 'x'), "1");
  EXPECT_EQ(longest.next(60s).value().payload, "1");
}

TEST(SubscriptionBounds, AFullQueueEndsTheStreamIfThatWasAskedFor) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  auto sub = db.subscribe({"a"}, {.queue_max = 2, .when_full = overflow::end}).value();
  auto other = db.subscribe({"a"}).value();
  for (const auto* each : {"1", "2", "3", "4"}) publish(db, "a", each);
  for (const auto* each : {"1", "2", "3", "4"}) EXPECT_EQ(other.next(60s).value().payload, each);
  EXPECT_EQ(sub.next(60s).value().payload, "1");
  EXPECT_EQ(sub.next(60s).value().payload, "2");
  EXPECT_EQ(sub.next(60s).error(), errc::over_limit);
  EXPECT_EQ(sub.add({.channels = {"b"}}).error(), errc::closed);
}

// --- the end, from everywhere

TEST(SubscriptionEnd, TheClientMayGoFirst) {
  const redis_server server;
  std::optional<client> db = client::connect(server.url()).value();
  auto sub = db->subscribe({"a"}).value();
  std::thread waiting([&] { EXPECT_EQ(sub.next(60s).error(), errc::closed); });
  db.reset();
  waiting.join();
  EXPECT_EQ(sub.add({.channels = {"b"}}).error(), errc::closed);
  EXPECT_EQ(sub.confirmed(60s).error(), errc::closed);
  EXPECT_FALSE(sub.live());
}

TEST(SubscriptionEnd, ItMayGoWhileAThreadWaitsInIt) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  for (int i = 0; i < 20; ++i) {
    auto sub = db.subscribe({"a"}).value();
    std::atomic<bool> began = false;
    std::thread waiting([&] {
      began = true;
      const auto m = sub.next(60s);
      EXPECT_EQ(m.error(), errc::closed);
    });
    while (!began) std::this_thread::yield();
    sub.close();
    waiting.join();
  }
}

TEST(SubscriptionEnd, ItMayGoInACallbackOfItsOwn) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::optional<subscription> sub = db.subscribe({"a"}).value();
  std::binary_semaphore gone(0);
  int calls = 0;
  sub->each([&](const result<message>&) {
    ++calls;
    sub.reset();
    gone.release();
  });
  db.run(command("PUBLISH", "a", "1"), command("PUBLISH", "a", "2"));
  gone.acquire();
  EXPECT_TRUE(until([&] { return server.ask("PUBLISH a x") == ":0"; }));
  EXPECT_EQ(calls, 1);
}

TEST(SubscriptionEnd, TheClientMayGoInACallback) {
  const redis_server server;
  std::optional<client> db = client::connect(server.url()).value();
  auto sub = db->subscribe({"a"}).value();
  auto other = db->subscribe({"a"}).value();
  std::binary_semaphore ended(0);
  sub.each([&](const result<message>& m) {
    if (m) return db.reset();
    EXPECT_EQ(m.error(), errc::closed);
    ended.release();
  });
  server.ask("PUBLISH a 1");
  ended.acquire();
  EXPECT_EQ(other.next(60s).value().payload, "1");
  EXPECT_EQ(other.next(60s).error(), errc::closed);
}

TEST(SubscriptionEnd, NoCallbackRunsOnceItIsGone) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::atomic<bool> stop = false;
  std::thread publisher([&] {
    const auto other = client::connect(server.url()).value();
    while (!stop) publish(other, "a", "x");
  });
  for (int i = 0; i < 50; ++i) {
    auto calls = std::make_unique<int>(0);
    auto sub = db.subscribe({"a"}).value();
    std::binary_semaphore called(0);
    sub.each([&called, calls = calls.get()](const result<message>&) {
      if (++*calls == 1) called.release();
    });
    called.acquire();
    sub.close();
    calls.reset();  // who is called now is found out by the sanitizer
  }
  stop = true;
  publisher.join();
}

coroutine until_closed(subscription& sub, std::binary_semaphore& closed) {
  const auto m = co_await sub.next();
  EXPECT_EQ(m.error(), errc::closed);
  closed.release();
}

TEST(SubscriptionEnd, ACoroutineThatWaitsIsToldOfEitherEnd) {
  const redis_server server;
  std::optional<client> db = client::connect(server.url()).value();
  std::binary_semaphore closed(0);
  auto one = db->subscribe({"a"}).value();
  until_closed(one, closed);
  one.close();
  closed.acquire();
  auto two = db->subscribe({"a"}).value();
  until_closed(two, closed);
  db.reset();
  closed.acquire();
}

std::atomic<int> thrown = 0;

TEST(SubscriptionEnd, WhatACallbackThrowsGoesToItsHandler) {
  thrown = 0;
  const redis_server server;
  auto o = options::from_url(server.url()).value();
  o.on_exception = [](std::exception_ptr) noexcept { ++thrown; };
  const auto db = client::connect(o).value();
  auto sub = db.subscribe({"a"}).value();
  sub.each([](const result<message>&) { throw std::runtime_error("mine"); });
  publish(db, "a", "1");
  publish(db, "a", "2");
  EXPECT_TRUE(until([] { return thrown == 2; }));
}

TEST(SubscriptionEnd, OnAnExecutorOfItsUserItNeedsNobodyToGo) {
  const redis_server server;
  std::optional<subscription> left;
  {
    asio::io_context context;
    std::optional<client> db = open(context.get_executor(), speaking(server, 3)).value();
    left = db->listen({"a"}).value();
    left->each([&](const result<message>& m) {
      if (m) context.stop();
    });
    std::thread publisher([&] { until([&] { return server.ask("PUBLISH a x") != ":0"; }); });
    context.run();
    publisher.join();
    left->close();
    db.reset();
  }
  EXPECT_EQ(left->add({.channels = {"b"}}).error(), errc::closed);
}

TEST(SubscriptionEnd, OnAPoolOfThreadsEverythingMayComeAndGoAtOnce) {
  const redis_server server;
  asio::thread_pool pool(2);
  {
    const auto db = open(pool.get_executor(), speaking(server, 3)).value().within(60s);
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 30; ++i) {
          auto sub = db.subscribe({"a", "b"}).value();
          int heard = 0;
          auto own = std::move(sub);
          own.each([&heard](const result<message>&) { ++heard; });
          own.add({.patterns = {"*"}}).value();
          publish(db, "a", "x");
          own.remove({.channels = {"a"}}).value();
        }
      });
    }
    for (auto& each : threads) each.join();
  }
  pool.join();
  EXPECT_TRUE(until([&] { return server.ask("PUBLISH a x") == ":0"; }));
}

}  // namespace
}  // namespace sandpiper
