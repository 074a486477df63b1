#include "sandpiper/resp/decode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "sandpiper/resp/reply.hpp"

namespace {

// A type of one's own, as decode.hpp shows it.
struct point {
  int x = 0;
  int y = 0;
  friend bool operator==(const point&, const point&) = default;
};

}  // namespace

template <>
struct sandpiper::resp::decoder<point> {
  static result<void> read(const reply_view& view, point& into) {
    std::pair<int, int> xy;
    if (auto done = read_into(view, xy); !done) return done;
    into = {xy.first, xy.second};
    return {};
  }
};

namespace sandpiper::resp {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

reply parsed(std::string_view bytes) { return reply::parse(bytes).value(); }

template <class T>
T read(std::string_view bytes) {
  return parsed(bytes).as<T>().value();
}

template <class T>
error refused(std::string_view bytes) {
  const auto got = parsed(bytes).as<T>();
  EXPECT_FALSE(got.has_value()) << bytes;
  return got ? error(errc::closed) : got.error();
}

// What errors say. Each carries errc::wrong_type: the command did run.
template <class T>
std::string words(std::string_view bytes) {
  const auto why = refused<T>(bytes);
  EXPECT_EQ(why, errc::wrong_type) << bytes;
  EXPECT_EQ(why.fate(), fate::answered) << bytes;
  return std::string(why.text());
}

TEST(Decode, Integers) {
  EXPECT_EQ(read<int>(":-7\r\n"), -7);
  EXPECT_EQ(read<std::int64_t>(":9223372036854775807\r\n"), INT64_MAX);
  EXPECT_EQ(read<std::uint8_t>(":255\r\n"), 255);
  EXPECT_EQ(read<long long>("$2\r\n42\r\n"), 42);
  EXPECT_EQ(read<int>("+42\r\n"), 42);
  EXPECT_EQ(read<int>("=6\r\ntxt:42\r\n"), 42);
  EXPECT_EQ(read<std::uint64_t>("(18446744073709551615\r\n"), UINT64_MAX);
  EXPECT_EQ(read<int>("(+12\r\n"), 12) << "big numbers may have a plus";
  EXPECT_EQ(read<unsigned>("$3\r\n+12\r\n"), 12u);
}

TEST(Decode, IntegersOutOfRangeOrNotQuite) {
  EXPECT_EQ(words<std::uint8_t>(":256\r\n"),
            "asked for an integer in its range, the reply is an integer (256)");
  EXPECT_EQ(words<unsigned>(":-1\r\n"),
            "asked for an integer in its range, the reply is an integer (-1)");
  EXPECT_EQ(words<int>("$3\r\nabc\r\n"), "asked for an integer, the reply is a bulk string");
  EXPECT_EQ(words<int>("$11\r\n99999999999\r\n"),
            "asked for an integer in its range, the reply is a bulk string");
  EXPECT_EQ(words<unsigned>("$2\r\n-1\r\n"), "asked for an integer, the reply is a bulk string");
  for (const auto* text : {"$0\r\n\r\n", "$2\r\n1 \r\n", "$2\r\n 1\r\n", "$3\r\n1.0\r\n",
                           "$1\r\n+\r\n", "$3\r\n++1\r\n", "$3\r\n+-1\r\n", "$3\r\n0x1\r\n"}) {
    EXPECT_EQ(words<int>(text), "asked for an integer, the reply is a bulk string") << text;
  }
  EXPECT_EQ(words<int>("(99999999999999999999\r\n"),
            "asked for an integer, the reply is a big number");
  EXPECT_EQ(words<int>("_\r\n"), "asked for an integer, the reply is null");
  EXPECT_EQ(words<int>("#t\r\n"), "asked for an integer, the reply is a boolean");
  EXPECT_EQ(words<int>(",1\r\n"), "asked for an integer, the reply is a double");
  EXPECT_EQ(words<int>("*2\r\n:1\r\n:2\r\n"), "asked for an integer, the reply is an array of 2");
}

TEST(Decode, Doubles) {
  EXPECT_EQ(read<double>(",1.5\r\n"), 1.5);
  EXPECT_EQ(read<float>(",1.5\r\n"), 1.5f);
  EXPECT_EQ(read<double>(":3\r\n"), 3.0);
  EXPECT_EQ(read<double>("$4\r\n-2.5\r\n"), -2.5);
  EXPECT_EQ(read<double>("$3\r\ninf\r\n"), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(read<double>("$4\r\n-nan\r\n")));
  EXPECT_EQ(words<double>("$3\r\n1.x\r\n"), "asked for a double, the reply is a bulk string");
  EXPECT_EQ(words<double>("$0\r\n\r\n"), "asked for a double, the reply is a bulk string");
  EXPECT_EQ(words<double>("#t\r\n"), "asked for a double, the reply is a boolean");
  EXPECT_EQ(words<double>("_\r\n"), "asked for a double, the reply is null");
}

TEST(Decode, Booleans) {
  EXPECT_TRUE(read<bool>("#t\r\n"));
  EXPECT_FALSE(read<bool>("#f\r\n"));
  EXPECT_TRUE(read<bool>(":1\r\n"));
  EXPECT_FALSE(read<bool>(":0\r\n"));
  EXPECT_EQ(words<bool>(":2\r\n"), "asked for a boolean, the reply is an integer (2)");
  EXPECT_EQ(words<bool>("+PONG\r\n"), "asked for a boolean, the reply is a simple string");
  EXPECT_EQ(words<bool>("$2\r\nOK\r\n"), "asked for a boolean, the reply is a bulk string");
}

TEST(Decode, WhetherASetWithAConditionWasDone) {
  EXPECT_TRUE(read<bool>("+OK\r\n"));
  EXPECT_FALSE(read<bool>("$-1\r\n"));
  EXPECT_FALSE(read<bool>("_\r\n"));
  EXPECT_EQ(read<std::optional<bool>>("_\r\n"), std::nullopt);
}

TEST(Decode, Strings) {
  EXPECT_EQ(read<std::string>("$3\r\nabc\r\n"), "abc");
  EXPECT_EQ(read<std::string>("+OK\r\n"), "OK");
  EXPECT_EQ(read<std::string>("=7\r\nmkd:abc\r\n"), "abc");
  EXPECT_EQ(read<std::string>("(123\r\n"), "123");
  EXPECT_EQ(words<std::string>(":1\r\n"), "asked for a string, the reply is an integer (1)");
  EXPECT_EQ(words<std::string>(",1.5\r\n"), "asked for a string, the reply is a double");
  EXPECT_EQ(words<std::string>("$-1\r\n"), "asked for a string, the reply is null");
  EXPECT_EQ(words<std::string>("%1\r\n+a\r\n+b\r\n"),
            "asked for a string, the reply is a map of 2");

  const auto r = parsed("$3\r\nabc\r\n");
  EXPECT_EQ(r.as<std::string_view>().value().data(), r.text().data()) << "a view, not a copy";
}

TEST(Decode, Optional) {
  EXPECT_EQ(read<std::optional<std::string>>("$-1\r\n"), std::nullopt);
  EXPECT_EQ(read<std::optional<std::string>>("*-1\r\n"), std::nullopt);
  EXPECT_EQ(read<std::optional<std::string>>("$1\r\na\r\n"), "a");
  using maybe_all = std::vector<std::optional<int>>;
  EXPECT_EQ(read<maybe_all>("*3\r\n:1\r\n_\r\n$1\r\n3\r\n"), (maybe_all{1, std::nullopt, 3}));
  EXPECT_EQ(words<std::optional<int>>("+a\r\n"),
            "asked for an integer, the reply is a simple string");
}

TEST(Decode, VectorsAndSets) {
  for (const auto* bytes :
       {"*2\r\n:2\r\n:1\r\n", "~2\r\n:2\r\n:1\r\n", "*?\r\n:2\r\n:1\r\n.\r\n"}) {
    EXPECT_THAT(read<std::vector<int>>(bytes), ElementsAre(2, 1));
    EXPECT_THAT(read<std::set<int>>(bytes), ElementsAre(1, 2));
    EXPECT_THAT(read<std::unordered_set<int>>(bytes), UnorderedElementsAre(1, 2));
  }
  EXPECT_THAT(read<std::vector<std::string>>(">2\r\n+message\r\n+x\r\n"),
              ElementsAre("message", "x"));
  EXPECT_THAT(read<std::vector<bool>>("*3\r\n:1\r\n#f\r\n#t\r\n"), ElementsAre(true, false, true));
  EXPECT_THAT(read<std::vector<std::string>>("%1\r\n+a\r\n+b\r\n"), ElementsAre("a", "b"));
  EXPECT_THAT(read<std::vector<int>>("*0\r\n"), ElementsAre());
  EXPECT_THAT(read<std::vector<std::vector<int>>>("*2\r\n*0\r\n*1\r\n:1\r\n"),
              ElementsAre(ElementsAre(), ElementsAre(1)));
}

TEST(Decode, VectorsAndSetsOfTheWrongType) {
  EXPECT_EQ(words<std::vector<int>>(":1\r\n"), "asked for an array, the reply is an integer (1)");
  EXPECT_EQ(words<std::vector<int>>("_\r\n"), "asked for an array, the reply is null");
  EXPECT_EQ(words<std::set<int>>("+a\r\n"), "asked for a set, the reply is a simple string");
  EXPECT_EQ(words<std::vector<int>>("*2\r\n:1\r\n+a\r\n"),
            "element 1: asked for an integer, the reply is a simple string");
  EXPECT_EQ(words<std::vector<bool>>("*1\r\n+a\r\n"),
            "element 0: asked for a boolean, the reply is a simple string");
  EXPECT_EQ(words<std::set<int>>("~2\r\n:1\r\n_\r\n"),
            "element 1: asked for an integer, the reply is null");
  EXPECT_EQ(words<std::vector<std::vector<int>>>("*2\r\n*0\r\n*3\r\n:1\r\n:2\r\n#t\r\n"),
            "element 1: element 2: asked for an integer, the reply is a boolean");
}

TEST(Decode, ArraysPairsAndTuplesAreOfExactlyTheirSize) {
  EXPECT_EQ((read<std::array<int, 3>>("*3\r\n:1\r\n:2\r\n:3\r\n")), (std::array{1, 2, 3}));
  EXPECT_EQ((read<std::array<int, 0>>("*0\r\n")), (std::array<int, 0>{}));
  EXPECT_EQ((read<std::pair<std::string, int>>("*2\r\n+a\r\n:1\r\n")),
            std::pair(std::string("a"), 1));
  using three = std::tuple<int, std::string, std::vector<int>>;
  EXPECT_EQ(read<three>("*3\r\n:1\r\n+a\r\n*1\r\n:5\r\n"), three(1, "a", {5}));
  EXPECT_EQ((words<std::pair<int, int>>("*1\r\n:1\r\n")),
            "asked for an array of 2, the reply is an array of 1");
  EXPECT_EQ((words<std::array<int, 2>>("*3\r\n:1\r\n:2\r\n:3\r\n")),
            "asked for an array of 2, the reply is an array of 3");
  EXPECT_EQ((words<std::tuple<int>>("$1\r\n1\r\n")),
            "asked for an array of 1, the reply is a bulk string");
  EXPECT_EQ(words<three>("*3\r\n:1\r\n:2\r\n*0\r\n"),
            "element 1: asked for a string, the reply is an integer (2)");
}

using numbers = std::map<std::string, int>;

TEST(Decode, MapsInAllTheirForms) {
  const numbers expected{{"a", 1}, {"b", 2}};
  for (const auto* bytes : {"%2\r\n+b\r\n:2\r\n+a\r\n:1\r\n", "*4\r\n+b\r\n:2\r\n+a\r\n:1\r\n",
                            "*2\r\n*2\r\n+b\r\n:2\r\n*2\r\n+a\r\n:1\r\n"}) {
    EXPECT_EQ(read<numbers>(bytes), expected) << bytes;
    EXPECT_THAT((read<std::unordered_map<std::string, int>>(bytes)),
                UnorderedElementsAre(Pair("a", 1), Pair("b", 2)));
    EXPECT_THAT((read<std::vector<std::pair<std::string, int>>>(bytes)),
                ElementsAre(Pair("b", 2), Pair("a", 1)))
        << "in the order of the wire";
  }
  EXPECT_EQ(read<numbers>("*0\r\n"), numbers{});
  EXPECT_EQ(read<numbers>("%0\r\n"), numbers{});
  EXPECT_EQ(read<numbers>("%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n"), (numbers{{"a", 2}}));
}

TEST(Decode, MapsOfTheWrongType) {
  EXPECT_EQ(words<numbers>("*3\r\n+a\r\n:1\r\n+b\r\n"),
            "asked for a map, the reply is an array of 3");
  EXPECT_EQ(words<numbers>("+a\r\n"), "asked for a map, the reply is a simple string");
  EXPECT_EQ(words<numbers>("_\r\n"), "asked for a map, the reply is null");
  EXPECT_EQ(words<numbers>("%2\r\n+a\r\n:1\r\n+b\r\n+x\r\n"),
            "element 1: asked for an integer, the reply is a simple string");
  EXPECT_EQ(words<numbers>("*2\r\n*2\r\n+a\r\n:1\r\n*1\r\n+b\r\n"),
            "element 1: asked for a pair, the reply is an array of 1");
  EXPECT_EQ(words<numbers>("*2\r\n*2\r\n+a\r\n:1\r\n+b\r\n"),
            "element 1: asked for a pair, the reply is a simple string");
}

TEST(Decode, VariantTakesTheFirstThatFits) {
  using either = std::variant<std::int64_t, std::string, std::vector<int>>;
  EXPECT_EQ(read<either>(":5\r\n"), either(std::int64_t{5}));
  EXPECT_EQ(read<either>("$1\r\n5\r\n"), either(std::int64_t{5}));
  EXPECT_EQ(read<either>("$1\r\nx\r\n"), either("x"));
  EXPECT_EQ(read<either>("*1\r\n:1\r\n"), either(std::vector{1}));
  EXPECT_EQ((read<std::variant<std::monostate, int>>(":5\r\n")).index(), 0u);
  EXPECT_EQ(words<either>("#t\r\n"),
            "asked for one of several types, none of which takes it, the reply is a boolean");
}

TEST(Decode, VoidTakesAnythingButAnError) {
  EXPECT_TRUE(parsed("+OK\r\n").as<void>());
  EXPECT_TRUE(parsed("*1\r\n-ERR inside\r\n").as<void>());
  EXPECT_EQ(parsed("-ERR no\r\n").as<void>().error(), server_errc::err);
  EXPECT_TRUE(parsed(":1\r\n").as<std::monostate>());
}

TEST(Decode, AServerErrorComesThroughAsItself) {
  const auto why = refused<std::string>("-WRONGTYPE Operation against a key\r\n");
  EXPECT_EQ(why, server_errc::wrongtype);
  EXPECT_EQ(why.fate(), fate::answered);
  EXPECT_EQ(why.text(), "WRONGTYPE Operation against a key");
  EXPECT_EQ(refused<int>("!8\r\nOOM full\r\n"), server_errc::oom);
  EXPECT_EQ(refused<std::optional<int>>("-ERR x\r\n"), server_errc::err);
  EXPECT_EQ((refused<std::variant<int, std::string>>("-BUSY x\r\n")), server_errc::busy);

  const auto inside = refused<std::vector<int>>("*2\r\n:1\r\n-NOPERM x\r\n");
  EXPECT_EQ(inside, server_errc::noperm);
  EXPECT_EQ(inside.text(), "NOPERM x") << "the server's words, unchanged";
  EXPECT_EQ(refused<numbers>("%1\r\n+a\r\n-OOM x\r\n"), server_errc::oom);
  EXPECT_EQ((refused<std::variant<int>>("*1\r\n-OOM x\r\n")), errc::wrong_type);
  using inner = std::vector<std::variant<int>>;
  EXPECT_EQ(refused<inner>("*1\r\n-OOM x\r\n"), server_errc::oom);
}

// EXEC: some commands of a transaction may fail while others do not.
TEST(Decode, ResultKeepsErrorsInTheirPlace) {
  const auto each = read<std::vector<result<int>>>("*3\r\n:1\r\n-WRONGTYPE x\r\n+a\r\n");
  ASSERT_EQ(each.size(), 3u);
  EXPECT_EQ(*each[0], 1);
  EXPECT_EQ(each[1].error(), server_errc::wrongtype);
  EXPECT_EQ(each[2].error(), errc::wrong_type);

  using two = std::tuple<result<void>, result<std::string>>;
  const auto both = read<two>("*2\r\n-ERR no\r\n$1\r\nv\r\n");
  EXPECT_FALSE(std::get<0>(both));
  EXPECT_EQ(*std::get<1>(both), "v");
}

TEST(Decode, RepliesInsideMayBeErrors) {
  const auto r = parsed("*2\r\n-ERR no\r\n*1\r\n:1\r\n");
  const auto views = r.as<std::vector<reply_view>>().value();
  EXPECT_TRUE(views[0].is_error());
  EXPECT_EQ(views[1][0].integer(), 1);
  EXPECT_TRUE(r.as<std::vector<reply>>().value()[0].is_error());
  EXPECT_EQ(refused<reply>("-ERR no\r\n"), server_errc::err);
}

TEST(Decode, TypesOfOnesOwnEverywhere) {
  EXPECT_EQ(read<point>("*2\r\n:1\r\n:2\r\n"), (point{1, 2}));
  EXPECT_THAT(read<std::vector<point>>("*1\r\n*2\r\n$1\r\n3\r\n:4\r\n"), ElementsAre(point{3, 4}));
  EXPECT_EQ(read<std::optional<point>>("_\r\n"), std::nullopt);
  EXPECT_EQ((read<std::map<std::string, point>>("%1\r\n+a\r\n*2\r\n:5\r\n:6\r\n")).at("a"),
            (point{5, 6}));
  EXPECT_EQ(words<point>("*1\r\n:1\r\n"), "asked for an array of 2, the reply is an array of 1");
}

// A caller who reads the same thing again and again need not pay for new memory each time.
TEST(Decode, ReadIntoUsesTheMemoryThatIsThere) {
  std::string text(100, '-');
  const auto* const where = text.data();
  ASSERT_TRUE(read_into(parsed("$3\r\nabc\r\n"), text));
  EXPECT_EQ(text, "abc");
  EXPECT_EQ(text.data(), where);

  std::vector<std::string> each(3, std::string(100, '-'));
  const auto* const first = each[0].data();
  ASSERT_TRUE(read_into(parsed("*2\r\n+a\r\n+b\r\n"), each));
  EXPECT_THAT(each, ElementsAre("a", "b"));
  EXPECT_EQ(each[0].data(), first);

  std::optional<std::string> maybe(std::string(100, '-'));
  const auto* const inside = maybe->data();
  ASSERT_TRUE(read_into(parsed("+c\r\n"), maybe));
  EXPECT_EQ(maybe, "c");
  EXPECT_EQ(maybe->data(), inside);

  numbers map{{"old", 1}};
  ASSERT_TRUE(read_into(parsed("%1\r\n+new\r\n:2\r\n"), map));
  EXPECT_EQ(map, (numbers{{"new", 2}})) << "nothing of the earlier value remains";
}

TEST(Decode, AttributesDoNotDisturb) {
  EXPECT_EQ(read<int>("|1\r\n+ttl\r\n:9\r\n:5\r\n"), 5);
  EXPECT_THAT(read<std::vector<int>>("*2\r\n:1\r\n|1\r\n+k\r\n:9\r\n:2\r\n"), ElementsAre(1, 2));
  EXPECT_EQ(read<numbers>("*4\r\n+a\r\n|1\r\n+k\r\n:9\r\n:1\r\n|0\r\n+b\r\n:2\r\n"),
            (numbers{{"a", 1}, {"b", 2}}));
}

}  // namespace
}  // namespace sandpiper::resp
