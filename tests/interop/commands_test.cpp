// Every command with a factory, and every option of it, said to a real server in RESP2 and RESP3
// and read back as the type it promises.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sandpiper/commands/connection.hpp"
#include "sandpiper/commands/generic.hpp"
#include "sandpiper/commands/hash.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/set.hpp"
#include "sandpiper/commands/sorted_set.hpp"
#include "sandpiper/commands/string.hpp"
#include "support/blocking_link.hpp"
#include "support/redis_server.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;
using words = std::vector<std::string>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr auto none = std::nullopt;

class Commands : public testing::TestWithParam<int> {
 protected:
  static void SetUpTestSuite() { server = std::make_unique<test::redis_server>(); }
  static void TearDownTestSuite() { server.reset(); }

  void SetUp() override {
    link = std::make_unique<test::blocking_link>(server->socket_path());
    ASSERT_TRUE(link->run(command("HELLO", GetParam()).as<void>()));
    ASSERT_TRUE(link->run(command("FLUSHALL").as<void>()));
  }

  // What the server answers, in the type that the command promises.
  template <any_command C>
  reply_of<C> run(const C& c) {
    return link->run(c).value();
  }
  template <any_command C>
  std::error_code refused(const C& c) {
    auto answer = link->run(c);
    EXPECT_FALSE(answer) << c.name() << " was not refused";
    return answer ? std::error_code() : answer.error().code();
  }

  // What is left of a key, to be compared by range: time passes meanwhile.
  std::chrono::milliseconds left(std::string_view key) {
    return std::chrono::milliseconds(run(command("PTTL", key).as<std::int64_t>()));
  }

  static inline std::unique_ptr<test::redis_server> server;
  std::unique_ptr<test::blocking_link> link;
};

INSTANTIATE_TEST_SUITE_P(Resp, Commands, testing::Values(2, 3), testing::PrintToStringParamName());

MATCHER_P2(IsWithin, low, high, "") { return low < arg && arg <= high; }

// ---- string

TEST_P(Commands, SetAndGet) {
  EXPECT_EQ(run(get("k")), none);
  run(set("k", "v"));
  EXPECT_EQ(run(get("k")), "v");
  run(set("k", 42));
  EXPECT_EQ(run(get("k").as<int>()), 42);
  run(set("k", 0.1));
  EXPECT_EQ(run(get("k").as<double>()), 0.1);
  const std::string bytes("\0\r\n$-1\r\n\xff", 9);
  run(set(bytes, bytes));
  EXPECT_EQ(run(get(bytes)), bytes);
}

TEST_P(Commands, SetOnConditions) {
  EXPECT_FALSE(run(set("k", "1").xx()));
  EXPECT_TRUE(run(set("k", "1").nx()));
  EXPECT_FALSE(run(set("k", "2").nx()));
  EXPECT_EQ(run(get("k")), "1");
  EXPECT_TRUE(run(set("k", "2").xx()));
  EXPECT_EQ(run(get("k")), "2");
}

TEST_P(Commands, SetAnswersTheFormerValue) {
  EXPECT_EQ(run(set("k", "1").get()), none);
  EXPECT_EQ(run(set("k", "2").get()), "1");
  EXPECT_EQ(run(set("k", "3").nx().get()), "2");
  EXPECT_EQ(run(set("k", "4").get().xx()), "2");
  EXPECT_EQ(run(get("k")), "4");
}

