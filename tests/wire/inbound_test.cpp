#include "sandpiper/wire/inbound.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>

namespace sandpiper::wire {
namespace {

void fill(inbound& in, std::string_view bytes, std::size_t wanted_bytes = 0) {
  while (!bytes.empty()) {
    const auto room = in.prepare(wanted_bytes);
    ASSERT_FALSE(room.empty());
    const auto n = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), n);
    in.commit(n);
    bytes.remove_prefix(n);
  }
}

std::string content(inbound& in) { return {in.data().begin(), in.data().end()}; }

TEST(Inbound, GivesBackWhatWasPutIn) {
  inbound in;
  fill(in, "hello ");
  fill(in, "world");
  EXPECT_EQ(content(in), "hello world");
  in.consume(6);
  EXPECT_EQ(content(in), "world");
  in.consume(5);
  EXPECT_EQ(in.size(), 0U);
}

TEST(Inbound, WhatIsNotConsumedStaysInFront) {
  inbound in;
  fill(in, "abcdef");
  in.consume(4);
  const auto room = in.prepare(0);
  EXPECT_EQ(content(in), "ef");
  EXPECT_EQ(room.data(), in.data().data() + 2);
}

TEST(Inbound, ThereIsAlwaysRoomForOneTlsRecord) {
  std::mt19937 random(1);
  inbound in;
  for (int i = 0; i < 2000; ++i) {
    const auto room = in.prepare(0);
    ASSERT_GE(room.size(), 16U << 10);
    in.commit(random() % room.size());
    in.consume(random() % (in.size() + 1));
  }
}

// A server that announces 512 MB gets the memory when it sends the bytes.
TEST(Inbound, AnAnnouncedLengthIsBelievedOnlyAsFarAsBytesHaveCome) {
  inbound in;
  EXPECT_LE(in.prepare(512U << 20).size(), 128U << 10);
  std::size_t held = 0;
  while (held < 4U << 20) {
    const auto room = in.prepare(512U << 20);
    EXPECT_LE(room.size() + held, 2 * held + (64U << 10)) << held;
    in.commit(room.size());
    held += room.size();
  }
}

TEST(Inbound, AnAnnouncedLengthThatIsSmallIsReadInOne) {
  inbound in;
  fill(in, "$100000\r\n", 100'009);
  EXPECT_GE(in.prepare(100'009).size() + in.size(), 65'536U);
  fill(in, std::string(90'000, 'x'), 100'009);
  EXPECT_GE(in.prepare(100'009).size() + in.size(), 100'009U);
}

TEST(Inbound, TheMemoryOfABurstIsGivenBack) {
  inbound in;
  fill(in, std::string(8U << 20, 'x'), 8U << 20);
  in.consume(in.size() - 3);
  const auto room = in.prepare(0);
  EXPECT_EQ(content(in), "xxx");
  EXPECT_LE(room.size(), 1U << 20);
}

TEST(Inbound, ClearForgets) {
  inbound in;
  fill(in, "half a reply");
  in.clear();
  EXPECT_EQ(in.size(), 0U);
  fill(in, "+OK");
  EXPECT_EQ(content(in), "+OK");
}

TEST(Inbound, AnyOrderOfFillingAndConsumingKeepsTheBytes) {
  std::mt19937 random(2);
  inbound in;
  std::string model;
  for (int i = 0; i < 3000; ++i) {
    const std::string bytes(random() % 3000, static_cast<char>('a' + random() % 26));
    fill(in, bytes, random() % 100'000);
    model += bytes;
    const auto n = random() % (model.size() + 1);
    in.consume(n);
    model.erase(0, n);
    ASSERT_EQ(content(in), model) << i;
  }
}

}  // namespace
}  // namespace sandpiper::wire
