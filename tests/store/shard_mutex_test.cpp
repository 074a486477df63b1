#include "store/shard_mutex.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace sandpiper::store {
namespace {

TEST(ShardMutex, OneIsInsideAtATime) {
  constexpr int threads = 4;
  constexpr int turns = 20'000;
  shard_mutex mutex;
  int inside = 0;
  int met = 0;
  int turns_taken = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&] {
      for (int turn = 0; turn < turns; ++turn) {
        const std::lock_guard lock(mutex);
        met += inside++;
        if (turn % 512 == 0) std::this_thread::yield();  // others come and sleep
        --inside;
        ++turns_taken;
      }
    });
  }
  for (auto& each : all) each.join();
  EXPECT_EQ(met, 0);
  EXPECT_EQ(turns_taken, threads * turns);
}

TEST(ShardMutex, EverySleeperIsWoken) {
  shard_mutex mutex;
  mutex.lock();
  int through = 0;
  std::vector<std::thread> sleepers;
  for (int i = 0; i < 8; ++i) {
    sleepers.emplace_back([&] {
      const std::lock_guard lock(mutex);
      ++through;
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  mutex.unlock();
  for (auto& each : sleepers) each.join();
  EXPECT_EQ(through, 8);
}

TEST(ShardMutex, IsPassedByWhileHeldEvenByOneself) {
  shard_mutex mutex;
  ASSERT_TRUE(mutex.try_lock());
  EXPECT_FALSE(mutex.try_lock());
  mutex.unlock();
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

}  // namespace
}  // namespace sandpiper::store
