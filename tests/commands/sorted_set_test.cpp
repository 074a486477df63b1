#include "sandpiper/commands/sorted_set.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands/expected.hpp"

namespace sandpiper {
namespace {

using test::keys_of;
using test::replies;
using test::request;
using test::words;

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(ZAdd, TakesPairsOneByOneAndInRanges) {
  const std::vector<std::pair<double, std::string>> by_score{{1, "a"}, {2.5, "b"}};
  const std::map<std::string, double> by_member{{"a", 1}, {"b", 2.5}};
  for (const auto& c :
       {zadd("z").add(1, "a").add(2.5, "b"), zadd("z").add({{1, "a"}, {2.5, "b"}}),
        zadd("z").add(by_score), zadd("z").add(by_member), zadd("z").add(std::map(by_member)),
        zadd("z").add(1, "a").add({{2.5, "b"}}),
        zadd("z").add(1, "a").add(std::map<int, std::string_view>{}).add(2.5, "b")}) {
    EXPECT_EQ(c.to_string(), request({"ZADD", "z", "1", "a", "2.5", "b"}));
    EXPECT_EQ(keys_of(c), words{"z"});
    EXPECT_EQ(c.flags(), test::writing);
    static_assert(replies<decltype(c), std::int64_t>);
  }
}

TEST(ZAdd, WritesNumbersAsTheServerReadsThem) {
  EXPECT_EQ(zadd("z").add(-infinity, 7).add(0.1, "m").add(infinity, "").to_string(),
            request({"ZADD", "z", "-inf", "7", "0.1", "m", "inf", ""}));
  EXPECT_EQ(zadd("z").add(std::vector<std::pair<int, int>>{{1, 2}}).to_string(),
            request({"ZADD", "z", "1", "2"}));
}

TEST(ZAdd, OptionsComeBeforeThePairs) {
  EXPECT_EQ(zadd("z").gt().ch().add(1.5, "m").to_string(),
            request({"ZADD", "z", "GT", "CH", "1.5", "m"}));
  EXPECT_EQ(zadd("z").nx().add(1, "m").to_string(), request({"ZADD", "z", "NX", "1", "m"}));
  EXPECT_EQ(zadd("z").xx().lt().add(1, "m").to_string(),
            request({"ZADD", "z", "XX", "LT", "1", "m"}));
  EXPECT_EQ(zadd("z").incr().gt().add(1, "m").to_string(),
            request({"ZADD", "z", "INCR", "GT", "1", "m"}));
}

TEST(ZAdd, IncrAnswersAScoreOrNothing) {
  static_assert(replies<decltype(zadd("z").incr().add(1, "m")), std::optional<double>>);
  static_assert(replies<decltype(zadd("z").nx().incr().add(1, "m")), std::optional<double>>);
  static_assert(replies<decltype(zadd("z").xx().ch().add(1, "m")), std::int64_t>);
  EXPECT_EQ(zadd("z").incr().add(1, "m").flags(), test::writing);
  EXPECT_EQ(keys_of(zadd("z").incr().add(1, "m")), words{"z"});
}

template <class C>
concept takes_nx = requires(C c) {
  std::move(c).nx();
};
template <class C>
concept takes_xx = requires(C c) {
  std::move(c).xx();
};
template <class C>
concept takes_gt = requires(C c) {
  std::move(c).gt();
};
template <class C>
concept takes_lt = requires(C c) {
  std::move(c).lt();
};
template <class C>
concept takes_ch = requires(C c) {
  std::move(c).ch();
};
template <class C>
concept takes_incr = requires(C c) {
  std::move(c).incr();
};
template <class C, class... Ts>
concept takes_add = requires(C c, Ts... pair) {
  std::move(c).add(pair...);
};
template <class C>
concept takes_pair = takes_add<C, double, const char*>;

using start = decltype(zadd("z"));
static_assert(!any_command<start>);  // without a pair it cannot be sent
static_assert(!any_command<decltype(zadd("z").nx().ch())>);
static_assert(takes_nx<start> && takes_xx<start> && takes_gt<start> && takes_lt<start>);
static_assert(takes_ch<start> && takes_incr<start> && takes_pair<start>);

using after_nx = decltype(zadd("z").nx());
static_assert(!takes_nx<after_nx> && !takes_xx<after_nx> && !takes_gt<after_nx> &&
              !takes_lt<after_nx> && takes_ch<after_nx> && takes_incr<after_nx>);
using after_xx = decltype(zadd("z").xx());
static_assert(!takes_nx<after_xx> && !takes_xx<after_xx> && takes_gt<after_xx> &&
              takes_lt<after_xx>);
using after_gt = decltype(zadd("z").gt());
static_assert(!takes_nx<after_gt> && takes_xx<after_gt> && !takes_gt<after_gt> &&
              !takes_lt<after_gt>);
using after_ch = decltype(zadd("z").ch());
static_assert(!takes_ch<after_ch> && !takes_incr<after_ch>);
using after_incr = decltype(zadd("z").incr());
static_assert(!takes_ch<after_incr> && !takes_incr<after_incr> && takes_pair<after_incr>);
static_assert(!takes_add<after_incr, std::map<std::string, double>>);

using after_pair = decltype(zadd("z").add(1, "m"));
static_assert(takes_pair<after_pair> && !takes_nx<after_pair> && !takes_ch<after_pair>);
static_assert(!takes_pair<decltype(zadd("z").incr().add(1, "m"))>);
static_assert(!takes_add<start, const char*, double>);  // the score comes first
static_assert(!takes_add<start, std::map<std::string, std::string>>);
static_assert(!takes_add<start>);

using members = std::vector<std::string>;
using scored = std::vector<std::pair<std::string, double>>;

TEST(ZRange, ReadsPlaces) {
  EXPECT_EQ(zrange("z", 0, -1).to_string(), request({"ZRANGE", "z", "0", "-1"}));
  EXPECT_EQ(zrange("z", 1, 2).rev().with_scores().to_string(),
            request({"ZRANGE", "z", "1", "2", "REV", "WITHSCORES"}));
  static_assert(replies<decltype(zrange("z", 0, -1)), members>);
  static_assert(replies<decltype(zrange("z", 0, -1).rev()), members>);
  static_assert(replies<decltype(zrange("z", 0, -1).with_scores().rev()), scored>);
}

TEST(ZRange, ReadsScores) {
  EXPECT_EQ(zrange("z").by_score(1, 5.5).to_string(),
            request({"ZRANGE", "z", "1", "5.5", "BYSCORE"}));
  EXPECT_EQ(zrange("z").by_score(exclusive(1), exclusive(-2.5)).to_string(),
            request({"ZRANGE", "z", "(1", "(-2.5", "BYSCORE"}));
  EXPECT_EQ(
      zrange("z").by_score(infinity, -infinity).rev().limit(2, -1).with_scores().to_string(),
      request({"ZRANGE", "z", "inf", "-inf", "BYSCORE", "REV", "LIMIT", "2", "-1", "WITHSCORES"}));
  static_assert(replies<decltype(zrange("z").by_score(0, 1).limit(0, 1)), members>);
  static_assert(replies<decltype(zrange("z").by_score(0, 1).with_scores().limit(0, 1)), scored>);
}

TEST(ZRange, ReadsMembersInOrder) {
  EXPECT_EQ(zrange("z").by_lex("a", exclusive("b")).to_string(),
            request({"ZRANGE", "z", "[a", "(b", "BYLEX"}));
  EXPECT_EQ(zrange("z").by_lex(lex_bound::lowest(), lex_bound::highest()).limit(0, 3).to_string(),
            request({"ZRANGE", "z", "-", "+", "BYLEX", "LIMIT", "0", "3"}));
  EXPECT_EQ(zrange("z").by_lex(std::string("-"), std::string_view("+")).rev().to_string(),
            request({"ZRANGE", "z", "[-", "[+", "BYLEX", "REV"}));
  static_assert(replies<decltype(zrange("z").by_lex("a", "b").rev()), members>);
}

TEST(ZRange, ALargeBoundIsKept) {
  const std::string large(resp::command::referenced_bytes_min, 'x');
  const auto c = zrange("z").by_lex(std::string(large), exclusive(std::string(large)));
  EXPECT_EQ(c.argument(2), "[" + large);
  EXPECT_EQ(c.argument(3), "(" + large);
}

TEST(ZRange, OnlyReads) {
  EXPECT_EQ(zrange("z", 0, -1).flags(), test::reading);
  EXPECT_EQ(zrange("z", 0, -1).rev().with_scores().flags(), test::reading);
  EXPECT_EQ(zrange("z").by_score(0, 1).limit(0, 1).flags(), test::reading);
  EXPECT_EQ(zrange("z").by_lex("a", "b").flags(), test::reading);
  EXPECT_EQ(keys_of(zrange("z").by_lex("a", "b")), words{"z"});
}

template <class C>
concept takes_rev = requires(C c) {
  std::move(c).rev();
};
template <class C>
concept takes_limit = requires(C c) {
  std::move(c).limit(0, 1);
};
template <class C>
concept takes_with_scores = requires(C c) {
  std::move(c).with_scores();
};
template <class Bound>
concept bounds_scores = requires(Bound bound) {
  zrange("z").by_score(bound, bound);
};
template <class Bound>
concept bounds_members = requires(Bound bound) {
  zrange("z").by_lex(bound, bound);
};

static_assert(!any_command<decltype(zrange("z"))>);  // without a range it cannot be sent
static_assert(!takes_rev<decltype(zrange("z"))>);
static_assert(!takes_limit<decltype(zrange("z", 0, -1))>);  // LIMIT goes with BYSCORE and BYLEX
static_assert(!takes_rev<decltype(zrange("z", 0, -1).rev())>);
static_assert(!takes_with_scores<decltype(zrange("z", 0, -1).with_scores())>);
static_assert(takes_limit<decltype(zrange("z").by_score(0, 1).rev())>);
static_assert(!takes_limit<decltype(zrange("z").by_score(0, 1).limit(0, 1))>);
static_assert(!takes_with_scores<decltype(zrange("z").by_lex("a", "b"))>);
static_assert(bounds_scores<double> && bounds_scores<exclusive<int>>);
static_assert(!bounds_scores<const char*> && !bounds_scores<exclusive<const char*>>);
static_assert(bounds_members<std::string> && bounds_members<exclusive<std::string_view>>);
static_assert(!bounds_members<double> && !bounds_members<exclusive<double>>);

}  // namespace
}  // namespace sandpiper
