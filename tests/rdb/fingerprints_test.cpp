#include "rdb/fingerprints.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sandpiper::rdb {
namespace {

TEST(Fingerprints, TellNewFromSeen) {
  fingerprints seen;
  seen.clear(1000);
  EXPECT_TRUE(seen.insert("a"));
  EXPECT_TRUE(seen.insert("b"));
  EXPECT_TRUE(seen.insert(""));
  EXPECT_FALSE(seen.insert("a"));
  EXPECT_FALSE(seen.insert(""));
  EXPECT_EQ(seen.size(), 3u);
}

TEST(Fingerprints, AreOfAllBytesAtAnyLength) {
  for (std::size_t size = 1; size < 100; ++size) {
    fingerprints seen;
    seen.clear(1000);
    const std::string text(size, 'x');
    EXPECT_TRUE(seen.insert(text));
    for (std::size_t at = 0; at < size; ++at) {
      auto other = text;
      other[at] = 'y';
      EXPECT_TRUE(seen.insert(other)) << size << ' ' << at;
    }
    EXPECT_TRUE(seen.insert(text + '\0')) << "a zero byte is a byte";
    EXPECT_FALSE(seen.insert(text));
  }
}

TEST(Fingerprints, ANumberAndItsDigitsAreOne) {
  fingerprints seen;
  seen.clear(1000);
  EXPECT_TRUE(seen.insert(item(std::int64_t{-5})));
  EXPECT_FALSE(seen.insert(item(std::string_view("-5"))));
  EXPECT_TRUE(seen.insert(item::chunked(7))) << "a string that was never whole is not compared";
  EXPECT_TRUE(seen.insert(item::chunked(7)));
}

TEST(Fingerprints, SpacesAreApart) {
  fingerprints seen;
  seen.clear(1000);
  EXPECT_TRUE(seen.insert("key", 0));
  EXPECT_TRUE(seen.insert("key", 1));
  EXPECT_FALSE(seen.insert("key", 1));
}

TEST(Fingerprints, GrowAndAreClearedAsOne) {
  fingerprints seen;
  for (int round = 0; round < 3; ++round) {
    seen.clear(1 << 20);
    for (int i = 0; i < 20000; ++i) ASSERT_TRUE(seen.insert(std::to_string(i))) << i;
    for (int i = 0; i < 20000; ++i) ASSERT_FALSE(seen.insert(std::to_string(i))) << i;
  }
}

TEST(Fingerprints, AFullSetLetsEverythingPass) {
  fingerprints seen;
  seen.clear(2);
  EXPECT_TRUE(seen.insert("a"));
  EXPECT_TRUE(seen.insert("b"));
  EXPECT_TRUE(seen.full());
  EXPECT_TRUE(seen.insert("a"));
  EXPECT_TRUE(seen.take(1, 2));
  EXPECT_EQ(seen.size(), 2u);
}

TEST(Fingerprints, AnIdIsTakenOnce) {
  fingerprints seen;
  seen.clear(1000);
  EXPECT_FALSE(seen.take(1, 2)) << "nothing is there yet";
  EXPECT_TRUE(seen.insert(1, 2));
  EXPECT_TRUE(seen.insert(2, 1));
  EXPECT_FALSE(seen.insert(1, 2));
  EXPECT_FALSE(seen.take(1, 1));
  EXPECT_TRUE(seen.take(1, 2));
  EXPECT_FALSE(seen.take(1, 2));
  EXPECT_FALSE(seen.insert(1, 2)) << "what is taken is still known";
  seen.clear(1000);
  EXPECT_FALSE(seen.take(2, 1));
}

}  // namespace
}  // namespace sandpiper::rdb
