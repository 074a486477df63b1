#include "store/budget.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace sandpiper::store {
namespace {

TEST(Budget, GivesAtLeastWhatIsNeededOrNothing) {
  budget all(100);
  EXPECT_EQ(all.take(10, 50), 50u);
  EXPECT_EQ(all.take(10, 80), 50u) << "less than wanted, more than needed";
  EXPECT_EQ(all.take(1, 1), 0u);
  all.give(5);
  EXPECT_EQ(all.take(6, 6), 0u);
  EXPECT_EQ(all.left(), 5u);
}

TEST(Account, EveryByteIsSomewhere) {
  budget all(1 << 20);
  account mine;
  mine.open(all, 1024);
  std::vector<void*> blocks;
  std::mt19937_64 random(4);
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 2 == 0) {
      const std::size_t size = random() % (step % 50 == 0 ? 200'000 : 500);
      if (void* const block = mine.allocate(size)) {
        blocks.push_back(block);
      }
    } else if (!blocks.empty()) {
      std::swap(blocks[random() % blocks.size()], blocks.back());
      random() % 4 == 0 ? mine.release_unlocked(blocks.back()) : mine.release(blocks.back());
      blocks.pop_back();
    }
    std::size_t held = 0;
    if (step % 100 == 0) {
      for (void* block : blocks) held += measured_bytes(block);
      ASSERT_EQ(mine.used(), held + mine.spare_bytes());
    }
    ASSERT_EQ(all.left() + mine.credit() + mine.used(), all.bytes());
  }
  for (void* block : blocks) mine.release(block);
  EXPECT_EQ(mine.used(), mine.spare_bytes());
  EXPECT_TRUE(mine.reserve(all.bytes()));
  EXPECT_EQ(mine.used(), 0u) << "spares are freed when bytes are short";
}

TEST(Account, RefusesWhatDoesNotFitAndWhatIsAbsurd) {
  budget all(1000);
  account mine;
  mine.open(all, 64);
  EXPECT_EQ(mine.allocate(1001), nullptr);
  EXPECT_EQ(mine.allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(mine.allocate(SIZE_MAX / 2), nullptr);
  void* const block = mine.allocate(500);
  ASSERT_NE(block, nullptr);
  EXPECT_EQ(mine.allocate(600), nullptr);
  mine.release(block);
}

TEST(Account, LendsNoMoreThanItHas) {
  budget all(1000);
  account one;
  account other;
  one.open(all, 64);
  other.open(all, 64);
  ASSERT_TRUE(one.reserve(300));
  one.lend(other, 1'000'000);
  EXPECT_EQ(one.credit(), 0u);
  EXPECT_GE(other.credit(), 300u);
  EXPECT_EQ(all.left() + other.credit(), 1000u);
}

}  // namespace
}  // namespace sandpiper::store
