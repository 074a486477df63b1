#include <gtest/gtest.h>

#include "local/answering.hpp"

namespace sandpiper::local {
namespace {

const auto abc = zset_of({{"a", 1}, {"b", 2}, {"c", 3}});
const store::value nothing;

// The members alone, without what stands between them.
std::string members(const store::value& value, const std::vector<std::string>& words) {
  std::string met;
  for (const char c : answer_to(value, words)) {
    if (c >= 'a' && c <= 'z') met += c;
  }
  return met;
}

TEST(SortedSetRanges, ByIndex) {
  EXPECT_EQ(answer_to(abc, {"ZRANGE", "k", "0", "1"}), "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  EXPECT_EQ(members(abc, {"ZRANGE", "k", "-2", "-1"}), "bc");
  EXPECT_EQ(members(abc, {"ZRANGE", "k", "0", "1", "REV"}), "cb");
  EXPECT_EQ(members(abc, {"ZREVRANGE", "k", "2", "99"}), "a");
  EXPECT_EQ(answer_to(abc, {"ZRANGE", "k", "5", "9"}), "*0\r\n");
  EXPECT_EQ(answer_to(nothing, {"ZREVRANGE", "k", "0", "-1"}), "*0\r\n");
}

TEST(SortedSetRanges, ScoresStandInPairsInResp3) {
  EXPECT_EQ(answer_to(abc, {"ZRANGE", "k", "0", "0", "WITHSCORES"}, 2),
            "*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  EXPECT_EQ(answer_to(abc, {"ZRANGE", "k", "0", "0", "WITHSCORES"}, 3),
            "*1\r\n*2\r\n$1\r\na\r\n,1\r\n");
}

TEST(SortedSetRanges, ByScore) {
  EXPECT_EQ(members(abc, {"ZRANGE", "k", "(1", "inf", "BYSCORE"}), "bc");
  EXPECT_EQ(members(abc, {"ZRANGEBYSCORE", "k", "1", "(3"}), "ab");
  EXPECT_EQ(members(abc, {"ZRANGE", "k", "3", "2", "BYSCORE", "REV"}), "cb");
  EXPECT_EQ(members(abc, {"ZREVRANGEBYSCORE", "k", "3", "(1"}), "cb");
  EXPECT_EQ(members(abc, {"ZREVRANGEBYSCORE", "k", "1", "3"}), "");
}

TEST(SortedSetRanges, ByMember) {
  EXPECT_EQ(members(zset_of({{"a", 0}, {"b", 0}, {"c", 0}}), {"ZRANGEBYLEX", "k", "(a", "+"}),
            "bc");
  EXPECT_EQ(
      members(zset_of({{"a", 0}, {"b", 0}, {"c", 0}}), {"ZRANGE", "k", "[b", "-", "BYLEX", "REV"}),
      "ba");
  EXPECT_EQ(members(zset_of({{"a", 0}, {"b", 0}, {"c", 0}}), {"ZREVRANGEBYLEX", "k", "+", "[c"}),
            "c");
}

TEST(SortedSetRanges, ALimitCountsFromTheEndThatComesFirst) {
  EXPECT_EQ(members(abc, {"ZRANGEBYSCORE", "k", "0", "9", "LIMIT", "1", "1"}), "b");
  EXPECT_EQ(members(abc, {"ZREVRANGEBYSCORE", "k", "9", "0", "LIMIT", "0", "2"}), "cb");
  EXPECT_EQ(members(abc, {"ZRANGEBYSCORE", "k", "0", "9", "LIMIT", "1", "-7"}), "bc");
  EXPECT_EQ(members(abc, {"ZRANGEBYSCORE", "k", "0", "9", "LIMIT", "-1", "2"}), "");
  EXPECT_EQ(members(abc, {"ZRANGEBYSCORE", "k", "0", "9", "LIMIT", "3", "2"}), "");
}

TEST(SortedSetRanges, WhatDoesNotGoTogetherIsSaidFirst) {
  EXPECT_EQ(answer_to(nothing, {"ZRANGE", "k", "x", "y", "LIMIT", "0", "1"}),
            "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or "
            "BYLEX\r\n");
  EXPECT_EQ(answer_to(nothing, {"ZRANGE", "k", "x", "y", "BYLEX", "WITHSCORES"}),
            "-ERR syntax error, WITHSCORES not supported in combination with BYLEX\r\n");
  EXPECT_EQ(answer_to(abc, {"ZRANGE", "k", "0", "1", "BYSCORE", "LIMIT", "x", "1"}),
            "-ERR value is not an integer or out of range\r\n");
  EXPECT_EQ(answer_to(abc, {"ZRANGE", "k", "x", "1", "BYSCORE"}),
            "-ERR min or max is not a float\r\n");
  EXPECT_EQ(answer_to(set_of({"a"}), {"ZRANGE", "k", "0", "1"}), wrong_type_reply);
}

TEST(SortedSetRanges, ALongOneIsWalkedBackwardsInPieces) {
  store::value many(store::value_type::zset);
  for (int i = 0; i < 300; ++i) many.add(std::to_string(i), static_cast<double>(i));
  many.sort();
  std::string expected = "*298\r\n";
  for (int i = 298; i > 0; --i) {
    const auto text = std::to_string(i);
    expected += "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
  }
  EXPECT_EQ(answer_to(many, {"ZREVRANGE", "k", "1", "-2"}), expected);
}

}  // namespace
}  // namespace sandpiper::local
