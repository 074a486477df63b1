#include "sandpiper/cache/cached_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <vector>

#include "cache/near.hpp"
#include "client/coroutine.hpp"
#include "sandpiper/client/batch.hpp"
#include "sandpiper/client/future.hpp"
#include "sandpiper/commands/hash.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/set.hpp"
#include "sandpiper/commands/sorted_set.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using cache::origin;
using test::near;
using test::text;
using testing::ElementsAre;

TEST(CachedClient, TheSecondReadAsksNobody) {
  near n;
  n.other.run(set("k", "v")).value();
  EXPECT_EQ(n.db.run(get("k")).value(), text("v"));
  EXPECT_EQ(n.db.run(get("k")).value(), text("v"));
  EXPECT_EQ(n.calls_of("get"), 1u);
  EXPECT_EQ(n.db.stats().hits, 1u);
  EXPECT_EQ(n.db.stats().misses, 1u);
}

TEST(CachedClient, AChangeElsewhereIsSeen) {
  near n;
  n.other.run(set("k", "old")).value();
  n.db.run(get("k")).value();
  n.change("k", "new");
  EXPECT_EQ(n.db.run(get("k")).value(), text("new"));
}

TEST(CachedClient, AnAnswerSaysWhereItComesFrom) {
  near n;
  n.other.run(set("k", "v")).value();
  const auto first = n.db.ask(get("k")).value();
  EXPECT_EQ(first.from, origin::miss);
  EXPECT_EQ(first.age, 0ms);
  const auto second = n.db.ask(get("k")).value();
  EXPECT_EQ(second.value, text("v"));
  EXPECT_EQ(second.from, origin::hit);
  test::until([&] { return n.db.ask(get("k")).value().age > 0ms; });
}

TEST(CachedClient, AbsenceIsKnowledgeToo) {
  near n;
  EXPECT_EQ(n.db.run(get("nothing")).value(), text());
  EXPECT_EQ(n.db.ask(get("nothing")).value().from, origin::hit);
  EXPECT_EQ(n.db.run(exists("nothing")).value(), 0);
  n.change("nothing", "something");
  EXPECT_EQ(n.db.run(get("nothing")).value(), text("something"));
}

TEST(CachedClient, AWholeValueAnswersEveryReadOfItsKey) {
  near n;
  n.other.run(hset("h", {{"a", "1"}, {"b", "22"}})).value();
  n.db.run(hgetall("h")).value();
  EXPECT_EQ(n.db.run(hget("h", "a")).value(), text("1"));
  EXPECT_EQ(n.db.run(hget("h", "c")).value(), text());
  EXPECT_EQ(n.db.run(command("HLEN", "h").as<int>()).value(), 2);
  EXPECT_EQ(n.db.run(command("HSTRLEN", "h", "b").as<int>()).value(), 2);
  EXPECT_EQ(n.db.run(command("TYPE", "h").as<std::string>()).value(), "hash");
  EXPECT_EQ(n.db.stats().misses, 1u);
  const auto wrong = n.db.run(get("h"));
  EXPECT_EQ(wrong.error(), server_errc::wrongtype);
  EXPECT_EQ(n.db.stats().misses, 1u);
}

TEST(CachedClient, EveryTypeIsKept) {
  near n;
  n.other.run(rpush("l", "a", "b", "a")).value();
  n.other.run(sadd("s", "x", "y")).value();
  n.other.run(zadd("z").add(1.5, "m").add(2, "n")).value();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(n.db.run(lrange("l", 0, -1)).value(), ElementsAre("a", "b", "a"));
    EXPECT_THAT(n.db.run(smembers("s")).value(), testing::UnorderedElementsAre("x", "y"));
    const auto scored = n.db.run(command("ZRANGE", "z", 0, -1, "WITHSCORES")
                                     .as<std::vector<std::pair<std::string, double>>>());
    EXPECT_THAT(scored.value(), ElementsAre(std::pair("m", 1.5), std::pair("n", 2.0)));
  }
  EXPECT_EQ(n.db.stats().misses, 3u);
  EXPECT_EQ(n.db.run(command("LINDEX", "l", 1).as<std::string>()).value(), "b");
  EXPECT_EQ(n.db.run(command("SISMEMBER", "s", "x").as<bool>()).value(), true);
  EXPECT_EQ(n.db.run(command("ZSCORE", "z", "n").as<double>()).value(), 2.0);
  EXPECT_EQ(n.db.stats().misses, 3u);
}

TEST(CachedClient, APartIsKeptAsTheReplyToItsCommand) {
  near n;
  n.other.run(hset("h", {{"a", "1"}, {"b", "2"}})).value();
  EXPECT_EQ(n.db.run(hget("h", "a")).value(), text("1"));
  EXPECT_EQ(n.db.run(hget("h", "b")).value(), text("2"));
  EXPECT_EQ(n.db.run(hget("h", "a")).value(), text("1"));
  EXPECT_EQ(n.db.run(hget("h", "b")).value(), text("2"));
  EXPECT_EQ(n.db.stats().misses, 2u);
  const auto before = n.db.stats().invalidated;
  n.other.run(hset("h", {{"b", "3"}})).value();
  test::until([&] { return n.db.stats().invalidated > before; });
  EXPECT_EQ(n.db.run(hget("h", "a")).value(), text("1"));
  EXPECT_EQ(n.db.stats().misses, 3u) << "one change forgets all that is known of a key";
}

