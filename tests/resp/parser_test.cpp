#include "sandpiper/resp/parser.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/resp/encoder.hpp"
#include "sandpiper/resp/reply.hpp"
#include "support/every_cut.hpp"

namespace sandpiper::resp {
namespace {

using test::every_cut;

TEST(Parser, TakesAWholeBufferAndSaysWhatIsDone) {
  std::string input = "+OK\r\n*1\r\n:7\r\n$5\r\nhel";
  parser p;
  EXPECT_FALSE(p.inside_value());
  p.parse(input);
  reply_view r;
  ASSERT_TRUE(p.next(r));
  EXPECT_EQ(r.text(), "OK");
  ASSERT_TRUE(p.next(r));
  EXPECT_EQ(r[0].integer(), 7);
  EXPECT_FALSE(p.next(r));
  EXPECT_TRUE(p.inside_value());
  EXPECT_EQ(p.consume(), 13u);

  input = "$5\r\nhello\r\n";
  p.parse(input);
  ASSERT_TRUE(p.next(r));
  EXPECT_EQ(r.text(), "hello");
  EXPECT_EQ(p.consume(), input.size());
  EXPECT_FALSE(p.inside_value());
}

TEST(Parser, TellsHowManyBytesItWants) {
  std::string input = "$100\r\n";
  parser p;
  EXPECT_EQ(p.wanted(), 1u);
  p.parse(input);
  EXPECT_EQ(p.wanted(), 6 + 100 + 1u) << "one byte behind the payload shows whether it ends there";
  input += std::string(100, 'x') + "\r";
  p.parse(input);
  EXPECT_EQ(p.wanted(), input.size() + 1);
  input += "\n:";
  p.parse(input);
  reply_view r;
  ASSERT_TRUE(p.next(r));
  EXPECT_FALSE(p.next(r));
  EXPECT_EQ(p.consume(), 108u);
  EXPECT_EQ(p.wanted(), 2u);
}

TEST(Parser, AFailureSaysWhereInTheStreamAndWhy) {
  std::string input = "+OK\r\n";
  parser p;
  reply_view r;
  p.parse(input);
  ASSERT_TRUE(p.next(r));
  ASSERT_EQ(p.consume(), 5u);
  EXPECT_EQ(p.failure(), nullptr);

  input = "*2\r\n:1\r\n$3\r\nfooXX";
  p.parse(input);
  EXPECT_FALSE(p.next(r));
  ASSERT_NE(p.failure(), nullptr);
  EXPECT_EQ(*p.failure(), errc::malformed);
  EXPECT_EQ(p.failure()->text(),
            "byte 13: the payload is not followed by CRLF where it should end");
  EXPECT_EQ(p.failure()->fate(), fate::uncertain);
}

TEST(Parser, RepliesBeforeABreakAreStillGiven) {
  std::string input = "+a\r\n+b\r\n@";
  parser p;
  p.parse(input);
  reply_view r;
  ASSERT_TRUE(p.next(r));
  ASSERT_TRUE(p.next(r));
  EXPECT_EQ(r.text(), "b");
  EXPECT_FALSE(p.next(r));
  ASSERT_NE(p.failure(), nullptr);
}

// Nothing that comes behind a break can be trusted: not even what looks like a reply.
TEST(Parser, StaysBrokenUntilItIsReset) {
  std::string input = "@";
  parser p;
  p.parse(input);
  ASSERT_NE(p.failure(), nullptr);
  input += "\r\n+OK\r\n";
  p.parse(input);
  reply_view r;
  EXPECT_FALSE(p.next(r));

  p.reset();
  EXPECT_EQ(p.failure(), nullptr);
  input = "+OK\r\n";
  p.parse(input);
  ASSERT_TRUE(p.next(r));
  EXPECT_EQ(r.text(), "OK");
}

TEST(Parser, ResetForgetsAValueHalfRead) {
  for (const std::string half :
       {"*2\r\n:1\r\n", "$?\r\n;1\r\na\r\n", "|1\r\n+k\r\n:1\r\n", "+abc", "*2\r\n>1\r\n+a\r\n"}) {
    std::string input = half;
    parser p;
    p.parse(input);
    p.reset();
    input = "*1\r\n:5\r\n";
    p.parse(input);
    reply_view r;
    ASSERT_TRUE(p.next(r)) << half;
    EXPECT_EQ(test::told(r), R"({"*":[{":":5}]})");
    EXPECT_FALSE(p.next(r));
    EXPECT_EQ(p.consume(), input.size());
  }
}

TEST(Parser, MovesInTheMiddleOfAValue) {
  std::string input = "*2\r\n$?\r\n;1\r\na\r\n";
  parser first;
  first.parse(input);
  parser second = std::move(first);
  input += ";0\r\n:1\r\n";
  second.parse(input);
  reply_view r;
  ASSERT_TRUE(second.next(r));
  EXPECT_EQ(test::told(r), R"({"*":[{"$":"a"},{":":1}]})");
}

// --- limits ------------------------------------------------------------------------------------

std::string end_of(std::string_view bytes, limits l) { return every_cut(bytes, l).end; }

TEST(ParserLimits, OfALine) {
  const limits l{.line_bytes_max = 4};
  for (const auto* line : {"+abcd\r\n", "-abcd\r\n", "(1234\r\n", ",1.25\r\n"}) {
    EXPECT_EQ(end_of(line, l), "complete") << line;
  }
  for (const auto* line : {"+abcde\r\n", "-abcde", "(12345\r\n", ",1.125\r\n"}) {
    EXPECT_EQ(end_of(line, l), "over limit, byte 0") << line;
  }
  EXPECT_EQ(end_of(":12345\r\n$5\r\nhello\r\n", l), "complete") << "they have limits of their own";
  EXPECT_EQ(end_of("+abcdef\nx\r\n", l), "over limit, byte 0");
  EXPECT_EQ(end_of("+abc\nef\r\n", l), "malformed, byte 0");
}

TEST(ParserLimits, OfAString) {
  const limits l{.bulk_bytes_max = 5};
  EXPECT_EQ(end_of("$5\r\nhello\r\n!5\r\nERR x\r\n=5\r\ntxt:a\r\n", l), "complete");
  EXPECT_EQ(end_of("$6\r\n", l), "over limit, byte 0");
  EXPECT_EQ(end_of("+OK\r\n!6\r\n", l), "over limit, byte 5");
  EXPECT_EQ(end_of("=6\r\n", l), "over limit, byte 0");
  EXPECT_EQ(end_of("$99999999999\r\n", l), "over limit, byte 0");
  EXPECT_EQ(end_of("$?\r\n;3\r\nabc\r\n;2\r\nde\r\n;0\r\n", l), "complete");
  EXPECT_EQ(end_of("$?\r\n;3\r\nabc\r\n;3\r\n", l), "over limit, byte 13") << "all chunks together";
}

TEST(ParserLimits, OfTheElementsOfAnAggregate) {
  const limits l{.elements_max = 2};
  EXPECT_EQ(end_of("*2\r\n:1\r\n:2\r\n", l), "complete");
  EXPECT_EQ(end_of("%1\r\n:1\r\n:2\r\n", l), "complete");
  EXPECT_EQ(end_of("*3\r\n", l), "over limit, byte 0");
  EXPECT_EQ(end_of("%2\r\n", l), "over limit, byte 0") << "a pair counts two";
  EXPECT_EQ(end_of("|2\r\n", l), "over limit, byte 0");
  EXPECT_EQ(end_of("*?\r\n:1\r\n:2\r\n.\r\n", l), "complete");
  EXPECT_EQ(end_of("*?\r\n:1\r\n:2\r\n:3\r\n", l), "over limit, byte 16") << "not at its end only";
  EXPECT_EQ(end_of("*?\r\n:1\r\n:2\r\n*1\r\n:3\r\n", l), "over limit, byte 20");
}

TEST(ParserLimits, OfTheDepth) {
  const limits l{.depth_max = 2};
  EXPECT_EQ(end_of("*1\r\n*1\r\n:1\r\n", l), "complete");
  EXPECT_EQ(end_of("*1\r\n*1\r\n*1\r\n", l), "over limit, byte 8");
  EXPECT_EQ(end_of("*?\r\n~?\r\n%?\r\n", l), "over limit, byte 8");
  EXPECT_EQ(end_of("*1\r\n|1\r\n|1\r\n", l), "over limit, byte 8");
  EXPECT_EQ(end_of("*0\r\n", {.depth_max = 0}), "over limit, byte 0");
  EXPECT_EQ(end_of(":1\r\n", {.depth_max = 0}), "complete");
}

// Reading, copying and writing all walk a run of nodes: no depth costs any stack.
TEST(Parser, DepthCostsNoStack) {
  constexpr std::uint32_t depth = 200'000;
  std::string bytes;
  for (std::uint32_t d = 0; d < depth; ++d) bytes += "*1\r\n";
  bytes += ":1\r\n";
  const auto r = reply::parse(bytes, {.depth_max = depth});
  ASSERT_TRUE(r);
  EXPECT_EQ(r->view().node_count(), depth + 1u);
  const reply copy = *r;
  buffer out;
  encoder(out, 3).value(copy);
  EXPECT_EQ(out.view(), bytes);
}

// --- pushes and attributes ---------------------------------------------------------------------

// A subscriber must not wait for the rest of a large array to hear what came in the middle of it.
TEST(Parser, APushWithinAnAggregateIsGivenAtOnce) {
  std::string input = "*2\r\n:1\r\n>2\r\n+message\r\n+x\r\n";
  parser p;
  p.parse(input);
  reply_view r;
  ASSERT_TRUE(p.next(r));
  EXPECT_EQ(r.type(), kind::push);
  EXPECT_FALSE(p.next(r));
  EXPECT_EQ(p.consume(), 0u) << "its bytes stand within the array's";
  input += ":2\r\n";
  p.parse(input);
  ASSERT_TRUE(p.next(r));
  EXPECT_EQ(test::told(r), R"({"*":[{":":1},{":":2}]})");
  EXPECT_EQ(p.consume(), input.size());
}

TEST(Parser, ManyPushesWithinOneAggregateKeepTheirOrder) {
  std::string bytes = ":0\r\n*100\r\n";
  std::vector<std::string> expected{R"({":":0})"};
  for (int i = 0; i < 100; ++i) {
    const auto n = std::to_string(i);
    bytes += ">2\r\n+p\r\n:" + n + "\r\n:" + n + "\r\n";
    expected.push_back(R"({">":[{"+":"p"},{":":)" + n + "}]}");
  }
  const auto seen = test::feed_cut(bytes, test::random_cuts(bytes.size(), 40, 7));
  ASSERT_EQ(seen.values.size(), 102u);
  expected.push_back(seen.values.back());
  EXPECT_EQ(seen.values, expected);
  EXPECT_EQ(seen, test::feed_whole(bytes));
}

// Told is the first byte of the value that is wrong; where only the end of a value shows that it is
// wrong, the byte behind it.
TEST(Parser, ABreakIsTheSameByteForEveryCut) {
  EXPECT_EQ(every_cut("*1\r\n>1\r\n:12345678\r\n+OK\r\n").end, "malformed, byte 19");
  EXPECT_EQ(every_cut("+OK\r\n>2\r\n:1\r\n$3\r\nabc\r\n").end, "malformed, byte 22");
  EXPECT_EQ(every_cut("*2\r\n$3\r\nabc\r\n:1x\r\n").end, "malformed, byte 13");
}

// --- streamed strings --------------------------------------------------------------------------

TEST(Parser, JoinsChunksOfEverySize) {
  std::string bytes = "*2\r\n$?\r\n";
  std::string all;
  for (std::size_t n = 1; n <= 40; ++n) {
    const std::string piece(n, static_cast<char>('a' + n % 26));
    bytes += ';' + std::to_string(n) + "\r\n" + piece + "\r\n";
    all += piece;
  }
  bytes += ";0\r\n+behind\r\n";
  EXPECT_EQ(every_cut(bytes).text(), R"({"*":[{"$":")" + all + R"("},{"+":"behind"}]})");
}

// --- long streams ------------------------------------------------------------------------------

std::string mixed_stream(int rounds) {
  std::string bytes;
  for (int i = 0; i < rounds; ++i) {
    const auto n = std::to_string(i);
    bytes += ":" + n + "\r\n$" + std::to_string(n.size()) + "\r\n" + n + "\r\n";
    bytes += "%2\r\n+k\r\n*3\r\n:1\r\n#t\r\n_\r\n$3\r\nkey\r\n~1\r\n,0.5\r\n";
    bytes += "|1\r\n+ttl\r\n:" + n + "\r\n+OK\r\n>2\r\n$7\r\nmessage\r\n$1\r\nx\r\n-ERR no\r\n";
    bytes +=
        "$" + std::to_string(10 * (i % 30)) + "\r\n" + std::string(10 * (i % 30), 'v') + "\r\n";
  }
  return bytes;
}

TEST(Parser, ALongStreamInPiecesOfAnySize) {
  const auto bytes = mixed_stream(300);
  const auto whole = test::feed_whole(bytes);
  EXPECT_EQ(whole.end, "complete");
  EXPECT_EQ(whole.values.size(), 300u * 7);
  EXPECT_EQ(whole.consumed_bytes, bytes.size());
  for (const std::size_t piece_bytes_max : {1, 2, 7, 64, 1000, 5000}) {
    const auto cuts = test::random_cuts(bytes.size(), piece_bytes_max, 1);
    EXPECT_EQ(test::feed_cut(bytes, cuts), whole) << piece_bytes_max;
  }
}

// Work that grew with what is already there would take hours here rather than a moment: a line, a
// payload, an aggregate and a streamed string of a megabyte each, byte by byte, consuming each
// time.
TEST(Parser, SingleBytesCostTheSameHoweverMuchIsThere) {
  constexpr std::size_t large = 1 << 20;
  std::string line = "+" + std::string(large, 'x') + "\r\n";
  std::string payload = "$1048576\r\n" + std::string(large, 'x') + "\r\n";
  std::string aggregate = "*?\r\n";
  while (aggregate.size() < large) aggregate += ":1\r\n";
  std::string streamed = "$?\r\n";
  while (streamed.size() < large) streamed += ";1\r\nx\r\n";
  for (auto bytes : {line, payload, aggregate + ".\r\n", streamed + ";0\r\n"}) {
    parser p;
    reply_view r;
    for (std::size_t n = 1; n < bytes.size(); ++n) {
      p.parse(std::span(bytes).first(n));
      ASSERT_FALSE(p.next(r));
      ASSERT_EQ(p.consume(), 0u);
    }
    p.parse(bytes);
    ASSERT_TRUE(p.next(r));
    EXPECT_EQ(p.consume(), bytes.size());
  }
}

// The bytes move at every call, as they do in a receive buffer that grows.
TEST(Parser, AnAggregateLargerThanItsFirstMemory) {
  std::string bytes = "*5000\r\n";
  for (int i = 0; i < 5000; ++i) bytes += "$4\r\n" + std::to_string(1000 + i % 9000) + "\r\n";
  const auto whole = test::feed_whole(bytes);
  EXPECT_EQ(whole.end, "complete");
  EXPECT_EQ(test::feed_cut(bytes, test::random_cuts(bytes.size(), 3000, 5)), whole);
  const auto r = reply::parse(bytes).value();
  EXPECT_EQ(r.size(), 5000u);
  EXPECT_EQ(r[4999].text(), "5999");
}

}  // namespace
}  // namespace sandpiper::resp
