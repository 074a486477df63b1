#include "local/words.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace sandpiper::local {
namespace {

using namespace std::string_literals;
using store::stream_id;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t number = 0;
  if (!parse_integer(text, number)) return std::nullopt;
  return number;
}

std::optional<double> real(std::string_view text) {
  double number = 0;
  if (!parse_float(text, number)) return std::nullopt;
  return number;
}

std::optional<stream_id> id(std::string_view text, bool strict = false) {
  stream_id parsed;
  if (!parse_stream_id(text, 77, strict, parsed)) return std::nullopt;
  return parsed;
}

TEST(Words, CaseOfAnOptionDoesNotMatter) {
  EXPECT_TRUE(is_word("LIMIT", "LIMIT"));
  EXPECT_TRUE(is_word("LiMit", "LIMIT"));
  EXPECT_FALSE(is_word("LIMITS", "LIMIT"));
  EXPECT_FALSE(is_word("", "LIMIT"));
  EXPECT_FALSE(is_word("L\tMIT", "LIMIT"));
}

TEST(Words, AnIntegerHasOneForm) {
  EXPECT_EQ(integer("0"), 0);
  EXPECT_EQ(integer("-1"), -1);
  EXPECT_EQ(integer("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(integer("-9223372036854775808"), INT64_MIN);
  for (const auto& text : {""s, "-"s, "-0"s, "+1"s, "01"s, " 1"s, "1 "s, "1.0"s, "1\0"s, "0x1"s,
                           "9223372036854775808"s, "-9223372036854775809"s}) {
    EXPECT_EQ(integer(text), std::nullopt) << text;
  }
}

TEST(Words, AFloatIsWhatStrtodReads) {
  EXPECT_EQ(real("1.5"), 1.5);
  EXPECT_EQ(real(""), 0);
  EXPECT_EQ(real(" +1"), 1);
  EXPECT_EQ(real("0x1p4"), 16);
  EXPECT_EQ(real("inf"), infinity);
  EXPECT_EQ(real("-Infinity"), -infinity);
  EXPECT_EQ(real("1e400"), infinity);
  EXPECT_EQ(real("1e-400"), 0);
  EXPECT_EQ(real("1\0junk"s), 1) << "it ends at a zero byte";
  for (const auto* text : {"nan", "-nan", " ", "1 ", "1,5", "abc", "--1", "e1"}) {
    EXPECT_EQ(real(text), std::nullopt) << text;
  }
}

TEST(Words, AScoreBoundMayLeaveItsScoreOut) {
  score_bound bound;
  ASSERT_TRUE(parse_score_bound("(1.5", bound));
  EXPECT_TRUE(bound.open);
  EXPECT_EQ(bound.score, 1.5);
  ASSERT_TRUE(parse_score_bound("-inf", bound));
  EXPECT_FALSE(bound.open);
  EXPECT_FALSE(parse_score_bound("((1", bound));
  EXPECT_FALSE(parse_score_bound("[1", bound));
}

TEST(Words, ALexBoundSaysWhichSideItIsOn) {
  for (const auto* text : {"", "a", "+a", "-a"}) {
    lex_bound bound;
    EXPECT_FALSE(parse_lex_bound(text, bound)) << text;
  }
  lex_bound b;
  ASSERT_TRUE(parse_lex_bound("[b", b));
  EXPECT_TRUE(reaches("b", b) && stays_below("b", b));
  EXPECT_TRUE(reaches("ba", b) && !stays_below("ba", b));
  ASSERT_TRUE(parse_lex_bound("(b", b));
  EXPECT_FALSE(reaches("b", b) || stays_below("b", b));
  EXPECT_TRUE(reaches("\xff", b)) << "bytes, not characters";
  lex_bound lowest;
  lex_bound highest;
  ASSERT_TRUE(parse_lex_bound("-", lowest) && parse_lex_bound("+", highest));
  EXPECT_TRUE(reaches("", lowest) && !stays_below("", lowest));
  EXPECT_TRUE(!reaches("\xff", highest) && stays_below("\xff", highest));
}

TEST(Words, AStreamIdMayLackItsSequence) {
  EXPECT_EQ(id("5-3"), (stream_id{5, 3}));
  EXPECT_EQ(id("5"), (stream_id{5, 77}));
  EXPECT_EQ(id("-"), (stream_id{0, 0}));
  EXPECT_EQ(id("+"), (stream_id{UINT64_MAX, UINT64_MAX}));
  EXPECT_EQ(id("-", true), std::nullopt);
  EXPECT_EQ(id("+", true), std::nullopt);
  EXPECT_EQ(id("18446744073709551615-0"), (stream_id{UINT64_MAX, 0}));
  EXPECT_EQ(id(" 007-+1"), (stream_id{7, 1})) << "as strtoull() reads it";
  EXPECT_EQ(id("1--05"), (stream_id{1, 0 - std::uint64_t{5}})) << "that too";
  for (const auto& text : {""s, "5-"s, "-5"s, "1--5"s, "a"s, "5-3-1"s, "18446744073709551616"s,
                           "5 "s, "5-*"s, std::string(128, '0')}) {
    EXPECT_EQ(id(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sandpiper::local
