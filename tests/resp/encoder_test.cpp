#include "sandpiper/resp/encoder.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "sandpiper/resp/reply.hpp"
#include "support/every_cut.hpp"
#include "support/resp_cases.hpp"

namespace sandpiper::resp {
namespace {

template <class Write>
std::string written(int protocol, Write write) {
  buffer out;
  encoder to(out, protocol);
  write(to);
  return std::string(out.view());
}

// The same call, as RESP3 and as RESP2.
template <class Write>
void expect(Write write, std::string_view resp3, std::string_view resp2) {
  EXPECT_EQ(written(3, write), resp3);
  EXPECT_EQ(written(2, write), resp2);
}

TEST(Encoder, WritesWhatBothProtocolsShare) {
  expect([](encoder& to) { to.ok(); }, "+OK\r\n", "+OK\r\n");
  expect([](encoder& to) { to.simple_string("PONG"); }, "+PONG\r\n", "+PONG\r\n");
  expect([](encoder& to) { to.simple_string(""); }, "+\r\n", "+\r\n");
  expect([](encoder& to) { to.error("ERR no"); }, "-ERR no\r\n", "-ERR no\r\n");
  expect([](encoder& to) { to.bulk("a\r\nb"); }, "$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n");
  expect([](encoder& to) { to.bulk(""); }, "$0\r\n\r\n", "$0\r\n\r\n");
  expect([](encoder& to) { to.array(3); }, "*3\r\n", "*3\r\n");
}

TEST(Encoder, WritesIntegersToTheirEnds) {
  const auto integer = [](std::int64_t n) {
    return written(3, [n](encoder& to) { to.integer(n); });
  };
  EXPECT_EQ(integer(0), ":0\r\n");
  EXPECT_EQ(integer(-1), ":-1\r\n");
  EXPECT_EQ(integer(99), ":99\r\n");
  EXPECT_EQ(integer(-100), ":-100\r\n");
  EXPECT_EQ(integer(INT64_MAX), ":9223372036854775807\r\n");
  EXPECT_EQ(integer(INT64_MIN), ":-9223372036854775808\r\n");
}

TEST(Encoder, WritesForResp2WhatStandsForAKindOfResp3) {
  expect([](encoder& to) { to.null(); }, "_\r\n", "$-1\r\n");
  expect([](encoder& to) { to.null_array(); }, "_\r\n", "*-1\r\n");
  expect([](encoder& to) { to.boolean(true); }, "#t\r\n", ":1\r\n");
  expect([](encoder& to) { to.boolean(false); }, "#f\r\n", ":0\r\n");
  expect([](encoder& to) { to.big_number("-123"); }, "(-123\r\n", "$4\r\n-123\r\n");
  expect([](encoder& to) { to.bulk_error("ERR no"); }, "!6\r\nERR no\r\n", "-ERR no\r\n");
  expect([](encoder& to) { to.verbatim("mkd", "*x*"); }, "=7\r\nmkd:*x*\r\n", "$3\r\n*x*\r\n");
  expect([](encoder& to) { to.map(2); }, "%2\r\n", "*4\r\n");
  expect([](encoder& to) { to.set(2); }, "~2\r\n", "*2\r\n");
  expect([](encoder& to) { to.push(2); }, ">2\r\n", "*2\r\n");
  EXPECT_EQ(written(3, [](encoder& to) { to.attribute(1); }), "|1\r\n");
}

TEST(Encoder, WritesDoublesInTheirShortestForm) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  expect([](encoder& to) { to.number(1.5); }, ",1.5\r\n", "$3\r\n1.5\r\n");
  expect([](encoder& to) { to.number("0.10"); }, ",0.10\r\n", "$4\r\n0.10\r\n");
  expect([](encoder& to) { to.number(10); }, ",10\r\n", "$2\r\n10\r\n");
  expect([](encoder& to) { to.number(-0.0); }, ",-0\r\n", "$2\r\n-0\r\n");
  expect([](encoder& to) { to.number(infinity); }, ",inf\r\n", "$3\r\ninf\r\n");
  expect([](encoder& to) { to.number(-infinity); }, ",-inf\r\n", "$4\r\n-inf\r\n");
  expect([](encoder& to) { to.number(-std::numeric_limits<double>::quiet_NaN()); }, ",nan\r\n",
         "$3\r\nnan\r\n");
  expect([](encoder& to) { to.number(-std::numeric_limits<double>::denorm_min()); }, ",-5e-324\r\n",
         "$7\r\n-5e-324\r\n");
  expect([](encoder& to) { to.number(-std::numeric_limits<double>::max()); },
         ",-1.7976931348623157e+308\r\n", "$24\r\n-1.7976931348623157e+308\r\n");
}

// A text that came from elsewhere must not become a second reply.
TEST(Encoder, ALineStaysOneLine) {
  expect([](encoder& to) { to.simple_string("a\r\n+b\n"); }, "+a  +b \r\n", "+a  +b \r\n");
  expect([](encoder& to) { to.error("ERR \r\n$3\r\nfoo"); }, "-ERR   $3  foo\r\n",
         "-ERR   $3  foo\r\n");
  expect([](encoder& to) { to.bulk_error("E\r\n+OK"); }, "!6\r\nE\r\n+OK\r\n", "-E  +OK\r\n");
  for (const int protocol : {2, 3}) {
    const auto bytes = written(protocol, [](encoder& to) {
      to.simple_string("\r\n\r\n");
      to.error("\n-ERR\r\n");
      to.bulk_error("\r\n");
      to.bulk("\r\n+");
      to.verbatim("\r\n+", "\r\n");
    });
    EXPECT_EQ(test::every_cut(bytes).values.size(), 5u) << bytes;
  }
}

TEST(Encoder, StreamsWhatHasNoLengthYet) {
  const auto bytes = written(3, [](encoder& to) {
    to.begin_array();
    to.begin_string();
    to.chunk("Hel");
    to.chunk("lo\r\n");
    to.end_string();
    to.begin_map();
    to.bulk("k");
    to.begin_set();
    to.end_stream();
    to.end_stream();
    to.end_stream();
  });
  EXPECT_EQ(
      bytes,
      "*?\r\n$?\r\n;3\r\nHel\r\n;4\r\nlo\r\n\r\n;0\r\n%?\r\n$1\r\nk\r\n~?\r\n.\r\n.\r\n.\r\n");
  EXPECT_EQ(test::every_cut(bytes).text(),
            R"({"*":[{"$":"Hello\r\n"},{"%":[[{"$":"k"},{"~":[]}]]}]})");
}

// Everything that can be read can be written, and reads again as the same.
TEST(Encoder, WritesWholeRepliesThatReadTheSame) {
  std::size_t tried = 0;
  for (const auto& one : test::resp_cases()) {
    const auto first = reply::parse(one.bytes);
    if (!first) continue;
    ++tried;
    const auto bytes = written(3, [&](encoder& to) { to.value(*first); });
    const auto again = reply::parse(bytes);
    ASSERT_TRUE(again) << one.id << ": " << again.error().message();
    EXPECT_EQ(test::told(*again), test::told(*first)) << one.id;
  }
  EXPECT_GT(tried, 80u);
}

std::string as_resp2(std::string_view bytes) {
  return written(2, [&](encoder& to) { to.value(*reply::parse(bytes)); });
}

TEST(Encoder, WritesWholeRepliesForResp2) {
  EXPECT_EQ(as_resp2("%2\r\n+a\r\n#t\r\n+b\r\n_\r\n"), "*4\r\n+a\r\n:1\r\n+b\r\n$-1\r\n");
  EXPECT_EQ(as_resp2("~1\r\n,1.5\r\n"), "*1\r\n$3\r\n1.5\r\n");
  EXPECT_EQ(as_resp2(">2\r\n+message\r\n=5\r\ntxt:x\r\n"), "*2\r\n+message\r\n$1\r\nx\r\n");
  EXPECT_EQ(as_resp2("*2\r\n!3\r\nE\r\n\r\n(12\r\n"), "*2\r\n-E  \r\n$2\r\n12\r\n");
}

// Attributes have no place in RESP2, wherever they stand and whatever they hold.
TEST(Encoder, LeavesAttributesOutForResp2) {
  EXPECT_EQ(as_resp2("|1\r\n+k\r\n*2\r\n:1\r\n:2\r\n+OK\r\n"), "+OK\r\n");
  EXPECT_EQ(as_resp2("*2\r\n|1\r\n|1\r\n+a\r\n:1\r\n+k\r\n:1\r\n:7\r\n|0\r\n*0\r\n"),
            "*2\r\n:7\r\n*0\r\n");
}

}  // namespace
}  // namespace sandpiper::resp
