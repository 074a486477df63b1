// What the parser promises of memory: little ahead of the bytes, and nothing at all for one more
// reply of a size it has seen.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/encoder.hpp"
#include "sandpiper/resp/parser.hpp"
#include "support/memory_count.hpp"

namespace sandpiper::resp {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// Feeds in pieces without ever consuming, so that all of it stays open, and demands that what is
// held was under 16 times the bytes fed so far and 64 KiB all the while.
void expect_bounded(std::string bytes, std::size_t piece_bytes) {
  const test::memory_watch watch;
  parser p;
  for (std::size_t fed = 0; fed < bytes.size();) {
    fed = std::min(fed + piece_bytes, bytes.size());
    p.parse(std::span(bytes).first(fed));
    ASSERT_LT(watch.peak_bytes(), 16 * fed + (64 << 10))
        << fed << " bytes of " << bytes.substr(0, 40);
  }
}

// The shortest values there are, so that each byte costs the parser the most.
TEST(RespMemory, IsBoundedByTheBytesReceived) {
  constexpr std::size_t many = 200'000;
  for (const std::size_t piece_bytes : {std::size_t{1000}, std::size_t{4} << 20}) {
    for (const std::string head : {"", "*4294967295\r\n", "*?\r\n", "|1\r\n*4294967295\r\n"}) {
      for (const auto* value : {"_\r\n", "+\r\n", "*0\r\n", "*1\r\n_\r\n", ">1\r\n+\r\n",
                                "|0\r\n_\r\n", "*?\r\n.\r\n", "$?\r\n;0\r\n", ":1\r\n"}) {
        expect_bounded(head + repeated(value, many / std::string_view(value).size()), piece_bytes);
      }
    }
  }
}

// What is lifted out is held beside what is open; a large push and many small ones behind it must
// not add up.
TEST(RespMemory, IsBoundedWhenPushesAreLiftedOut) {
  const auto large_push = ">60000\r\n+\r\n" + repeated("_\r\n", 59'999);
  const auto small_push = repeated(">1\r\n+\r\n", 20'000);
  const auto open = repeated("_\r\n", 60'000);
  for (const auto& bytes :
       {large_push + small_push, open + large_push, open + small_push + open + small_push,
        large_push + large_push + large_push, small_push + large_push}) {
    expect_bounded("*?\r\n" + bytes, 1 << 20);
    expect_bounded("*?\r\n" + bytes, 5000);
  }
}

TEST(RespMemory, ACountIsNotBelieved) {
  for (const auto* bytes :
       {"*4294967295\r\n", "%2147483647\r\n", "~4000000000\r\n", ">4000000000\r\n",
        "$536870912\r\n", "=536870912\r\ntxt:", "!536870912\r\n", "|2000000000\r\n"}) {
    expect_bounded(bytes, 1);
  }
  expect_bounded(repeated("*1048576\r\n", 128), 1);
  expect_bounded(repeated("*4294967295\r\n", 128), 1000);
}

// --- steady state ------------------------------------------------------------------------------

constexpr std::string_view every_kind =
    "+OK\r\n+PONG\r\n-ERR no\r\n:12345\r\n$5\r\nhello\r\n$-1\r\n_\r\n#t\r\n,1.5\r\n(123\r\n"
    "!3\r\nERR\r\n=5\r\ntxt:x\r\n*2\r\n:1\r\n*1\r\n:2\r\n%1\r\n+k\r\n+v\r\n~1\r\n:1\r\n"
    ">2\r\n$7\r\nmessage\r\n+x\r\n|1\r\n+ttl\r\n:1\r\n+OK\r\n$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n"
    "*?\r\n:1\r\n.\r\n";

// All replies of `bytes`, which streamed strings overwrite.
std::size_t replies_of(parser& p, std::span<char> bytes) {
  p.parse(bytes);
  std::size_t count = 0;
  for (reply_view r; p.next(r);) ++count;
  return p.consume() == bytes.size() ? count : 0;
}

TEST(RespMemory, OneMoreReplyCostsNothing) {
  parser p;
  std::string bytes(every_kind);
  ASSERT_EQ(replies_of(p, bytes), 19u);
  bytes = every_kind;

  const test::memory_watch watch;
  std::size_t count = 0;
  for (int i = 0; i < 1000; ++i) {
    bytes.assign(every_kind);
    count += replies_of(p, bytes);
  }
  EXPECT_EQ(count, 19'000u);
  EXPECT_EQ(watch.allocations(), 0u);
}

TEST(RespMemory, NorWhenItComesByteByByte) {
  parser p;
  std::string bytes = "*2\r\n$5\r\nhello\r\n%1\r\n+k\r\n|1\r\n+a\r\n:1\r\n:2\r\n";
  ASSERT_EQ(replies_of(p, bytes), 1u);
  const test::memory_watch watch;
  for (int i = 0; i < 100; ++i) {
    for (std::size_t n = 1; n < bytes.size(); ++n) {
      p.parse(std::span(bytes).first(n));
      ASSERT_EQ(p.consume(), 0u);
    }
    ASSERT_EQ(replies_of(p, bytes), 1u);
  }
  EXPECT_EQ(watch.allocations(), 0u);
}

TEST(RespMemory, ABurstIsNotKeptForEver) {
  parser p;
  auto burst = repeated(":1\r\n", 500'000);
  const test::memory_watch watch;
  ASSERT_EQ(replies_of(p, burst), 500'000u);
  EXPECT_LT(test::heap.held_bytes, 2u << 20) << "8 MB of nodes were given back";
  EXPECT_GT(watch.peak_bytes(), 8u << 20);
}

TEST(RespMemory, ACommandOfOrdinarySizeAllocatesNothing) {
  const std::string_view value = "0123456789abcdef";
  const test::memory_watch watch;
  command set("SET");
  set.add_key("key:000000001234").add(value).add("EX").add(60);
  const command copy = set;
  const command moved = std::move(set);
  EXPECT_EQ(moved.size_bytes(), copy.size_bytes());
  EXPECT_EQ(watch.allocations(), 0u);
}

TEST(RespMemory, EncodingIntoMemoryThatIsThereAllocatesNothing) {
  buffer out;
  encoder to(out);
  const auto write = [&] {
    out.clear();
    to.map(2);
    to.bulk("key");
    to.integer(-1234567);
    to.number(1.5);
    to.simple_string("OK");
  };
  write();
  const test::memory_watch watch;
  for (int i = 0; i < 100; ++i) write();
  EXPECT_EQ(watch.allocations(), 0u);
}

}  // namespace
}  // namespace sandpiper::resp
