#include "cache/scratch.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "sandpiper/resp/reply.hpp"
#include "support/reply_text.hpp"

// ThreadSanitizer brings operators of its own, which cannot be counted.
#if !defined(__has_feature)
#define SANDPIPER_TEST_COUNTS 1
#elif !__has_feature(thread_sanitizer)
#define SANDPIPER_TEST_COUNTS 1
#endif

#ifdef SANDPIPER_TEST_COUNTS
#include "support/memory_count.hpp"
#endif

namespace sandpiper::cache {
namespace {

std::string parsed(std::string_view bytes) {
  std::string text;
  tell_parsed(bytes, [&](const resp::reply_view& reply) { text = test::told(reply); });
  return text;
}

TEST(Scratch, BytesBecomeTheReplyThatTheyAre) {
  EXPECT_EQ(parsed("+OK\r\n"), test::told(resp::reply::parse("+OK\r\n").value()));
  for (const std::string_view bytes :
       {"_\r\n", ":7\r\n", "#t\r\n", ",1.5\r\n", "$0\r\n\r\n", "*0\r\n", "%1\r\n+a\r\n*1\r\n_\r\n",
        "~2\r\n:1\r\n:2\r\n", "=5\r\ntxt:x\r\n", "(123456789012345678901\r\n"}) {
    const auto wanted = resp::reply::parse(bytes).value();
    EXPECT_EQ(parsed(bytes), test::told(wanted.view()));
    EXPECT_EQ(encoded(wanted.view()), bytes);
  }
}

TEST(Scratch, WhatIsWrittenIsTold) {
  std::string text;
  tell_written(
      [](resp::encoder& out) {
        EXPECT_EQ(out.protocol(), 3);
        out.map(1);
        out.bulk("answer");
        out.integer(42);
      },
      [&](const resp::reply_view& reply) { text = std::string(encoded(reply)); });
  EXPECT_EQ(text, "%1\r\n$6\r\nanswer\r\n:42\r\n");
}

TEST(Scratch, WhoIsToldMayAskAgainFromWithin) {
  std::string inner;
  std::string innermost;
  tell_parsed("$5\r\nouter\r\n", [&](const resp::reply_view& outer) {
    tell_parsed("$5\r\ninner\r\n", [&](const resp::reply_view& middle) {
      tell_written([](resp::encoder& out) { out.bulk("innermost"); },
                   [&](const resp::reply_view& last) { innermost = last.text(); });
      inner = middle.text();
    });
    EXPECT_EQ(outer.text(), "outer");
  });
  EXPECT_EQ(inner, "inner");
  EXPECT_EQ(innermost, "innermost");
  EXPECT_EQ(parsed(":1\r\n"), "{\":\":1}");
}

TEST(Scratch, EachThreadHasItsOwn) {
  tell_parsed("$4\r\nmine\r\n", [&](const resp::reply_view& here) {
    std::thread([] { EXPECT_EQ(parsed(":2\r\n"), "{\":\":2}"); }).join();
    EXPECT_EQ(here.text(), "mine");
  });
}

#ifdef SANDPIPER_TEST_COUNTS
std::string array_of(std::size_t elements) {
  resp::buffer bytes;
  resp::encoder out(bytes, 3);
  out.array(elements);
  for (std::size_t i = 0; i < elements; ++i) out.integer(static_cast<std::int64_t>(i));
  return std::string(bytes.view());
}

TEST(Scratch, SmallRepliesAllocateNothing) {
  const auto pairs = array_of(30);
  const auto once = [&] {
    std::size_t told = 0;
    tell_parsed(pairs, [&](const resp::reply_view& reply) { told += encoded(reply).size(); });
    tell_written([](resp::encoder& out) { out.bulk("some text"); },
                 [&](const resp::reply_view& reply) { told += reply.text().size(); });
    return told;
  };
  const auto told = once();
  const test::memory_watch watch;
  for (int i = 0; i < 100; ++i) ASSERT_EQ(once(), told);
  EXPECT_EQ(watch.allocations(), 0u);
}

TEST(Scratch, ALargeReplyIsToldAndItsMemoryGivenBack) {
  const auto large = array_of(200'000);
  parsed(":1\r\n");
  const std::size_t before = test::heap.held_bytes;
  std::size_t elements = 0;
  tell_parsed(large, [&](const resp::reply_view& reply) { elements = reply.size(); });
  EXPECT_EQ(elements, 200'000u);
  EXPECT_LT(test::heap.held_bytes, before + (64 << 10));
  EXPECT_EQ(parsed(":1\r\n"), "{\":\":1}");
}

#endif

// A server may have been allowed to nest deeper than replies do by default.
TEST(Scratch, ADepthThatWasAcceptedIsReadBack) {
  std::string nested;
  for (int i = 0; i < 1000; ++i) nested += "*1\r\n";
  nested += ":7\r\n";
  std::int64_t found = 0;
  tell_parsed(nested, [&](const resp::reply_view& reply) {
    auto at = reply;
    while (at.is_aggregate()) at = at[0];
    found = at.integer();
  });
  EXPECT_EQ(found, 7);
}

}  // namespace
}  // namespace sandpiper::cache
