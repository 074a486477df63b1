// Wrong use: what the compiler can see does not compile, and the rest is noted in the command, so
// that whoever would send it can refuse.

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "commands/expected.hpp"
#include "sandpiper/commands/bitmap.hpp"
#include "sandpiper/commands/generic.hpp"
#include "sandpiper/commands/geo.hpp"
#include "sandpiper/commands/hash.hpp"
#include "sandpiper/commands/list.hpp"
#include "sandpiper/commands/scripting.hpp"
#include "sandpiper/commands/server.hpp"
#include "sandpiper/commands/set.hpp"
#include "sandpiper/commands/sorted_set.hpp"
#include "sandpiper/commands/stream.hpp"
#include "sandpiper/commands/string.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using resp::misuse;
using test::words;

const words none;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Misuse, ARangeWithNothingInIt) {
  const std::map<std::string, std::string> no_pairs;
  for (const resp::command& c :
       std::initializer_list<resp::command>{del(none),
                                            exists(none),
                                            mget(none),
                                            mset(no_pairs),
                                            msetnx(no_pairs),
                                            hset("h", no_pairs),
                                            hdel("h", none),
                                            lpush("l", none),
                                            sadd("s", none),
                                            sinter(none),
                                            sinterstore("to", none),
                                            zunion(none),
                                            zadd("z").add(std::map<std::string, double>{}),
                                            zrem("z", none),
                                            geoadd("g").add(std::vector<geo_place>{}),
                                            blpop(none, 1s),
                                            lmpop(none, list_end::left),
                                            hexpire("h", 1s).fields(none),
                                            xadd("x").add(no_pairs),
                                            xread().streams(no_pairs),
                                            xack("x", "g", none),
                                            config_set(no_pairs),
                                            eval("return 1", none)}) {
    EXPECT_EQ(c.misused(), misuse::nothing_given) << c.name();
  }
  EXPECT_EQ(eval("return 1").misused(), misuse::none) << "a script without keys is one";
}

TEST(Misuse, ASpanThatIsTooShort) {
  EXPECT_EQ(set("k", "v").ex(0s).misused(), misuse::not_positive);
  EXPECT_EQ(set("k", "v").px(-1ms).misused(), misuse::not_positive);
  EXPECT_EQ(set("k", "v").ex(1ms).misused(), misuse::none);
  EXPECT_EQ(setex("k", 0s, "v").misused(), misuse::not_positive);
  EXPECT_EQ(getex("k").ex(-1s).misused(), misuse::not_positive);
  EXPECT_EQ(expire("k", -1s).misused(), misuse::none) << "it deletes";
  EXPECT_EQ(blpop("l", -1s).misused(), misuse::negative);
  EXPECT_EQ(blpop("l", 0s).misused(), misuse::none) << "it waits as long as it takes";
  EXPECT_EQ(xread().block(-1ms).streams("x", "$").misused(), misuse::negative);
  EXPECT_EQ(wait(1, -1ms).misused(), misuse::negative);
}

TEST(Misuse, ANumberThatIsNone) {
  EXPECT_EQ(zadd("z").add(nan, "m").misused(), misuse::not_a_number);
  EXPECT_EQ(zadd("z").add(1, "m").add(nan, "n").misused(), misuse::not_a_number);
  EXPECT_EQ(zincrby("z", nan, "m").misused(), misuse::not_a_number);
  EXPECT_EQ(incrbyfloat("k", nan).misused(), misuse::not_a_number);
  EXPECT_EQ(zcount("z", nan, 1).misused(), misuse::not_a_number);
  EXPECT_EQ(geoadd("g").add(nan, 1, "m").misused(), misuse::not_a_number);
}

