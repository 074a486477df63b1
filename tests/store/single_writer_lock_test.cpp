#include "store/single_writer_lock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

namespace sandpiper::store {
namespace {

TEST(SingleWriterLock, ReadersShareAndTheWriterDoesNot) {
  single_writer_lock lock;
  int guarded = 0;
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done.load()) {
        const std::shared_lock inside(lock);
        torn += guarded % 2;
      }
    });
  }
  // Readers who never pause: the writer still gets its turn each time, or this does not end.
  for (int i = 0; i < 3000; ++i) {
    const std::lock_guard alone(lock);
    ++guarded;
    std::this_thread::yield();
    ++guarded;
  }
  done.store(true);
  for (auto& each : readers) each.join();
  EXPECT_EQ(torn.load(), 0);
  EXPECT_EQ(guarded, 6000);
}

TEST(SingleWriterLock, TwoReadersAreInsideAtOnce) {
  single_writer_lock lock;
  const std::shared_lock one(lock);
  std::thread([&] { const std::shared_lock other(lock); }).join();
}

}  // namespace
}  // namespace sandpiper::store
