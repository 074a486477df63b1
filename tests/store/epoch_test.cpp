#include "store/epoch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sandpiper::store::epoch {
namespace {

TEST(Epoch, WhoIsInsideHoldsItBackUntilItLeaves) {
  std::uint64_t ended = 0;
  {
    const guard inside;
    ended = advance();
    EXPECT_FALSE(quiescent(ended));
    {
      const guard again;
      EXPECT_FALSE(quiescent(ended));
    }
    EXPECT_FALSE(quiescent(ended)) << "an inner guard's end is not the outer's";
  }
  EXPECT_TRUE(quiescent(ended));
}

TEST(Epoch, WhoCameLaterHoldsNothingBack) {
  const auto ended = advance();
  const guard inside;
  EXPECT_TRUE(quiescent(ended));
}

TEST(Epoch, AnotherThreadsGuardCounts) {
  std::atomic<int> step{0};
  std::thread reader([&] {
    const guard inside;
    step.store(1);
    while (step.load() != 2) std::this_thread::yield();
  });
  while (step.load() != 1) std::this_thread::yield();
  const auto ended = advance();
  EXPECT_FALSE(quiescent(ended));
  step.store(2);
  reader.join();
  EXPECT_TRUE(quiescent(ended));
}

TEST(Epoch, SeatsAreTakenAgainWhenThreadsEnd) {
  std::uint32_t most = 0;
  for (int i = 0; i < 50; ++i) {
    std::thread([&] { most = std::max(most, guard().seat_index()); }).join();
  }
  EXPECT_LT(most, 10u);
}

}  // namespace
}  // namespace sandpiper::store::epoch