TEST_P(Commands, SetExpires) {
  run(set("k", "v").ex(100s));
  EXPECT_THAT(left("k"), IsWithin(0s, 100s));
  run(set("k", "w").keep_ttl());
  EXPECT_THAT(left("k"), IsWithin(0s, 100s));
  run(set("k", "v").ex(200'500ms));
  EXPECT_THAT(left("k"), IsWithin(100s, 200'500ms));
  run(set("k", "v").exat(std::chrono::system_clock::now() + 300s));
  EXPECT_THAT(left("k"), IsWithin(200s, 301s));
  EXPECT_TRUE(run(set("k", "v").xx().ex(400s)));
  EXPECT_THAT(left("k"), IsWithin(301s, 400s));
  run(set("k", "v"));
  EXPECT_EQ(run(ttl("k")), lifetime<>::unlimited());
  EXPECT_EQ(refused(set("k", "v").ex(0s)), server_errc::err);
}

TEST_P(Commands, Counters) {
  EXPECT_EQ(run(incr("n")), 1);
  EXPECT_EQ(run(incrby("n", 41)), 42);
  EXPECT_EQ(run(decr("n")), 41);
  EXPECT_EQ(run(incrby("n", -50)), -9);
  run(set("n", std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(refused(incr("n")), server_errc::err);
  run(lpush("l", "x"));
  EXPECT_EQ(refused(incr("l")), server_errc::wrongtype);
}

TEST_P(Commands, MSetAndMGet) {
  run(mset("a", 1, "b", "two"));
  EXPECT_THAT(run(mget("a", "nothing", "b")), ElementsAre("1", none, "two"));
  run(mset({{"a", "x"}, {"c", 2.5}}));
  EXPECT_THAT(run(mget({"a", "b", "c"})), ElementsAre("x", "two", "2.5"));
  run(mset(std::map<std::string, std::string>{{"d", "map"}}));
  EXPECT_THAT(run(mget(words{"d"})), ElementsAre("map"));
}

TEST_P(Commands, AnEmptyRangeIsRefusedByTheServer) {
  EXPECT_EQ(refused(mget(words{})), server_errc::err);
  EXPECT_EQ(refused(mset(std::map<std::string, int>{})), server_errc::err);
  EXPECT_EQ(refused(del(words{})), server_errc::err);
  EXPECT_EQ(refused(exists(words{})), server_errc::err);
  EXPECT_EQ(refused(hset("k", std::map<int, int>{})), server_errc::err);
  EXPECT_EQ(refused(lpush("k", words{})), server_errc::err);
  EXPECT_EQ(refused(rpush("k", words{})), server_errc::err);
  EXPECT_EQ(refused(sadd("k", words{})), server_errc::err);
  EXPECT_EQ(refused(zadd("k").add(std::map<std::string, double>{})), server_errc::err);
}

// ---- generic

TEST_P(Commands, DelAndExists) {
  run(mset("a", 1, "b", 2, "c", 3));
  EXPECT_EQ(run(exists("a")), 1);
  EXPECT_EQ(run(exists({"a", "a", "nothing"})), 2);
  EXPECT_EQ(run(exists(words{"a", "b", "c"})), 3);
  EXPECT_EQ(run(del("a", "nothing")), 1);
  EXPECT_EQ(run(del(std::set<std::string>{"b", "c"})), 2);
  EXPECT_EQ(run(exists("a", "b", "c")), 0);
}

TEST_P(Commands, ExpireAndTtl) {
  EXPECT_EQ(run(ttl("k")), lifetime<>());
  EXPECT_FALSE(run(expire("k", 100s)));
  run(set("k", "v"));
  EXPECT_EQ(run(ttl("k")), lifetime<>::unlimited());
  EXPECT_TRUE(run(expire("k", 100s)));
  const auto life = run(ttl("k"));
  ASSERT_TRUE(life.expires());
  EXPECT_THAT(life.left(), IsWithin(0s, 100s));
  EXPECT_GT(run(ttl("k").as<std::int64_t>()), 0);
  EXPECT_TRUE(run(expire("k", -1s)));
  EXPECT_EQ(run(exists("k")), 0);
}

TEST_P(Commands, ExpireOnConditions) {
  run(set("k", "v"));
  EXPECT_FALSE(run(expire("k", 100s).xx()));
  EXPECT_FALSE(run(expire("k", 100s).gt())) << "no expiry lives longest";
  EXPECT_TRUE(run(expire("k", 100s).nx()));
  EXPECT_FALSE(run(expire("k", 100s).nx()));
  EXPECT_TRUE(run(expire("k", 200s).gt()));
  EXPECT_FALSE(run(expire("k", 100s).xx().gt()));
  EXPECT_TRUE(run(expire("k", 100s).lt()));
  EXPECT_FALSE(run(expire("k", 200s).lt().xx()));
  EXPECT_TRUE(run(expire("k", 300s).xx()));
  EXPECT_THAT(left("k"), IsWithin(200s, 300s));
}

// ---- hash

TEST_P(Commands, Hashes) {
  EXPECT_EQ(run(hset("h", "name", "Ann", "visits", 3)), 2);
  EXPECT_EQ(run(hset("h", {{"name", "Eve"}, {"ratio", 0.5}})), 1);
  EXPECT_EQ(run(hset("h", std::map<int, std::string>{{7, "seven"}})), 1);
  EXPECT_EQ(run(hget("h", "name")), "Eve");
  EXPECT_EQ(run(hget("h", 7)), "seven");
  EXPECT_EQ(run(hget("h", "nothing")), none);
  EXPECT_EQ(run(hget("nothing", "name")), none);
  EXPECT_EQ(run(hget("h", "visits").as<int>()), 3);
  EXPECT_THAT(run(hgetall("h")), UnorderedElementsAre(Pair("name", "Eve"), Pair("visits", "3"),
                                                      Pair("ratio", "0.5"), Pair("7", "seven")));
  EXPECT_TRUE(run(hgetall("nothing")).empty());
  EXPECT_EQ(run(del("h")), 1);
  EXPECT_EQ(run(hset("h", "n", 1)), 1);
  EXPECT_THAT(run(hgetall("h").as<std::map<std::string, int>>()), ElementsAre(Pair("n", 1)));
}

// ---- list

TEST_P(Commands, Lists) {
  EXPECT_EQ(run(rpush("l", "c", 4)), 2);
  EXPECT_EQ(run(lpush("l", {"b", "a"})), 4);
  EXPECT_THAT(run(lrange("l", 0, -1)), ElementsAre("a", "b", "c", "4"));
  EXPECT_THAT(run(lrange("l", -2, 2)), ElementsAre("c"));
  EXPECT_TRUE(run(lrange("nothing", 0, -1)).empty());
  EXPECT_EQ(run(rpush("n", std::vector<int>{1, 2, 3})), 3);
  EXPECT_EQ(run(lpush("n", std::set<int>{0})), 4);
  EXPECT_THAT(run(lrange("n", 0, 9).as<std::vector<int>>()), ElementsAre(0, 1, 2, 3));
}

TEST_P(Commands, ManyElementsAndLargeOnes) {
  std::vector<std::string> elements(1000, "element");
  elements.emplace_back(1 << 20, 'x');
  EXPECT_EQ(run(rpush("l", elements)), 1001);
  EXPECT_EQ(run(rpush("l", std::move(elements))), 2002);
  EXPECT_EQ(run(lrange("l", -1, -1)).front(), std::string(1 << 20, 'x'));
  EXPECT_EQ(run(lrange("l", 0, -1)).size(), 2002u);
}

// ---- set

TEST_P(Commands, Sets) {
  EXPECT_EQ(run(sadd("s", "a", 2)), 2);
  EXPECT_EQ(run(sadd("s", {"a", "c"})), 1);
  EXPECT_EQ(run(sadd("s", words{"c"})), 0);
  EXPECT_THAT(run(smembers("s")), UnorderedElementsAre("a", "2", "c"));
  EXPECT_TRUE(run(smembers("nothing")).empty());
  EXPECT_THAT(run(smembers("s").as<std::set<std::string>>()), ElementsAre("2", "a", "c"));
}

// ---- sorted set

TEST_P(Commands, ZAddCountsWhatIsNewOrWithChWhatChanged) {
  EXPECT_EQ(run(zadd("z").add(1, "a").add(2.5, "b")), 2);
  EXPECT_EQ(run(zadd("z").add({{3, "b"}, {4, "c"}})), 1);
  EXPECT_EQ(run(zadd("z").ch().add(5, "b").add(4, "c").add(6, "d")), 2);
  EXPECT_EQ(run(zadd("z").add(std::map<std::string, double>{{"e", -infinity}})), 1);
  EXPECT_EQ(run(zadd("z").add(std::vector<std::pair<int, int>>{{9, 9}})), 1);
  EXPECT_THAT(run(zrange("z", 0, -1)), ElementsAre("e", "a", "c", "b", "d", "9"));
  EXPECT_EQ(refused(zadd("z").add(std::numeric_limits<double>::quiet_NaN(), "m")),
            server_errc::err);
}

TEST_P(Commands, ZAddOnConditions) {
  EXPECT_EQ(run(zadd("z").xx().add(1, "a")), 0);
  EXPECT_EQ(run(zadd("z").nx().add(2, "a")), 1);
  EXPECT_EQ(run(zadd("z").nx().ch().add(3, "a")), 0);
  EXPECT_EQ(run(zadd("z").gt().ch().add(1, "a")), 0);
  EXPECT_EQ(run(zadd("z").gt().ch().add(3, "a").add(1, "b")), 2);
  EXPECT_EQ(run(zadd("z").xx().lt().ch().add(4, "a").add(0.5, "b").add(0, "c")), 1);
  EXPECT_THAT(run(zrange("z", 0, -1).with_scores()), ElementsAre(Pair("b", 0.5), Pair("a", 3)));
}

TEST_P(Commands, ZAddIncr) {
  EXPECT_EQ(run(zadd("z").xx().incr().add(1, "a")), none);
  EXPECT_EQ(run(zadd("z").incr().add(1.25, "a")), 1.25);
  EXPECT_EQ(run(zadd("z").incr().add(0.5, "a")), 1.75);
  EXPECT_EQ(run(zadd("z").nx().incr().add(1, "a")), none);
  EXPECT_EQ(run(zadd("z").incr().gt().add(-1, "a")), none);
  EXPECT_EQ(run(zadd("z").lt().incr().add(-1, "a")), 0.75);
  EXPECT_EQ(run(zadd("z").incr().add(infinity, "a")), infinity);
}

TEST_P(Commands, ZRangeByIndex) {
  run(zadd("z").add({{1, "a"}, {2, "b"}, {3.5, "c"}}));
  EXPECT_THAT(run(zrange("z", 0, -1)), ElementsAre("a", "b", "c"));
  EXPECT_THAT(run(zrange("z", 0, 1).rev()), ElementsAre("c", "b"));
  EXPECT_THAT(run(zrange("z", -2, -1).with_scores()), ElementsAre(Pair("b", 2), Pair("c", 3.5)));
  EXPECT_THAT(run(zrange("z", 0, 0).rev().with_scores()), ElementsAre(Pair("c", 3.5)));
  EXPECT_TRUE(run(zrange("nothing", 0, -1)).empty());
  EXPECT_TRUE(run(zrange("nothing", 0, -1).with_scores()).empty());
}

TEST_P(Commands, ZRangeByScore) {
  run(zadd("z").add({{-infinity, "low"}, {1, "a"}, {2, "b"}, {3.5, "c"}, {infinity, "high"}}));
  EXPECT_THAT(run(zrange("z").by_score(1, 3.5)), ElementsAre("a", "b", "c"));
  EXPECT_THAT(run(zrange("z").by_score(exclusive(1), exclusive(3.5))), ElementsAre("b"));
  EXPECT_THAT(run(zrange("z").by_score(exclusive(-infinity), 1)), ElementsAre("a"));
  EXPECT_THAT(run(zrange("z").by_score(3, infinity).rev()), ElementsAre());
  EXPECT_THAT(run(zrange("z").by_score(infinity, 3).rev()), ElementsAre("high", "c"));
  EXPECT_THAT(run(zrange("z").by_score(-infinity, infinity).limit(1, 2)), ElementsAre("a", "b"));
  EXPECT_THAT(run(zrange("z").by_score(2, -infinity).rev().limit(0, -1).with_scores()),
              ElementsAre(Pair("b", 2), Pair("a", 1), Pair("low", -infinity)));
}

TEST_P(Commands, ZRangeByLex) {
  run(zadd("z").add({{0, "a"}, {0, "b"}, {0, "c"}, {0, "d"}}));
  EXPECT_THAT(run(zrange("z").by_lex("b", "c")), ElementsAre("b", "c"));
  EXPECT_THAT(run(zrange("z").by_lex(exclusive("a"), exclusive("c"))), ElementsAre("b"));
  EXPECT_THAT(run(zrange("z").by_lex(lex_bound::lowest(), "b")), ElementsAre("a", "b"));
  EXPECT_THAT(run(zrange("z").by_lex(lex_bound::highest(), exclusive("b")).rev()),
              ElementsAre("d", "c"));
  EXPECT_THAT(run(zrange("z").by_lex(lex_bound::lowest(), lex_bound::highest()).limit(1, 2)),
              ElementsAre("b", "c"));
}

TEST_P(Commands, WhatZRangeAnswersZAddTakes) {
  run(zadd("z").add(1.5, "a").add(0.1, "b"));
  EXPECT_EQ(run(zadd("copy").add(run(zrange("z", 0, -1).with_scores()))), 2);
  EXPECT_EQ(run(zrange("copy", 0, -1).with_scores()), run(zrange("z", 0, -1).with_scores()));
}

// ---- connection

TEST_P(Commands, PingAndEcho) {
  EXPECT_EQ(run(ping()), "PONG");
  EXPECT_EQ(run(ping("hello")), "hello");
  EXPECT_EQ(run(echo("hello")), "hello");
  EXPECT_EQ(run(echo(5).as<int>()), 5);
}

// ---- the others

TEST_P(Commands, AnyOther) {
  EXPECT_EQ(run(command("APPEND", "k", "abc").as<int>()), 3);
  const auto walked = run(command("OBJECT", "ENCODING", "k"));
  EXPECT_EQ(walked.text(), "embstr");
  EXPECT_EQ(refused(command("NONSENSE")), server_errc::err);
}

TEST_P(Commands, OnlyReadWhatTheServerSaysIsOnlyRead) {
  const auto read_only = [&](std::string_view name) {
    const auto info = run(command("COMMAND", "INFO", name));
    const auto flags = resp::decode<std::set<std::string>>(info[0][2]).value();
    return flags.contains("readonly");
  };
  const auto check = [&](const resp::command& c) {
    EXPECT_EQ(c.flags().read_only, read_only(c.name())) << c.name();
    EXPECT_FALSE(c.flags().cacheable && !c.flags().read_only) << c.name();
    EXPECT_FALSE(c.flags().read_only && !c.flags().idempotent) << c.name();
    EXPECT_FALSE(c.flags().blocking || c.flags().refused) << c.name();
    EXPECT_EQ(c.key(0), "k") << c.name();
  };
  for (const resp::command& c : std::initializer_list<resp::command>{
           get("k"),         set("k", 1),       del("k"),        exists("k"),   incr("k"),
           incrby("k", 1),   decr("k"),         expire("k", 1s), ttl("k"),      mget("k"),
           mset("k", 1),     hset("k", 1, 1),   hget("k", 1),    hgetall("k"),  lpush("k", 1),
           rpush("k", 1),    lrange("k", 0, 1), sadd("k", 1),    smembers("k"), zadd("k").add(1, 1),
           zrange("k", 0, 1)}) {
    check(c);
  }
}

}  // namespace
}  // namespace sandpiper
