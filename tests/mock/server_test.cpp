#include "sandpiper/mock/server.hpp"

#include <asio/io_context.hpp>
#include <asio/use_future.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "client/coroutine.hpp"
#include "sandpiper/cache/cached_client.hpp"
#include "sandpiper/client/asio.hpp"
#include "sandpiper/client/batch.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/generic.hpp"
#include "sandpiper/commands/hash.hpp"
#include "sandpiper/commands/string.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using mock::answer;
using mock::lost;
using mock::ok;
using mock::server;
using mock::server_error;
using mock::silence;
using mock::words;
using text = std::optional<std::string>;

TEST(MockServer, AnswersEveryFormOfACall) {
  auto server = server::start().value();
  server.on(get("k")).reply("v");
  server.on("INCR").reply(1).reply(2).reply(3);
  const auto db = server.connect().value();

  EXPECT_EQ(db.run(get("k")).value(), "v");
  const auto [first, second] = db.run(incr("n"), get("k"));
  EXPECT_EQ(first.value(), 1);
  EXPECT_EQ(second.value(), "v");
  EXPECT_EQ(db.send(incr("n"), use_future).get().value(), 2);

  std::binary_semaphore told(0);
  text by_callback, by_coroutine;
  db.send(get("k"), [&](result<text> v) {
    by_callback = std::move(v).value();
    told.release();
  });
  told.acquire();
  [](client c, text& into, std::binary_semaphore& done) -> test::coroutine {
    into = (co_await c.send(get("k"))).value();
    done.release();
  }(db, by_coroutine, told);
  told.acquire();
  EXPECT_EQ(by_callback, "v");
  EXPECT_EQ(by_coroutine, "v");

  auto batch = db.batch();
  const auto in_batch = batch.add(get("k"));
  const auto counted = batch.add(incr("n"));
  batch.run().value();
  EXPECT_EQ(in_batch.value(), "v");
  EXPECT_EQ(counted.value(), 3);
  EXPECT_EQ(server.complaints(), "");
}

TEST(MockServer, AnswersAClientOnAnExecutor) {
  auto server = server::start().value();
  server.on("GET").reply("v");
  asio::io_context loop;
  auto db = open(loop.get_executor(), server.at()).value();
  std::optional<result<text>> got;
  db.send(get("k"), [&](result<text> v) {
    got = std::move(v);
    loop.stop();
  });
  loop.run();
  EXPECT_EQ(got->value(), "v");
}

// The decoders are the client's own: what is of the wrong type here is so there.
TEST(MockServer, AnswersPassThroughTheRealDecoder) {
  auto server = server::start().value();
  server.on(get("number")).reply("17");
  server.on(get("word")).reply("abc");
  server.on(incr("list")).reply(server_error("WRONGTYPE Operation against a key"));
  server.on(hgetall("h")).reply(mock::map({{"field", "value"}}));
  server.on(get("broken")).reply(mock::raw("!nonsense"));
  for (const int protocol : {2, 3}) {
    options o = server.at();
    o.protocol = protocol;
    const auto db = client::connect(o).value();
    EXPECT_EQ(db.run(get("number").as<int>()).value(), 17);
    EXPECT_EQ(db.run(get("word").as<int>()).error(), errc::wrong_type);
    EXPECT_EQ(db.run(incr("list")).error(), server_errc::wrongtype);
    EXPECT_EQ(db.run(hgetall("h")).value().size(), 1U);
    EXPECT_FALSE(db.within(100ms).run(get("broken")));
  }
}

TEST(MockServer, ShowsWhatItWasAskedAndWhatNobodyExpected) {
  auto server = server::start().value();
  server.on("SET").call([](const words& w) { return w.size() == 3 ? ok() : server_error("ERR"); });
  const auto db = server.connect().value();
  EXPECT_TRUE(db.run(set("k", "v")));
  EXPECT_EQ(server.asked(), (std::vector<words>{{"SET", "k", "v"}}));

  const auto refused = db.run(del("k"));
  EXPECT_EQ(refused.error(), server_errc::err);
  EXPECT_EQ(refused.error().text(), "ERR mock: was not expected: DEL \"k\"");
  EXPECT_EQ(server.complaints(), "was not expected: DEL \"k\"\n");
}

