#include "sandpiper/client/asio.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sandpiper/commands/connection.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::redis_server;

// Runs one coroutine on a context of its own, to its end.
void run(asio::awaitable<void> one) {
  asio::io_context context;
  std::exception_ptr thrown;
  asio::co_spawn(context, std::move(one), [&](std::exception_ptr e) { thrown = e; });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
}

TEST(Asio, ConnectsAndAsksOnTheExecutorOfItsUser) {
  const redis_server server;
  const auto where = options::from_url(server.url()).value();
  run([&]() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    const auto db = (co_await async_connect(executor, where, asio::use_awaitable)).value();
    for (int i = 1; i <= 100; ++i) {
      const auto n = co_await db.send(incr("n"), asio::use_awaitable);
      EXPECT_EQ(n.value(), i);
    }
    const auto mistaken = co_await db.send(ping().as<int>(), asio::use_awaitable);
    EXPECT_EQ(mistaken.error(), errc::wrong_type);
  }());
}

TEST(Asio, TellsWhyItCannotConnect) {
  run([]() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    const auto where = options::from_url("redis://127.0.0.1:1").value();
    const auto refused = co_await async_connect(executor, where, asio::use_awaitable);
    EXPECT_EQ(refused.error(), errc::connect_failed);
    options impossible;
    impossible.database = -1;
    const auto absurd = co_await async_connect(executor, impossible, asio::use_awaitable);
    EXPECT_EQ(absurd.error(), errc::bad_request);
  }());
}

TEST(Asio, AnOpenedClientIsUsableBeforeItIsConnected) {
  const redis_server server;
  asio::io_context context;
  std::optional<client> db =
      open(context.get_executor(), options::from_url(server.url()).value()).value();
  std::string got;
  db->send(ping("early"), [&](result<std::string> v) {
    got = std::move(v).value();
    db.reset();
  });
  context.run();
  EXPECT_EQ(got, "early");
}

TEST(Asio, AHandlerRunsOnItsOwnExecutor) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  asio::io_context mine;
  std::thread::id ran;
  db.send(ping(), asio::bind_executor(mine.get_executor(), [&](const result<std::string>&) {
            ran = std::this_thread::get_id();
          }));
  mine.run();  // there is work until the handler has run
  EXPECT_EQ(ran, std::this_thread::get_id());
}

TEST(Asio, WaitingOnTheThreadThatRunsTheClientIsRefused) {
  const redis_server server;
  const auto where = options::from_url(server.url()).value();
  run([&]() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    const auto db = (co_await async_connect(executor, where, asio::use_awaitable)).value();
    EXPECT_EQ(db.run(ping()).error(), errc::would_deadlock);
  }());
}

TEST(Asio, ACancelledCallLeavesTheOthersUntouched) {
  redis_server server;
  const auto db = client::connect(server.url()).value();
  asio::io_context mine;
  server.pause();
  asio::cancellation_signal signal;
  std::optional<result<std::string>> cancelled, other;
  const auto into = [&](std::optional<result<std::string>>& place) {
    return asio::bind_executor(mine.get_executor(),
                               [&place](result<std::string> v) { place = std::move(v); });
  };
  db.send(ping("cancelled"), asio::bind_cancellation_slot(signal.slot(), into(cancelled)));
  db.send(ping("other"), into(other));
  signal.emit(asio::cancellation_type::terminal);
  while (!cancelled) mine.run_one();
  EXPECT_EQ(cancelled->error(), errc::cancelled);
  EXPECT_FALSE(other);
  server.resume();
  mine.run();
  EXPECT_EQ(other->value(), "other");
  signal.emit(asio::cancellation_type::terminal);  // too late to mean anything
}

// Cancellations race with replies: whichever wins, each call completes once, and none gets a reply
// that is not its own.
TEST(Asio, CancellationsRaceWithReplies) {
  const redis_server server;
  const auto db = client::connect(server.url()).value();
  asio::thread_pool pool(2);
  std::atomic<int> completed = 0, wrong = 0;
  constexpr int calls = 2000;
  struct call {
    explicit call(asio::thread_pool& p) : strand(asio::make_strand(p.get_executor())) {}
    asio::cancellation_signal signal;
    asio::strand<asio::thread_pool::executor_type> strand;
  };
  std::vector<std::unique_ptr<call>> all;
  for (int i = 0; i < calls; ++i) {
    all.push_back(std::make_unique<call>(pool));
    auto& one = *all.back();
    const auto nonce = std::to_string(i);
    asio::post(one.strand, [&, nonce] {
      auto handler = [&, nonce](const result<std::string>& v) {
        ++completed;
        if (v ? *v != nonce : v.error() != errc::cancelled) ++wrong;
      };
      db.send(ping(nonce), asio::bind_cancellation_slot(one.signal.slot(),
                                                        asio::bind_executor(one.strand, handler)));
    });
    asio::post(one.strand, [&one] { one.signal.emit(asio::cancellation_type::total); });
  }
  pool.join();
  EXPECT_EQ(completed, calls);
  EXPECT_EQ(wrong, 0);
}

TEST(Asio, RunsOnAPoolOfThreads) {
  const redis_server server;
  asio::thread_pool pool(4);
  {
    const auto db = open(pool.get_executor(), options::from_url(server.url()).value()).value();
    std::atomic<int> wrong = 0, left = 200;
    for (int i = 0; i < 200; ++i) {
      asio::co_spawn(
          pool,
          [&, i]() -> asio::awaitable<void> {
            const auto key = "k" + std::to_string(i);
            const auto stored = co_await db.send(set(key, i), asio::use_awaitable);
            const auto read = co_await db.send(get(key).as<int>(), asio::use_awaitable);
            if (!stored || !read || *read != i) ++wrong;
            --left;
          },
          asio::detached);
    }
    while (left > 0) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(db.send(ping(), asio::use_future).get().value(), "PONG");
  }
  pool.join();
}

}  // namespace
}  // namespace sandpiper
