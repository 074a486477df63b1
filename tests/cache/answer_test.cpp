#include "sandpiper/cache/answer.hpp"

#include <gtest/gtest.h>

namespace sandpiper::cache {
namespace {

TEST(Answer, AnOriginHasAWord) {
  EXPECT_EQ(to_string(origin::hit), "hit");
  EXPECT_EQ(to_string(origin::miss), "miss");
  EXPECT_EQ(to_string(origin::stale), "stale");
  EXPECT_EQ(to_string(static_cast<origin>(9)), "");
}

TEST(Answer, OneThatNobodyFilledInIsAMiss) {
  const answer<int> one{7};
  EXPECT_EQ(one.value, 7);
  EXPECT_EQ(one.from, origin::miss);
  EXPECT_EQ(one.age, std::chrono::milliseconds(0));
}

}  // namespace
}  // namespace sandpiper::cache