TEST(Misuse, CountsThatDoNotFit) {
  EXPECT_EQ(zunion("a", "b").weights(1, 2).misused(), misuse::none);
  EXPECT_EQ(zunion("a", "b").weights(1).misused(), misuse::counts_differ);
  EXPECT_EQ(zunionstore("to", "a", "b").weights({1, 2}).misused(), misuse::none);
  EXPECT_EQ(zunionstore("to", "a", "b").weights({1, 2, 3}).misused(), misuse::counts_differ);
  EXPECT_EQ(bitop(bit_operation::not_, "to", "a").misused(), misuse::none);
  EXPECT_EQ(bitop(bit_operation::not_, "to", "a", "b").misused(), misuse::counts_differ);
}

TEST(Misuse, StaysWithTheCommand) {
  auto c = set("k", "v").ex(0s).nx();
  EXPECT_EQ(c.misused(), misuse::not_positive);
  const resp::command copied(c);
  EXPECT_EQ(copied.misused(), misuse::not_positive);
  const auto moved = std::move(c).as<int>();
  EXPECT_EQ(moved.misused(), misuse::not_positive);
}

template <class C>
concept takes_limit = requires(C c) {
  std::move(c).limit(1);
};
template <class C>
concept takes_persist = requires(C c) {
  std::move(c).persist();
};
template <class C>
concept takes_idx = requires(C c) {
  std::move(c).idx();
};
template <class C>
concept takes_with_match_len = requires(C c) {
  std::move(c).with_match_len();
};
template <class C>
concept takes_desc = requires(C c) {
  std::move(c).desc();
};
template <class C>
concept takes_store = requires(C c) {
  std::move(c).store("to");
};
template <class C>
concept takes_minid = requires(C c) {
  std::move(c).minid("1-1");
};
template <class C>
concept takes_get = requires(C c) {
  std::move(c).get("*");
};
template <class... Ts>
concept can_lmove = requires(Ts... given) {
  lmove("a", "b", given...);
};
template <class... Ts>
concept can_xread_from = requires(Ts... given) {
  xread().streams(given...);
};
template <class Wait>
concept can_blpop = requires(Wait span) {
  blpop("l", span);
};

static_assert(!takes_persist<decltype(getex("k").ex(1s))> && takes_persist<decltype(getex("k"))>);
static_assert(!takes_idx<decltype(lcs("a", "b").len())> && takes_idx<decltype(lcs("a", "b"))>);
static_assert(!takes_with_match_len<decltype(lcs("a", "b"))>);  // it goes with idx()
static_assert(takes_with_match_len<decltype(lcs("a", "b").idx())>);
static_assert(!takes_limit<decltype(xadd("x").maxlen(9))>);  // it goes with maxlen_about()
static_assert(takes_limit<decltype(xadd("x").maxlen_about(9))>);
static_assert(!takes_minid<decltype(xadd("x").maxlen(9))>);
static_assert(!takes_desc<decltype(sort("k").asc())> && takes_desc<decltype(sort("k"))>);
static_assert(!takes_store<decltype(sort("k").store("to"))>);
static_assert(takes_get<decltype(sort("k").get("*"))>);  // as often as one likes
static_assert(!takes_store<decltype(georadius("g", 1, 2, 3, geo_unit::m).with_dist())>);
static_assert(!can_lmove<> && !can_lmove<list_end> && can_lmove<list_end, list_end>);
static_assert(!can_lmove<const char*, const char*>);
static_assert(can_xread_from<const char*, const char*> && !can_xread_from<const char*>);
static_assert(can_blpop<std::chrono::seconds> && !can_blpop<int> && !can_blpop<double>);

// Not commands before they are complete.
static_assert(!any_command<decltype(xread())> && !any_command<decltype(xadd("x").maxlen(9))>);
static_assert(!any_command<decltype(geoadd("g"))> && !any_command<decltype(hexpire("h", 1s))>);
static_assert(!any_command<decltype(xtrim("x"))> && any_command<decltype(xtrim("x").maxlen(9))>);
static_assert(!any_command<decltype(function_load())>);

}  // namespace
}  // namespace sandpiper
