#include "cache/gathering.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "cache/near.hpp"
#include "client/coroutine.hpp"
#include "net/running.hpp"
#include "sandpiper/client/asio.hpp"
#include "sandpiper/client/batch.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/connection.hpp"
#include "sandpiper/commands/list.hpp"

namespace sandpiper::cache {
namespace {

using namespace std::chrono_literals;
using net::counting_request;
using test::near;
using test::text;
using test::until;
using testing::ElementsAre;

home& home_of(const near& n) { return n.db.as_client().shared(); }

void start(const near& n, counting_request& r) { ASSERT_TRUE(home_of(n).start(r, 60s)); }

void cancel(const near& n, counting_request& r) {
  home_of(n).cancel(
      &r, [](void* context) -> wire::request* { return static_cast<counting_request*>(context); });
}

void until_kept(const cached_client& db, std::string_view key) {
  until([&] {
    const auto read = db.ask(get(key));
    return read && read->from == origin::hit;
  });
}

TEST(Gathering, AKeyOfAnotherTypeIsNoErrorInMgetButOneInBatches) {
  near n;
  n.other.run(set("a", "1")).value();
  n.other.run(rpush("l", "x")).value();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(n.db.run(mget("a", "l", "nothing")).value(),
                ElementsAre(text("1"), text(), text()));
    const auto [a, l] = n.db.run(get("a"), get("l"));
    EXPECT_EQ(a.value(), text("1"));
    EXPECT_EQ(l.error(), server_errc::wrongtype);
  }
}

TEST(Gathering, AnErrorInOnePartIsThatPartsAlone) {
  test::redis_server_options s;
  s.users = "user ann on >pw ~open:* +@all";
  test::redis_server server(s);
  auto o = sandpiper::options::from_url(server.url()).value();
  o.user = "ann";
  o.password = "pw";
  const auto db = cached_client::over(client::connect(o).value()).value();
  test::until_caching(db);
  server.ask("SET open:1 x");
  for (int i = 0; i < 2; ++i) {
    const auto [mine, theirs, again] = db.run(get("open:1"), get("shut:1"), mget("open:1"));
    EXPECT_EQ(mine.value(), text("x"));
    EXPECT_EQ(theirs.error(), server_errc::noperm);
    EXPECT_THAT(again.value(), ElementsAre(text("x")));
    EXPECT_EQ(db.run(mget("open:1", "shut:1")).error(), server_errc::noperm) << "as a server does";
  }
}

TEST(Gathering, ManyKeysComeInTheirOrder) {
  near n;
  constexpr int keys = 1500;
  command<std::vector<text>> all("MGET", command_flags{.read_only = true, .idempotent = true});
  std::vector<text> wanted;
  for (int i = 0; i < keys; ++i) {
    const auto key = "key:" + std::to_string(i);
    all.add_key(key);
    wanted.push_back(i % 3 == 0 ? text() : text(std::to_string(i)));
    if (wanted.back()) n.other.run(set(key, *wanted.back())).value();
    if (i % 2 == 0) n.db.run(get(key)).value();
  }
  EXPECT_EQ(n.db.run(all).value(), wanted);
  const auto before = n.db.stats();
  EXPECT_EQ(n.db.run(all).value(), wanted);
  EXPECT_EQ(n.db.stats().misses, before.misses);
  EXPECT_EQ(n.db.stats().hits, before.hits + keys);
}

TEST(Gathering, WhatIsAllHereIsToldOnTheStrandNotFromWithin) {
  near n;
  n.other.run(mset({{"a", "1"}, {"b", "2"}})).value();
  n.db.run(mget("a", "b")).value();
  const auto here = std::this_thread::get_id();
  for (const std::string line : {"GET a / GET b", "MGET a b", "GET a / MGET a b / GET b"}) {
    counting_request r(line);
    r.then = [&](std::uint32_t) { EXPECT_NE(std::this_thread::get_id(), here); };
    start(n, r);
    const auto notes = r.wait();
    EXPECT_EQ(notes.size(), r.count());
  }
}

TEST(Gathering, ReadsSeeTheWritesBeforeThem) {
  near n;
  for (int i = 0; i < 100; ++i) {
    counting_request r("GET k / SET k " + std::to_string(i) + " / GET k / MGET k other");
    start(n, r);
    const auto before = i == 0 ? std::string("_") : "$" + std::to_string(i - 1);
    EXPECT_THAT(r.wait(), ElementsAre(before, "+OK", "$" + std::to_string(i), "*2"));
  }
}

test::owned_coroutine read_many(const cached_client& db, bool& told) {
  (void)co_await db.send(mget("known", "a", "b", "c"));
  told = true;
}

TEST(Gathering, WhatStandsBehindABlockingCommandWaitsForIt) {
  near n;
  std::thread caller([&] {
    const auto [job, state] = n.db.run(command("BLPOP", "jobs", 0), set("state", "working"));
    EXPECT_TRUE(job);
    EXPECT_TRUE(state);
  });
  test::until([&] {
    return n.server.ask("INFO clients").find("blocked_clients:1") != std::string::npos;
  });
  EXPECT_EQ(n.server.ask("EXISTS state"), ":0");
  EXPECT_EQ(n.server.ask("RPUSH jobs x"), ":1");
  caller.join();
  EXPECT_EQ(n.server.ask("EXISTS state"), ":1");
}

TEST(Gathering, ItsCallerMayGoAwayMeanwhile) {
  near n;
  n.db.run(get("known")).value();
  auto joined = std::optional<std::future<result<text>>>();
  n.server.pause();
  bool told = false;
  {
    const auto waiting = test::owned_coroutine::start(read_many(n.db, told));
    joined = n.db.send(get("a"), use_future);
  }
  n.server.resume();
  EXPECT_EQ(joined->get().value(), text()) << "the fetch belongs to nobody in particular";
  until_kept(n.db, "b");
  EXPECT_FALSE(told);
}

TEST(Gathering, ACancelledOneIsToldOnceAndLeavesOthersAlone) {
  near n;
  n.server.pause();
  asio::io_context mine;
  asio::cancellation_signal signal;
  int told = 0;
  n.db.send(mget("a", "b"),
            asio::bind_cancellation_slot(
                signal.slot(), asio::bind_executor(mine.get_executor(), [&](const auto& outcome) {
                  EXPECT_EQ(outcome.error(), errc::cancelled);
                  ++told;
                })));
  auto other = n.db.send(mget("b", "c"), use_future);
  signal.emit(asio::cancellation_type::terminal);
  mine.run();
  EXPECT_EQ(told, 1);
  n.server.resume();
  EXPECT_THAT(other.get().value(), ElementsAre(text(), text()));
}

TEST(Gathering, CancelledAsAWholeEachCommandHearsOfIt) {
  near n;
  n.server.pause();
  counting_request r("GET a / SET b 1 / GET c / EVAL x 0");
  start(n, r);
  cancel(n, r);
  EXPECT_THAT(r.wait(), testing::Each("!cancelled uncertain"));
  n.server.resume();
  until_kept(n.db, "b");
}

TEST(Gathering, CancelledFromWithinTheRestHearsOfIt) {
  near n;
  n.db.run(mget("a", "b", "c")).value();
  counting_request r("GET a / GET b / GET c");
  r.then = [&](std::uint32_t index) {
    if (index == 0) cancel(n, r);
  };
  start(n, r);
  EXPECT_THAT(r.wait(), ElementsAre("_", "!cancelled uncertain", "!cancelled uncertain"));
}

TEST(Gathering, WithdrawnFromWithinNothingMoreIsTold) {
  near n;
  n.db.run(mget("a", "b", "c")).value();
  std::promise<void> withdrawn;
  counting_request r("GET a / GET b / GET c");
  r.then = [&](std::uint32_t index) {
    if (index < 1) return;
    home_of(n).withdraw(r);
    withdrawn.set_value();
  };
  start(n, r);
  withdrawn.get_future().get();
  n.db.run(ping()).value();  // no hit: it passes the strand behind the request
  EXPECT_EQ(r.told_so_far(), 2u);
}

TEST(Gathering, WithdrawnWhileItIsCancelledNothingMoreIsTold) {
  near n;
  n.server.pause();
  std::promise<void> withdrawn;
  counting_request r("GET a / SET b 1 / GET c");
  r.then = [&](std::uint32_t index) {
    if (index < 1) return;
    home_of(n).withdraw(r);
    withdrawn.set_value();
  };
  start(n, r);
  cancel(n, r);
  withdrawn.get_future().get();
  n.server.resume();
  until_kept(n.db, "b");
  EXPECT_EQ(r.told_so_far(), 2u);
}

TEST(Gathering, WithoutRoomThePartsThatHaveNoneSaySo) {
  test::redis_server server;
  auto o = sandpiper::options::from_url(server.url()).value();
  o.pending_max = 8;
  const auto db = cached_client::over(client::connect(o).value()).value();
  test::until_caching(db);
  server.pause();
  auto all = db.batch();
  std::vector<sandpiper::batch::answer<void>> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(all.add(set("k", "1")));
  std::thread later([&] {
    until([&] { return db.as_client().totals().refused > 0; });
    server.resume();
  });
  all.run().value();
  later.join();
  int refused = 0;
  for (const auto& one : answers) {
    if (one.result()) continue;
    EXPECT_EQ(one.result().error(), errc::pipeline_full);
    ++refused;
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 20);
  until_kept(db, "k");
}

}  // namespace
}  // namespace sandpiper::cache
