#include "store/core.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "store/support.hpp"

namespace sandpiper::store {
namespace {

options with_shards(std::size_t shards, std::size_t budget_bytes = 4 << 20) {
  options chosen;
  chosen.budget_bytes = budget_bytes;
  chosen.shards = shards;
  chosen.now_ms = &fake_clock::now;
  return chosen;
}

TEST(Core, ShardsAreAPowerOfTwoWithinBounds) {
  EXPECT_EQ(local_store(with_shards(0)).shards(), 1u);
  EXPECT_EQ(local_store(with_shards(1)).shards(), 1u);
  EXPECT_EQ(local_store(with_shards(5)).shards(), 8u);
  EXPECT_EQ(local_store(with_shards(100'000)).shards(), 256u);
}

TEST(Core, ABudgetBelowItsOwnSizeHoldsNothing) {
  local_store store(with_shards(16, 100));
  EXPECT_EQ(store.set("k", "v"), outcome::refused);
  EXPECT_FALSE(store.type("k"));
  EXPECT_LE(store.stats().charged_bytes, 100u);
  inspector::check(store);
}

TEST(Core, CountsHitsAndMisses) {
  fake_clock::set(1);
  local_store store(with_shards(4));
  store.set("k", "v");
  store.set("short", "v", {.deadline_ms = 2});
  EXPECT_EQ(text_of(store, "k"), "v");
  EXPECT_FALSE(store.type("absent"));
  fake_clock::set(2);
  EXPECT_FALSE(store.type("short")) << "past its deadline is a miss";
  EXPECT_EQ(store.stats().hits, 1u);
  EXPECT_EQ(store.stats().misses, 2u);
}

TEST(Core, AnEmptyScanEndsAtOnce) {
  for (const std::size_t shards : {1u, 16u}) {
    local_store store(with_shards(shards));
    EXPECT_EQ(store.scan(0, 10, [](const entry_view&) { FAIL(); }), 0u);
    EXPECT_EQ(store.scan(~std::uint64_t{0}, 10, [](const entry_view&) { FAIL(); }), 0u);
  }
}

// Keys that stay are met exactly once, whatever comes, goes and grows between the calls.
TEST(Core, AScanMeetsWhatStaysOnceHoweverTheStoreGrows) {
  for (const std::size_t shards : {1u, 2u, 16u}) {
    for (const std::size_t count : {1u, 7u, 100u}) {
      local_store store(with_shards(shards));
      for (int i = 0; i < 300; ++i) store.set("stay:" + std::to_string(i), "x");
      for (int i = 0; i < 300; ++i) store.set("go:" + std::to_string(i), "x");
      std::map<std::string, int> seen;
      std::uint64_t cursor = 0;
      int step = 0;
      do {
        cursor = store.scan(cursor, count,
                            [&](const entry_view& each) { ++seen[std::string(each.key())]; });
        for (int i = 0; i < 10; ++i, ++step) {
          store.erase("go:" + std::to_string(step));
          store.set("come:" + std::to_string(step), "x");
        }
        ASSERT_LT(step, 100'000) << "a scan must end";
      } while (cursor != 0);
      for (int i = 0; i < 300; ++i) EXPECT_EQ(seen["stay:" + std::to_string(i)], 1) << i;
      inspector::check(store);
    }
  }
}

TEST(Core, AScanShowsWhatMatchesAndExists) {
  fake_clock::set(100);
  local_store store(with_shards(4));
  store.set("user:1", "x");
  store.set("user:2", "x", {.deadline_ms = 50});
  store.set("user:3", value{});
  store.set("other", "x");
  const glob users("user:*");
  std::string seen;
  const auto cursor = store.scan(
      0, 100, [&](const entry_view& each) { seen += each.key(); }, &users);
  EXPECT_EQ(cursor, 0u);
  EXPECT_EQ(seen, "user:1") << "not what expired, is known to be absent, or does not match";
}

TEST(Core, AScansVisitorMayWrite) {
  local_store store(with_shards(2));
  for (int i = 0; i < 100; ++i) store.set(std::to_string(i), "x");
  EXPECT_EQ(store.scan(0, 1000, [&](const entry_view& each) { store.erase(each.key()); }), 0u);
  EXPECT_EQ(store.size(), 0u);
  inspector::check(store);
}

}  // namespace
}  // namespace sandpiper::store
