#include "sandpiper/client/client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "client/coroutine.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/connection.hpp"
#include "sandpiper/commands/generic.hpp"
#include "sandpiper/commands/hash.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::coroutine;
using test::redis_server;

TEST(Client, RunsOneCommandAndSeveral) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  db.run(set("greeting", "hello").ex(60s)).value();
  EXPECT_EQ(db.run(get("greeting")).value(), "hello");

  const auto [visits, words, wrong] =
      db.run(incr("visits"), mget({"greeting", "absent"}), get("greeting").as<int>());
  EXPECT_EQ(visits.value(), 1);
  EXPECT_EQ(words.value(), (std::vector<std::optional<std::string>>{"hello", std::nullopt}));
  EXPECT_EQ(wrong.error(), errc::wrong_type);
}

TEST(Client, TakesACommandThatIsKeptForAnotherTime) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const auto again = incr("n");
  EXPECT_EQ(db.run(again).value(), 1);
  EXPECT_EQ(db.send(again, use_future).get().value(), 2);
  EXPECT_EQ(db.run(again).value(), 3);
}

TEST(Client, CallsBackAndFulfilsFutures) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::binary_semaphore told(0);
  result<std::int64_t> value = errc::closed;
  db.send(incr("n"), [&](result<std::int64_t> v) {
    value = std::move(v);
    told.release();
  });
  told.acquire();
  EXPECT_EQ(value.value(), 1);
  EXPECT_EQ(db.send(incr("n"), use_future).get().value(), 2);
}

TEST(Client, SpeaksResp2WhenAskedTo) {
  const redis_server server;
  options o = options::from_url(server.url()).value();
  o.protocol = 2;
  const auto db = client::connect(o).value();
  db.run(hset("h", {{"a", "1"}, {"b", "2"}})).value();
  EXPECT_EQ(db.run(hgetall("h")).value().size(), 2u);
  EXPECT_EQ(db.run(get("absent")).value(), std::nullopt);
}

// The server of the tests knows no CLIENT SETINFO; that it connects at all shows it is no matter.
TEST(Client, IntroducesItselfAndChoosesItsDatabase) {
  const redis_server server;
  options o = options::from_url(server.url()).value();
  o.name = "test-client";
  o.database = 3;
  const auto db = client::connect(o).value();
  const auto info = std::string(db.run(command("CLIENT", "INFO")).value().text());
  EXPECT_NE(info.find("name=test-client"), info.npos) << info;
  EXPECT_NE(info.find("db=3"), info.npos) << info;
  EXPECT_NE(info.find("resp=3"), info.npos) << info;
}

TEST(Client, MovesLargeValuesBothWays) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::string large(5'000'000, 'x');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>('a' + i % 23);
  db.run(set("large", large)).value();  // referenced
  EXPECT_EQ(db.run(get("large")).value(), large);

  auto stored = db.send(set("own", std::string(large)), use_future);  // moved in
  stored.get().value();
  EXPECT_EQ(db.run(command("STRLEN", "own").as<std::size_t>()).value(), large.size());

  std::future<result<void>> written;
  {
    const std::string temporary = large + large;
    written = db.send(set("copied", temporary), use_future);  // copied: it is gone before the write
  }
  written.get().value();
  EXPECT_EQ(db.run(command("STRLEN", "copied").as<std::size_t>()).value(), 2 * large.size());
}

TEST(Client, RefusesWhatWouldChangeTheConnectionOfOthers) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  for (const auto* name : {"SELECT", "multi", "Subscribe", "AUTH", "QUIT", "MONITOR", "RESET"}) {
    const auto refused = db.run(command(name, "1"));
    EXPECT_EQ(refused.error(), errc::bad_request) << name;
    EXPECT_NE(refused.error().text().find(name), std::string_view::npos);
  }
  EXPECT_EQ(db.run(ping()).value(), "PONG");
}

TEST(Client, SendsNothingThatNoServerWouldTake) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  const std::vector<std::string> none;
  const auto refused = db.run(del(none));
  EXPECT_EQ(refused.error(), errc::bad_request);
  EXPECT_EQ(refused.error().fate(), fate::unsent);
  EXPECT_NE(refused.error().text().find("DEL: a range"), std::string_view::npos);
  EXPECT_EQ(db.run(set("k", "v").ex(0s)).error(), errc::bad_request);
  EXPECT_EQ(db.run(get("k")).value(), std::nullopt);
}

