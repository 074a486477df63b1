#include "store/shard.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <string>

#include "store/support.hpp"

namespace sandpiper::store {
namespace {

options small(std::size_t budget_bytes, std::size_t shards = 1) {
  options chosen;
  chosen.budget_bytes = budget_bytes;
  chosen.shards = shards;
  chosen.now_ms = &fake_clock::now;
  return chosen;
}

TEST(ShardMutex, CanBePassedByEvenByItsHolder) {
  shard_mutex mutex;
  mutex.lock();
  EXPECT_FALSE(mutex.try_lock());
  mutex.unlock();
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

TEST(Shard, EvictsWhatWasNotUsedAndKeepsWhatWas) {
  local_store store(small(64 * 1024));
  const std::string text(100, 'x');
  for (int i = 0; store.stats().evictions < 2000; ++i) {
    ASSERT_EQ(store.set("used", text), outcome::stored);
    ASSERT_EQ(store.set("once:" + std::to_string(i), text), outcome::stored);
    ASSERT_NE(text_of(store, "used"), "(none)");
    ASSERT_LE(store.stats().charged_bytes, store.budget_bytes());
  }
  EXPECT_EQ(store.stats().refusals, 0u);
  inspector::check(store);
}

TEST(Shard, WhatHasExpiredGoesBeforeWhatIsAlive) {
  fake_clock::set(1000);
  local_store store(small(64 * 1024));
  const std::string text(1000, 'x');
  for (int i = 0; i < 20; ++i) {
    store.set("short:" + std::to_string(i), text, {.deadline_ms = 2000});
    EXPECT_TRUE(store.peek("short:" + std::to_string(i), [](const entry_view&) {}));
  }
  fake_clock::set(2000);
  int alive = 0;
  while (store.stats().expirations < 20) store.set("alive:" + std::to_string(alive++), text);
  EXPECT_EQ(store.stats().evictions, 0u) << "visited, but past their deadline";
  inspector::check(store);
}

TEST(Shard, APinnedEntryIsNotEvicted) {
  local_store store(small(64 * 1024));
  store.set("pinned", std::string(500, 'p'));
  const pin held = store.share("pinned");
  for (int i = 0; i < 2000; ++i) store.set(std::to_string(i), std::string(500, 'x'));
  EXPECT_EQ(text_of(store, "pinned"), std::string(500, 'p'));
  inspector::check(store);
}

TEST(Shard, WithoutEvictionWhatDoesNotFitIsRefused) {
  auto chosen = small(64 * 1024);
  chosen.evict = false;
  local_store store(chosen);
  int stored = 0;
  while (store.set(std::to_string(stored), std::string(200, 'x')) == outcome::stored) ++stored;
  EXPECT_GT(stored, 100);
  for (int i = 0; i < stored; ++i) EXPECT_TRUE(store.type(std::to_string(i)));
  EXPECT_TRUE(store.erase("0"));
  EXPECT_TRUE(store.erase("1"));
  EXPECT_EQ(store.set("again", std::string(100, 'x')), outcome::stored);
  inspector::check(store);
}

// One shard's key may need more than the shard's share: the others give way.
TEST(Shard, AValueLargerThanItsShareFindsRoomWithTheOthers) {
  local_store store(small(1 << 20, 16));
  for (int i = 0; i < 20'000; ++i) store.set(std::to_string(i), std::string(100, 'x'));
  EXPECT_EQ(store.set("large", std::string(500'000, 'L')), outcome::stored);
  EXPECT_EQ(text_of(store, "large").size(), 500'000u);
  EXPECT_LE(store.stats().charged_bytes, store.budget_bytes());
  inspector::check(store);
}

TEST(Shard, WhatCanNeverFitIsRefusedAndCostsNobodyItsPlace) {
  local_store store(small(256 * 1024));
  for (int i = 0; i < 100; ++i) store.set(std::to_string(i), std::string(100, 'x'));
  EXPECT_EQ(store.set("giant", std::string(300'000, 'x')), outcome::refused);
  EXPECT_EQ(store.size(), 100u);
  EXPECT_EQ(store.stats().refusals, 1u);
  inspector::check(store);
}

// After one shard took much, the poor ones take from the rich until shares are fair again.
TEST(Shard, SharesComeBackToFair) {
  local_store store(small(1 << 20, 4));
  store.set("large", std::string(700'000, 'L'));
  store.erase("large");
  const auto rich = store.shard_of("large");
  store.set("large", std::string(600'000, 'L'));
  for (int i = 0; i < 50'000; ++i) store.set(std::to_string(i), std::string(100, 'x'));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_GT(store.stats(i).charged_bytes, store.budget_bytes() / 4 / 2) << i << ' ' << rich;
  }
  inspector::check(store);
}

TEST(Shard, SweepingFreesWhatHasExpiredAndIsBounded) {
  fake_clock::set(1000);
  local_store store(small(1 << 20, 4));
  for (int i = 0; i < 400; ++i) {
    store.set(std::to_string(i), "x", {.deadline_ms = i % 2 == 0 ? 1500u : 0u});
  }
  EXPECT_EQ(store.sweep(1000), 0u);
  fake_clock::set(1500);
  EXPECT_LE(store.sweep(10), 10u);
  std::size_t freed = store.stats().expirations;
  for (int i = 0; i < 100 && freed < 200; ++i) freed += store.sweep(40);
  EXPECT_EQ(freed, 200u);
  EXPECT_EQ(store.size(), 200u);
  EXPECT_EQ(store.stats().expirations, 200u);
  inspector::check(store);
}

}  // namespace
}  // namespace sandpiper::store