TEST(MockServer, AnswersWhenTheTestSaysSo) {
  auto server = server::start().value();
  const auto later = server.make_gate();
  auto slow = server.on(get("slow")).reply(answer("at last").behind(later));
  const auto db = server.connect().value();
  auto waiting = db.send(get("slow"), use_future);
  ASSERT_TRUE(slow.wait_until_asked());
  EXPECT_EQ(waiting.wait_for(0s), std::future_status::timeout);
  later.open();
  EXPECT_EQ(waiting.get().value(), "at last");
}

TEST(MockServer, NeverAnswersSoThatADeadlinePasses) {
  auto server = server::start().value();
  server.on("SET").reply(silence());
  const auto db = server.connect().value();
  const auto late = db.within(10ms).run(set("k", "v"));
  EXPECT_EQ(late.error(), errc::deadline_exceeded);
  EXPECT_EQ(late.error().fate(), fate::uncertain);
}

TEST(MockServer, LosesConnectionsAsServersDo) {
  auto server = server::start().value();
  server.on("INCR").reply(lost()).reply(8);
  server.on("GET").reply(lost()).reply("v");
  const auto db = server.connect().value();
  EXPECT_EQ(db.run(incr("n")).error(), errc::maybe_executed);
  EXPECT_EQ(db.run(get("k")).value(), "v") << "it does no harm twice, so it was sent again";
  EXPECT_EQ(db.run(incr("n")).value(), 8);
  server.lose_connections();
  EXPECT_EQ(db.run(get("k")).value(), "v");
}

TEST(MockServer, CanBeDown) {
  auto server = server::start().value();
  server.on("GET").reply("v");
  const auto db = server.connect().value();
  server.down();
  EXPECT_EQ(server.connect().error(), errc::connect_failed);
  EXPECT_EQ(db.within(10ms).run(get("k")).error(), errc::deadline_exceeded);
  server.up().value();
  server.up().value();
  EXPECT_EQ(db.run(get("k")).value(), "v");
}

TEST(MockServer, RefusesToBeGreetedIfToldSo) {
  auto server = server::start().value();
  server.on("HELLO").reply(server_error("WRONGPASS invalid username-password pair"));
  options o = server.at();
  o.password = "wrong";
  EXPECT_EQ(client::connect(o).error(), errc::handshake_failed);
}

TEST(MockServer, MayBeAskedForMoreByItsOwnFunctions) {
  auto server = server::start().value();
  server.on("GET")
      .call([&](const words&) {
        server.on("SET").reply(ok());
        server.lose_connections();
        return answer("v");
      })
      .only();
  server.on("DEL").reply(1);
  const auto db = server.connect().value();
  EXPECT_EQ(db.within(1s).run(get("k")).error().code(), server_errc::err)
      << "asked again on the next connection, where nobody expects it";
  EXPECT_TRUE(db.run(set("k", "v")));
}

TEST(MockServer, TellsANearCacheWhatChanged) {
  auto server = server::start().value();
  auto asked = server.on(get("k")).reply("old").reply("new");
  const auto near = cached_client::over(server.connect().value()).value();
  while (near.status().now != cache::condition::caching) std::this_thread::sleep_for(1ms);

  EXPECT_EQ(near.ask(get("k")).value().from, cache::origin::miss);
  const auto hit = near.ask(get("k")).value();
  EXPECT_EQ(hit.from, cache::origin::hit);
  EXPECT_EQ(hit.value, "old");
  EXPECT_EQ(asked.asked(), 1U);

  EXPECT_EQ(server.invalidate("k"), 1U);
  while (near.stats().invalidated == 0) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(near.run(get("k")).value(), "new");

  const auto before = near.stats().generations;
  EXPECT_EQ(server.invalidate_all(), 1U);
  while (near.stats().generations == before) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(near.ask(get("k")).value().from, cache::origin::miss);
  EXPECT_EQ(server.complaints(), "");
}

TEST(MockServer, ServesManyThreads) {
  auto server = server::start().value();
  server.on("GET").call([](const words& w) { return w[1]; });
  const auto db = server.connect().value();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 200; ++n) {
        const auto key = std::to_string(i) + ':' + std::to_string(n);
        EXPECT_EQ(db.run(get(key)).value(), key);
      }
    });
  }
  for (auto& one : threads) one.join();
  EXPECT_EQ(server.asked().size(), 800U);
}

TEST(MockServer, LeavesNothingBehind) {
  std::string path;
  {
    const auto server = server::start().value();
    path = server.at().endpoints.front().path;
    EXPECT_EQ(::access(path.c_str(), F_OK), 0);
  }
  EXPECT_NE(::access(path.substr(0, path.rfind('/')).c_str(), F_OK), 0);
}

}  // namespace
}  // namespace sandpiper
