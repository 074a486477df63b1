#include "sandpiper/resp/reply.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/reply_text.hpp"
#include "support/resp_cases.hpp"

namespace sandpiper::resp {
namespace {

reply parsed(std::string_view bytes) { return reply::parse(bytes).value(); }

TEST(Reply, OutlivesTheBytes) {
  auto bytes = std::make_unique<std::string>("%1\r\n$3\r\nkey\r\n*2\r\n:7\r\n=5\r\ntxt:x\r\n");
  const auto r = parsed(*bytes);
  bytes.reset();
  EXPECT_EQ(test::told(r), R"({"%":[[{"$":"key"},{"*":[{":":7},{"=":["txt","x"]}]}]]})");
}

TEST(Reply, DefaultIsNull) {
  const reply r;
  EXPECT_TRUE(r.is_null());
  EXPECT_EQ(r.size(), 0u);
  EXPECT_EQ(r.text(), "");
  EXPECT_EQ(r.begin(), r.end());
  EXPECT_EQ(test::told(reply(r)), R"({"_":null})");
}

TEST(Reply, CopiesStandAloneAndMovesLeaveANull) {
  auto first = parsed("*2\r\n$5\r\nhello\r\n:1\r\n");
  const auto told = test::told(first);
  const reply copy = first;
  EXPECT_NE(copy[0].text().data(), first[0].text().data());
  reply moved = std::move(first);
  EXPECT_TRUE(first.is_null());  // NOLINT(bugprone-use-after-move): that is what is promised
  EXPECT_EQ(test::told(moved), told);
  moved = parsed("+OK\r\n");
  EXPECT_EQ(moved.text(), "OK");
  EXPECT_EQ(test::told(copy), told);
  moved = copy;
  auto& same = moved;
  moved = same;
  EXPECT_EQ(test::told(moved), told);
}

TEST(Reply, AnElementMayBecomeAReplyOfItsOwn) {
  const auto all = parsed("*3\r\n+a\r\n|1\r\n+ttl\r\n:9\r\n*2\r\n:1\r\n$1\r\nb\r\n:2\r\n");
  const reply second(all[1]);
  EXPECT_EQ(test::told(second), R"({"|":[[{"+":"ttl"},{":":9}]],"v":{"*":[{":":1},{"$":"b"}]}})");
  EXPECT_EQ(test::told(reply(all[2])), R"({":":2})");
}

TEST(Reply, AttributesOnTheirOwnAreAMap) {
  const auto whole = parsed("|2\r\n+a\r\n:1\r\n+b\r\n:2\r\n+OK\r\n");
  ASSERT_TRUE(whole.view().has_attributes());
  const reply attributes(whole.view().attributes());
  EXPECT_EQ(test::told(attributes), R"({"%":[[{"+":"a"},{":":1}],[{"+":"b"},{":":2}]]})");
  using numbers = std::map<std::string, int>;
  EXPECT_EQ(*attributes.as<numbers>(), (numbers{{"a", 1}, {"b", 2}}));
}

TEST(Reply, ConvertsAndSaysWhyNot) {
  EXPECT_EQ(*parsed(":42\r\n").as<int>(), 42);
  EXPECT_EQ(*parsed("*2\r\n+a\r\n+b\r\n").as<std::vector<std::string>>(),
            (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(parsed("+a\r\n").as<int>().error(), errc::wrong_type);
  EXPECT_EQ(parsed("-NOAUTH first\r\n").as<int>().error(), server_errc::noauth);
}

TEST(Reply, ParsesExactlyOneValue) {
  EXPECT_TRUE(reply::parse("*1\r\n:1\r\n"));
  EXPECT_EQ(reply::parse("").error(), errc::malformed);
  EXPECT_EQ(reply::parse("*1\r\n").error(), errc::malformed);
  EXPECT_EQ(reply::parse("+OK\r\n+OK\r\n").error(), errc::malformed);
  EXPECT_EQ(reply::parse("+OK\r\n+O").error(), errc::malformed);
  EXPECT_EQ(reply::parse("+OK\r\n@").error(), errc::malformed);
  EXPECT_EQ(reply::parse("$536870913\r\n").error(), errc::over_limit);
  EXPECT_EQ(reply::parse("*1\r\n*1\r\n:1\r\n", {.depth_max = 1}).error(), errc::over_limit);
  EXPECT_EQ(reply::parse("@").error().text(), "byte 0: no RESP value begins with this byte");
}

TEST(Reply, IsDecodedFromAReplyAsAnElement) {
  const auto all = parsed("*2\r\n-ERR no\r\n+b\r\n");
  const auto each = all.as<std::vector<reply>>();
  ASSERT_TRUE(each);
  EXPECT_TRUE((*each)[0].is_error());
  EXPECT_EQ((*each)[1].text(), "b");
}

TEST(Reply, CopiesEverythingThatCanBeRead) {
  for (const auto& one : test::resp_cases()) {
    const auto first = reply::parse(one.bytes);
    if (!first) continue;
    const reply copy = *first;
    EXPECT_EQ(test::told(copy), one.expect) << one.id;
  }
}

// --- reply_view: walking -----------------------------------------------------------------------

TEST(ReplyView, WalksOverAggregatesAndAttributes) {
  const auto r = parsed("*4\r\n*2\r\n:1\r\n*1\r\n:2\r\n|1\r\n+k\r\n*1\r\n:9\r\n:3\r\n*0\r\n:4\r\n");
  std::vector<std::string> seen;
  for (const auto child : r) seen.push_back(test::told(child));
  EXPECT_EQ(seen, (std::vector<std::string>{R"({"*":[{":":1},{"*":[{":":2}]}]})",
                                            R"({"|":[[{"+":"k"},{"*":[{":":9}]}]],"v":{":":3}})",
                                            R"({"*":[]})", R"({":":4})"}));
  EXPECT_EQ(r[3].integer(), 4);
  EXPECT_FALSE(r[0].has_attributes());
  EXPECT_EQ(r[1].attributes().type(), kind::attribute);
  EXPECT_EQ(r[1].attributes().size(), 2u) << "a pair counts two";
}

TEST(ReplyView, GivesEachKindByItsOwnName) {
  const auto r = parsed("*6\r\n#t\r\n,1.5\r\n(12\r\n=5\r\nmkd:x\r\n!3\r\nERR\r\n_\r\n");
  EXPECT_TRUE(r[0].boolean());
  EXPECT_EQ(r[1].number(), 1.5);
  EXPECT_EQ(r[1].text(), "");
  EXPECT_EQ(r[2].text(), "12");
  EXPECT_EQ(r[3].format(), "mkd");
  EXPECT_EQ(r[3].text(), "x");
  EXPECT_TRUE(r[4].is_error());
  EXPECT_TRUE(r[5].is_null());
  EXPECT_TRUE(r[5].empty());
  EXPECT_TRUE(r.view().is_aggregate());
}

}  // namespace
}  // namespace sandpiper::resp
