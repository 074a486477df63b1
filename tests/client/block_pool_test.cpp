#include "client/block_pool.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

namespace sandpiper {
namespace {

TEST(BlockPool, UsesABlockAgain) {
  block_pool pool;
  void* const first = pool.take(300);
  pool.give(first, 300);
  EXPECT_EQ(pool.take(384), first) << "another size, the same shelf";
  pool.give(first, 384);
}

TEST(BlockPool, GivesEverySizeItsRoom) {
  block_pool pool;
  for (const std::size_t bytes : {1u, 384u, 385u, 768u, 1536u, 1537u, 100'000u}) {
    void* const block = pool.take(bytes);
    std::memset(block, 0xab, bytes);
    pool.give(block, bytes);
  }
}

TEST(BlockPool, BlocksWanderBetweenThreads) {
  block_pool pool;
  std::vector<std::thread> all;
  for (int t = 0; t < 4; ++t) {
    all.emplace_back([&pool, t] {
      std::vector<void*> held;
      for (int i = 0; i < 2000; ++i) {
        held.push_back(pool.take(400));
        std::memset(held.back(), t, 400);
        if (held.size() < 8) continue;
        for (void* const block : held) pool.give(block, 400);
        held.clear();
      }
      for (void* const block : held) pool.give(block, 400);
    });
  }
  for (auto& each : all) each.join();
}

}  // namespace
}  // namespace sandpiper