TEST(Client, AWaitingCallOnItsOwnThreadIsRefusedInsteadOfWaitingForEver) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::binary_semaphore told(0);
  std::optional<result<std::string>> inner;
  db.send(ping(), [&](result<std::string>) {
    inner = db.run(ping());
    told.release();
  });
  told.acquire();
  EXPECT_EQ(inner->error(), errc::would_deadlock);
}

std::atomic<int> exceptions_told = 0;

TEST(Client, ACallbackThatThrowsHarmsNobody) {
  const redis_server server;
  options o = options::from_url(server.url()).value();
  exceptions_told = 0;
  o.on_exception = [](std::exception_ptr) noexcept { ++exceptions_told; };
  const auto db = client::connect(o).value();
  for (int i = 0; i < 10; ++i) {
    db.send(ping(), [](const result<std::string>&) { throw std::runtime_error("mine"); });
  }
  EXPECT_EQ(db.run(ping("after")).value(), "after");
  EXPECT_EQ(exceptions_told, 10);
}

// The last handle is in the callback, so the client ends on its own thread.
TEST(Client, MayEndInACallbackOfItsOwn) {
  redis_server server;
  for (int round = 0; round < 20; ++round) {
    std::optional<client> db = client::connect(server.url()).value();
    server.pause();
    auto with_last_handle = [keep = *db](const result<std::string>&) {};
    db->send(ping("first"), std::move(with_last_handle));
    auto behind = db->send(command("BLPOP", "nothing", 0), use_future);
    db.reset();
    server.resume();
    EXPECT_EQ(behind.get().error(), errc::closed);
    server.ask("PING");
  }
}

TEST(Client, EndsWithCommandsInFlightEachOfWhichIsToldItsFate) {
  redis_server server;
  std::vector<std::future<result<std::string>>> waiting;
  std::future<result<resp::reply>> asleep;
  {
    const auto db = client::connect(server.url()).value();
    server.pause();
    asleep = db.send(command("BLPOP", "nothing", 0), use_future);
    for (int i = 0; i < 100; ++i) waiting.push_back(db.send(ping(), use_future));
  }
  EXPECT_EQ(asleep.get().error(), errc::closed);
  for (auto& each : waiting) {
    const auto end = each.get();
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error(), errc::closed);
  }
}

TEST(Client, ManyThreadsAndTenThousandCoroutinesShareOneConnection) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  constexpr int threads = 64, calls = 50, coroutines = 10'000;
  std::atomic<int> wrong = 0, left = coroutines;
  std::binary_semaphore done(0);

  const auto one = [](client c, int i, std::atomic<int>& bad, std::atomic<int>& rest,
                      std::binary_semaphore& end) -> coroutine {
    const auto key = "co:" + std::to_string(i);
    const auto stored = co_await c.send(set(key, i));
    const auto read = co_await c.send(get(key).as<int>());
    if (!stored || !read || *read != i) ++bad;
    if (--rest == 0) end.release();
  };
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      for (int i = 0; i < calls; ++i) {
        const auto key = "thread:" + std::to_string(t);
        if (!db.run(set(key, i)) || db.run(get(key).as<int>()).value() != i) ++wrong;
      }
    });
  }
  for (int i = 0; i < coroutines; ++i) one(db, i, wrong, left, done);
  for (auto& each : all) each.join();
  done.acquire();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(db.totals().connects, 1u);
  EXPECT_LT(db.totals().writes, db.totals().commands / 2) << "they batch by themselves";
}

TEST(Client, CommandsOfOneThreadTakeEffectInTheirOrder) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  std::vector<std::future<result<std::int64_t>>> pushed;
  for (int i = 0; i < 500; ++i) pushed.push_back(db.send(rpush("order", i), use_future));
  for (std::size_t i = 0; i < pushed.size(); ++i) {
    EXPECT_EQ(pushed[i].get().value(), static_cast<std::int64_t>(i + 1));
  }
}

TEST(Client, AWaitingCoroutineMayBeDestroyed) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  {
    auto waiting = test::owned_coroutine::start([](const client& c) -> test::owned_coroutine {
      std::ignore = co_await c.send(command("BLPOP", "nothing", 0.2));
      ADD_FAILURE() << "it was destroyed before";
    }(db));
  }
  EXPECT_EQ(db.run(ping("next")).value(), "next") << "its reply is swallowed, the next is ours";
}

}  // namespace
}  // namespace sandpiper
