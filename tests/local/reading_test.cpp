#include "sandpiper/local/reading.hpp"

#include <gtest/gtest.h>

#include "local/answering.hpp"
#include "local/call.hpp"
#include "support/memory_count.hpp"

namespace sandpiper::local {
namespace {

const reading* found(const std::vector<std::string>& words) { return find(command_of(words)); }

TEST(Reading, ACommandIsFoundWhateverTheCaseOfItsName) {
  for (const auto* name : {"ZREVRANGEBYSCORE", "zrevrangebyscore", "ZrevRangeByScore"}) {
    const auto* const how = found({name, "k", "2", "1"});
    ASSERT_NE(how, nullptr) << name;
    EXPECT_EQ(how->name, "ZREVRANGEBYSCORE");
  }
  EXPECT_EQ(found({"get", "k"})->name, "GET");
  EXPECT_EQ(found({"hLen", "k"})->name, "HLEN");
}

TEST(Reading, WhatOnlyResemblesANameIsNotFound) {
  using namespace std::string_literals;
  const auto names = {"G"s,      "GE"s,     "GETS"s,     "GET\0"s, "GET "s,
                      "\7ET"s,   "HGEX"s,   "ZREVRANG"s, ""s,      "ZREVRANGEBYSCORES"s,
                      "g\x05t"s, "TYP\xe5"s};
  for (const auto& name : names) {
    for (const auto arguments : {1, 2, 3}) {
      std::vector<std::string> words(static_cast<std::size_t>(arguments) + 1, "1");
      words[0] = name;
      EXPECT_EQ(found(words), nullptr) << name;
    }
  }
}

TEST(Reading, ArityDecidesAndSoDoesTheNumberOfKeys) {
  EXPECT_EQ(found({"GET"}), nullptr);
  EXPECT_EQ(found({"GET", "k", "x"}), nullptr);
  EXPECT_EQ(found({"HMGET", "k"}), nullptr);
  EXPECT_NE(found({"HMGET", "k", "a", "b", "c"}), nullptr);
  EXPECT_NE(found({"EXISTS", "k"}), nullptr);
  EXPECT_EQ(found({"EXISTS", "k", "l"}), nullptr) << "two keys";
  EXPECT_EQ(found({"ZRANK", "k", "m", "WITHSCORE"}), nullptr) << "a later server's";
}

TEST(Reading, AWordOfALaterServerIsNotFound) {
  EXPECT_NE(found({"ZRANGE", "k", "0", "1", "rev", "WithScores", "LIMIT", "x", "y"}), nullptr);
  EXPECT_EQ(found({"ZRANGE", "k", "0", "1", "BYFATE"}), nullptr);
  EXPECT_EQ(found({"ZRANGE", "k", "0", "1", "LIMIT", "1"}), nullptr);
  EXPECT_EQ(found({"ZRANGEBYSCORE", "k", "0", "1", "REV"}), nullptr);
  EXPECT_NE(found({"LPOS", "k", "x", "RANK", "1", "COUNT", "2", "MAXLEN", "3"}), nullptr);
  EXPECT_EQ(found({"LPOS", "k", "x", "FIRST", "1"}), nullptr);
  EXPECT_EQ(found({"LPOS", "k", "x", "RANK", "-9223372036854775808"}), nullptr);
  EXPECT_NE(found({"XRANGE", "k", "-", "+", "count", "1"}), nullptr);
  EXPECT_EQ(found({"XRANGE", "k", "-", "+", "LIMIT", "1"}), nullptr);
  EXPECT_NE(found({"BITCOUNT", "k", "0", "1", "bit"}), nullptr);
  EXPECT_EQ(found({"BITCOUNT", "k", "0", "1", "nibble"}), nullptr);
}

TEST(Reading, OnlyGetIsTheValueItself) {
  EXPECT_TRUE(found({"GET", "k"})->whole_string);
  EXPECT_EQ(found({"GET", "k"})->type, store::value_type::string);
  EXPECT_FALSE(found({"STRLEN", "k"})->whole_string);
  EXPECT_FALSE(found({"HGET", "k", "f"})->whole_string);
}

TEST(Reading, AnAnswerAllocatesNothingOnceItsBufferIsLargeEnough) {
  const auto text = store::value::string("Hello");
  const auto hash = pairs(store::value_type::hash, {{"f", "v"}, {"g", "w"}});
  const auto zset = zset_of({{"a", 1}, {"b", 2}});
  const std::vector<std::pair<const store::value*, std::vector<std::string>>> questions{
      {&text, {"GET", "k"}},
      {&text, {"GETRANGE", "k", "1", "-2"}},
      {&hash, {"HMGET", "k", "g", "f"}},
      {&hash, {"HGETALL", "k"}},
      {&zset, {"ZRANGE", "k", "(1", "+inf", "BYSCORE", "WITHSCORES"}},
      {&zset, {"ZREVRANGE", "k", "0", "-1"}}};
  resp::buffer bytes;
  static_cast<void>(bytes.reserve(4096));
  resp::encoder out(bytes);
  for (const auto& [value, words] : questions) {
    const auto command = command_of(words);
    const test::memory_watch watch;
    const auto* const how = find(command);
    ASSERT_NE(how, nullptr);
    answer(*how, command, value->view(), out);
    EXPECT_EQ(watch.allocations(), 0u) << words.front();
  }
}

TEST(Reading, ANegativeIndexCountsFromTheEnd) {
  const auto is = [](index_range range, std::size_t first, std::size_t end) {
    return range.first == first && range.end == end;
  };
  EXPECT_TRUE(is(clamp(0, -1, 3), 0, 3));
  EXPECT_TRUE(is(clamp(-2, 1, 3), 1, 2));
  EXPECT_TRUE(is(clamp(INT64_MIN, INT64_MAX, 3), 0, 3));
  EXPECT_EQ(clamp(0, -4, 3).size(), 0u);
  EXPECT_EQ(clamp(INT64_MAX, INT64_MAX, 3).size(), 0u);
  EXPECT_EQ(clamp(0, 0, 0).size(), 0u);
  EXPECT_EQ(clamp(2, 1, 3).size(), 0u);
}

TEST(Reading, WalkingBackwardsMeetsEveryPairOnce) {
  store::value items(store::value_type::list);
  for (int i = 0; i < 200; ++i) items.add(std::to_string(i));
  for (const std::size_t first : {0u, 7u}) {
    int expected = 199;
    for_each_backwards(items.view(), first, 200 - first,
                       [&](std::string_view item, std::string_view) {
                         EXPECT_EQ(item, std::to_string(expected--));
                       });
    EXPECT_EQ(expected, static_cast<int>(first) - 1);
  }
}

}  // namespace
}  // namespace sandpiper::local