// "HMGET k ab c" and "HMGET k a bc" are one text when their arguments are joined.
TEST(CachedClient, RepliesAreFoundByAllOfTheirCommand) {
  near n;
  n.other.run(hset("h", {{"ab", "1"}, {"c", "2"}, {"a", "3"}, {"bc", "4"}})).value();
  using texts = std::vector<std::string>;
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(n.db.run(command("HMGET", "h", "ab", "c").as<texts>()).value(),
                ElementsAre("1", "2"));
    EXPECT_THAT(n.db.run(command("HMGET", "h", "a", "bc").as<texts>()).value(),
                ElementsAre("3", "4"));
  }
}

TEST(CachedClient, MgetAsksForWhatIsMissingOnly) {
  near n;
  n.other.run(mset({{"a", "1"}, {"b", "2"}, {"c", "3"}})).value();
  n.other.run(rpush("l", "no string")).value();
  n.db.run(get("a")).value();
  n.db.run(get("c")).value();
  EXPECT_THAT(n.db.run(mget("a", "b", "nothing", "c", "l")).value(),
              ElementsAre(text("1"), text("2"), text(), text("3"), text()));
  EXPECT_EQ(n.calls_of("get"), 5u);
  EXPECT_THAT(n.db.run(mget("a", "b", "c")).value(), ElementsAre(text("1"), text("2"), text("3")));
  EXPECT_EQ(n.calls_of("get"), 5u);
  EXPECT_EQ(n.calls_of("mget"), 0u);
}

TEST(CachedClient, SeveralAtOnceHitInPart) {
  near n;
  n.other.run(mset({{"a", "1"}, {"b", "2"}})).value();
  n.db.run(get("a")).value();
  const auto [a, b, c] = n.db.run(get("a"), get("b"), get("c"));
  EXPECT_EQ(a.value(), text("1"));
  EXPECT_EQ(b.value(), text("2"));
  EXPECT_EQ(c.value(), text());
  EXPECT_EQ(n.calls_of("get"), 3u);
}

TEST(CachedClient, ABatchKeepsItsOrder) {
  near n;
  n.other.run(set("k", "0")).value();
  for (int i = 1; i <= 50; ++i) {
    auto all = n.db.batch();
    auto before = all.add(get("k"));
    all.add(set("k", std::to_string(i)));
    auto after = all.add(get("k"));
    all.run().value();
    ASSERT_EQ(before.value(), text(std::to_string(i - 1)));
    ASSERT_EQ(after.value(), text(std::to_string(i)));
  }
}

TEST(CachedClient, CallbacksAndFuturesHearOfHits) {
  near n;
  n.other.run(set("k", "v")).value();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(n.db.send(get("k"), use_future).get().value(), text("v"));
  }
  std::promise<text> told;
  n.db.send(get("k"), [&](result<text> value) { told.set_value(value.value()); });
  EXPECT_EQ(told.get_future().get(), text("v"));
  EXPECT_EQ(n.calls_of("get"), 1u);
}

TEST(CachedClient, ACoroutineDoesNotSuspendOnAHit) {
  near n;
  n.other.run(set("k", "v")).value();
  std::promise<bool> done;
  const auto both = [&]() -> test::coroutine {
    const auto here = std::this_thread::get_id();
    auto first = co_await n.db.send(get("k"));
    const bool moved = std::this_thread::get_id() != here;
    const auto there = std::this_thread::get_id();
    auto second = co_await n.db.send(get("k"));
    const bool stayed = std::this_thread::get_id() == there;
    done.set_value(moved && stayed && first.value() == "v" && second.value() == "v");
  };
  both();
  EXPECT_TRUE(done.get_future().get());
}

TEST(CachedClient, WhatIsNoReadOfOneKeyPassesBy) {
  near n;
  EXPECT_EQ(n.db.run(incr("n")).value(), 1);
  EXPECT_EQ(n.db.run(incr("n")).value(), 2);
  EXPECT_EQ(n.db.run(command("ECHO", "x").as<std::string>()).value(), "x");
  const auto refused = n.db.run(command("SELECT", 1));
  EXPECT_EQ(refused.error(), errc::bad_request);
}

TEST(CachedClient, WhatIsForgottenIsAskedAgain) {
  near n;
  n.db.run(get("k")).value();
  n.db.forget("k");
  EXPECT_EQ(n.db.ask(get("k")).value().from, origin::miss);
  n.db.forget_all();
  EXPECT_EQ(n.db.ask(get("k")).value().from, origin::miss);
}

TEST(CachedClient, ItEndsBeforeItsClientDoes) {
  near n;
  const auto db = client::connect(n.server.url()).value();
  for (int i = 0; i < 20; ++i) {
    auto near = cached_client::over(db).value();
    near.run(get("k")).value();
    auto pending = near.send(get("other"), use_future);
    near = n.db;
    const auto outcome = pending.get();
    EXPECT_TRUE(outcome || outcome.error() == errc::closed) << outcome.error().message();
  }
  EXPECT_EQ(db.run(get("k")).value(), text());
}

TEST(CachedClient, OptionsThatMakeNoSenseAreRefused) {
  cache::options o;
  o.budget_bytes = 0;
  const auto refused = cached_client::connect("redis://127.0.0.1:1", o);
  EXPECT_EQ(refused.error(), errc::bad_request);
}

}  // namespace
}  // namespace sandpiper
