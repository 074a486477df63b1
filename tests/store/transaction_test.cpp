#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "sandpiper/store/store.hpp"
#include "store/support.hpp"

namespace sandpiper::store {
namespace {

std::string other_shard_than(const local_store& store, const key_ref& key) {
  for (int i = 0;; ++i) {
    auto name = "other:" + std::to_string(i);
    if (store.shard_of(name) != store.shard_of(key)) return name;
  }
}

TEST(Transaction, ReadsAndWritesWhatItLocked) {
  local_store store;
  const std::array<key_ref, 2> keys = {"a", "b"};
  {
    auto both = store.lock(keys);
    EXPECT_TRUE(both.covers("a"));
    EXPECT_EQ(both.set("a", "1"), outcome::stored);
    EXPECT_EQ(both.set("b", value(value_type::list)), outcome::stored);
    std::string text;
    EXPECT_TRUE(both.copy("a", text));
    EXPECT_EQ(text, "1");
    EXPECT_EQ(both.update("a", [](editor& edit) { edit.assign("2"); }), outcome::stored);
    EXPECT_EQ(both.update("a", [](editor& edit) { edit.assign("3"); }, {.tag = 4}),
              outcome::stored);
    EXPECT_TRUE(both.expire("a", std::uint64_t{1} << 60));
    EXPECT_TRUE(both.peek("a", [](const entry_view& seen) { EXPECT_EQ(seen.tag(), 4u); }));
    EXPECT_TRUE(both.erase("b"));
  }
  EXPECT_EQ(text_of(store, "a"), "3");
  inspector::check(store);
}

TEST(Transaction, WhatItDidNotLockItDoesNotWrite) {
  local_store store;
  const auto outside = other_shard_than(store, "a");
  store.set(outside, "x");
  const std::array<key_ref, 1> keys = {"a"};
  auto one = store.lock(keys);
  EXPECT_FALSE(one.covers(outside));
  EXPECT_EQ(one.set(outside, "y"), outcome::refused);
  EXPECT_EQ(one.update(outside, [](editor& edit) { edit.clear(); }), outcome::refused);
  EXPECT_FALSE(one.erase(outside));
  EXPECT_FALSE(one.expire(outside, 1));
  std::string text;
  EXPECT_TRUE(one.copy(outside, text)) << "reading takes no lock";
}

TEST(Transaction, HoldsEveryShardAndClears) {
  local_store store;
  for (int i = 0; i < 500; ++i) store.set(std::to_string(i), "x");
  {
    auto all = store.lock_all();
    std::size_t seen = 0;
    EXPECT_EQ(all.scan(0, 10'000, [&](const entry_view&) { ++seen; }), 0u);
    EXPECT_EQ(seen, 500u);
    auto moved = std::move(all);
    EXPECT_TRUE(moved.covers("anything"));
    moved.clear();
  }
  EXPECT_EQ(store.size(), 0u);
  inspector::check(store);
}

TEST(Transaction, MakesRoomWhileItHoldsAll) {
  options chosen;
  chosen.budget_bytes = 256 * 1024;
  local_store store(chosen);
  auto all = store.lock_all();
  for (int i = 0; i < 5000; ++i) {
    ASSERT_EQ(all.set(std::to_string(i), std::string(200, 'x')), outcome::stored) << i;
  }
}

// Money moves between accounts in different shards; nobody may see a sum that never was.
TEST(Transaction, OthersSeeAllOfItOrNothing) {
  local_store store;
  const std::array<key_ref, 2> keys = {"account:1", "account:22"};
  ASSERT_NE(store.shard_of(keys[0]), store.shards());
  store.set(keys[0], std::string(50, 'x'));
  store.set(keys[1], std::string(50, 'x'));
  std::atomic<bool> done{false};
  std::thread mover([&] {
    for (std::size_t i = 0; i < 3000; ++i) {
      auto both = store.lock(keys);
      both.set(keys[0], std::string(i % 100, 'x'));
      both.set(keys[1], std::string(100 - i % 100, 'x'));
    }
    done.store(true);
  });
  std::size_t looked = 0;
  do {
    auto both = store.lock(keys);
    std::string one;
    std::string other;
    ASSERT_TRUE(both.copy(keys[0], one));
    ASSERT_TRUE(both.copy(keys[1], other));
    ASSERT_EQ(one.size() + other.size(), 100u);
    ++looked;
  } while (!done.load());
  mover.join();
  EXPECT_GT(looked, 0u);
  inspector::check(store);
}

}  // namespace
}  // namespace sandpiper::store
