#include "client/message_queue.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sandpiper {
namespace {

message text(std::string payload) { return {.channel = "c", .payload = std::move(payload)}; }

message gap(std::string why, int second) {
  message one{.type = message::kind::gap, .payload = std::move(why)};
  one.since = std::chrono::system_clock::time_point(std::chrono::seconds(second));
  return one;
}

message_queue queue_of(std::size_t max, overflow when_full, std::size_t bytes_max = 1 << 20) {
  return message_queue({.queue_max = max, .queue_bytes_max = bytes_max, .when_full = when_full});
}

// "2a": a message "a" before which two were dropped; "|why" a gap.
std::string drained(message_queue& q) {
  std::string all;
  while (q.front(true) != nullptr) {
    const auto one = q.pop();
    if (!all.empty()) all += ' ';
    if (one.missed > 0) all += std::to_string(one.missed);
    if (one.type == message::kind::gap) all += '|';
    all += one.payload;
  }
  return all;
}

TEST(MessageQueue, TheOldestGoesAndIsCountedWhereItWas) {
  auto q = queue_of(2, overflow::drop_oldest);
  for (const auto* each : {"a", "b", "c", "d"}) EXPECT_TRUE(q.push(text(each)));
  EXPECT_EQ(q.counts().dropped, 2U);
  EXPECT_EQ(q.counts().waiting, 2U);
  EXPECT_EQ(drained(q), "2c d");
}

TEST(MessageQueue, TheNewestGoesAndIsCountedWhereItWouldBe) {
  auto q = queue_of(2, overflow::drop_newest);
  for (const auto* each : {"a", "b", "c", "d"}) EXPECT_TRUE(q.push(text(each)));
  EXPECT_EQ(drained(q), "a b");
  EXPECT_TRUE(q.push(text("e")));
  EXPECT_EQ(drained(q), "2e");
}

TEST(MessageQueue, ItsEndIsToldWhenThatWasAskedFor) {
  auto q = queue_of(1, overflow::end);
  EXPECT_TRUE(q.push(text("a")));
  EXPECT_FALSE(q.push(text("b")));
  EXPECT_EQ(q.counts().dropped, 1U);
  EXPECT_EQ(drained(q), "a");
}

TEST(MessageQueue, BytesAreBoundedToo) {
  const auto each = message_queue::cost_of(text("1234"));
  auto q = queue_of(100, overflow::drop_oldest, 3 * each);
  for (const auto* one : {"aaaa", "bbbb", "cccc", "dddd"}) q.push(text(one));
  EXPECT_EQ(drained(q), "1bbbb cccc dddd");
}

TEST(MessageQueue, WhatCanNeverFitDropsNothingElse) {
  auto q = queue_of(100, overflow::drop_oldest, 2 * message_queue::cost_of(text("a")));
  q.push(text("a"));
  q.push(text(std::string(1000, 'x')));
  q.push(text("b"));
  EXPECT_EQ(drained(q), "a 1b");
}

TEST(MessageQueue, GapsAreNeverDropped) {
  auto q = queue_of(1, overflow::drop_oldest);
  q.push(text("a"));
  q.push_event(gap("x", 1));
  q.push(text("b"));
  q.push(text("c"));
  EXPECT_EQ(q.counts().dropped, 2U);
  EXPECT_EQ(drained(q), "1|x 1c");
}

TEST(MessageQueue, GapsWithNothingBetweenThemAreOne) {
  auto q = queue_of(1, overflow::drop_oldest);
  q.push_event(gap("x", 1));
  q.push_event(gap("y", 2));
  q.push(text("a"));
  q.push_event(gap("z", 3));
  q.push(text("b"));  // a goes, and what stood on either side of it meets
  ASSERT_NE(q.front(true), nullptr);
  EXPECT_EQ(q.front(true)->since.time_since_epoch(), std::chrono::seconds(1));
  EXPECT_EQ(q.counts().gaps, 1U);
  EXPECT_EQ(drained(q), "1|z b");
}

TEST(MessageQueue, AGapIsHeldBackWithAllBehindIt) {
  auto q = queue_of(10, overflow::drop_oldest);
  q.push(text("a"));
  q.push_event(gap("x", 1));
  q.push(text("b"));
  ASSERT_NE(q.front(false), nullptr);
  q.pop();
  EXPECT_EQ(q.front(false), nullptr);
  EXPECT_NE(q.front(true), nullptr);
}

TEST(MessageQueue, WhatIsThrownAwayWasDropped) {
  auto q = queue_of(10, overflow::drop_oldest);
  q.push(text("a"));
  q.push_event(gap("x", 1));
  q.clear();
  EXPECT_EQ(q.front(true), nullptr);
  EXPECT_EQ(q.counts().dropped, 1U);
}

TEST(MessageQueue, AtRandomEveryMessageIsDeliveredOrCountedAsMissed) {
  for (const auto policy : {overflow::drop_oldest, overflow::drop_newest}) {
    std::mt19937 random(7);
    auto q = queue_of(5, policy, 5 * message_queue::cost_of(text("0123456789")));
    std::uint64_t delivered = 0, missed = 0;
    const auto read = [&] {
      const auto one = q.pop();
      missed += one.missed;
      if (one.type == message::kind::channel) ++delivered;
    };
    for (int i = 0; i < 20'000; ++i) {
      const auto what = random() % 8;
      if (what < 5) q.push(text(std::string(random() % 40, 'x')));
      if (what == 5) q.push_event(gap("x", i));
      if (what > 5 && q.front(true) != nullptr) read();
    }
    q.push_event(gap("last", 0));
    while (q.front(true) != nullptr) read();
    EXPECT_EQ(q.counts().delivered, delivered);
    EXPECT_EQ(q.counts().received, delivered + missed);
  }
}

}  // namespace
}  // namespace sandpiper
