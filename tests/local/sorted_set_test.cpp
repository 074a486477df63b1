#include "local/sorted_set.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "local/answering.hpp"

namespace sandpiper::local {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const auto scores = zset_of({{"low", -infinity}, {"a", 0.1}, {"b", 2}, {"c", 2}, {"d", infinity}});
const auto words = zset_of({{"", 0}, {"a", 0}, {"ab", 0}, {"b", 0}});
const store::value nothing;

TEST(SortedSets, AScoreHasTheDigitsOfTheServer) {
  EXPECT_EQ(answer_to(scores, {"ZSCORE", "k", "a"}, 2), "$19\r\n0.10000000000000001\r\n");
  EXPECT_EQ(answer_to(scores, {"ZSCORE", "k", "a"}, 3), ",0.10000000000000001\r\n");
  EXPECT_EQ(answer_to(scores, {"ZSCORE", "k", "b"}, 3), ",2\r\n");
  EXPECT_EQ(answer_to(scores, {"ZSCORE", "k", "low"}, 2), "$4\r\n-inf\r\n");
  EXPECT_EQ(answer_to(scores, {"ZSCORE", "k", "no"}, 3), "_\r\n");
  EXPECT_EQ(answer_to(scores, {"ZMSCORE", "k", "no", "d"}), "*2\r\n$-1\r\n$3\r\ninf\r\n");
  EXPECT_EQ(answer_to(nothing, {"ZMSCORE", "k", "no", "d"}, 3), "*2\r\n_\r\n_\r\n");
}

TEST(SortedSets, ARankCountsFromEitherEnd) {
  EXPECT_EQ(answer_to(scores, {"ZRANK", "k", "c"}), ":3\r\n");
  EXPECT_EQ(answer_to(scores, {"ZREVRANK", "k", "c"}), ":1\r\n");
  EXPECT_EQ(answer_to(scores, {"ZRANK", "k", "no"}), "$-1\r\n");
  EXPECT_EQ(answer_to(nothing, {"ZREVRANK", "k", "c"}, 3), "_\r\n");
  EXPECT_EQ(answer_to(scores, {"ZCARD", "k"}), ":5\r\n");
}

TEST(SortedSets, ZcountLeavesOpenBoundsOut) {
  EXPECT_EQ(answer_to(scores, {"ZCOUNT", "k", "-inf", "+inf"}), ":5\r\n");
  EXPECT_EQ(answer_to(scores, {"ZCOUNT", "k", "(-inf", "(inf"}), ":3\r\n");
  EXPECT_EQ(answer_to(scores, {"ZCOUNT", "k", "(0.1", "2"}), ":2\r\n");
  EXPECT_EQ(answer_to(scores, {"ZCOUNT", "k", "2", "(2"}), ":0\r\n");
  EXPECT_EQ(answer_to(scores, {"ZCOUNT", "k", "3", "1"}), ":0\r\n");
  EXPECT_EQ(answer_to(nothing, {"ZCOUNT", "k", "x", "1"}), "-ERR min or max is not a float\r\n");
}

TEST(SortedSets, ZlexcountComparesBytes) {
  EXPECT_EQ(answer_to(words, {"ZLEXCOUNT", "k", "-", "+"}), ":4\r\n");
  EXPECT_EQ(answer_to(words, {"ZLEXCOUNT", "k", "[", "(b"}), ":3\r\n");
  EXPECT_EQ(answer_to(words, {"ZLEXCOUNT", "k", "(a", "[ab"}), ":1\r\n");
  EXPECT_EQ(answer_to(words, {"ZLEXCOUNT", "k", "+", "-"}), ":0\r\n");
  EXPECT_EQ(answer_to(words, {"ZLEXCOUNT", "k", "a", "+"}),
            "-ERR min or max not valid string range item\r\n");
}

TEST(SortedSets, WhereScoresDifferALexRangeIsTheFirstRun) {
  const auto mixed = zset_of({{"c", 1}, {"a", 2}, {"b", 3}, {"d", 4}, {"b2", 5}});
  const lex_bound b{.member = "b"};
  const lex_bound c{.member = "c"};
  const auto forward = places_between(mixed.view(), b, c, false);
  EXPECT_EQ(forward.first, 0u);
  EXPECT_EQ(forward.end, 3u) << "only what is too high ends it";
  const auto backward = places_between(mixed.view(), b, c, true);
  EXPECT_EQ(backward.first, 2u) << "only what is too low ends it";
  EXPECT_EQ(backward.end, 5u);
}

}  // namespace
}  // namespace sandpiper::local
