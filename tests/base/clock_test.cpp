#include "sandpiper/base/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace sandpiper {
namespace {

using namespace std::chrono_literals;

TEST(Clock, GoesForwardWithTheTime) {
  const auto before = coarse_now_ms();
  std::this_thread::sleep_for(20ms);
  EXPECT_GE(coarse_now_ms(), before + 10);
}

TEST(Clock, ADeadlineSaturatesAndIsNeverInThePast) {
  EXPECT_EQ(deadline_after(100, 50ms), 150u);
  EXPECT_EQ(deadline_after(100, -50ms), 100u);
  EXPECT_EQ(deadline_after(100, std::chrono::milliseconds::max()), std::uint64_t{1} << 62);
}

}  // namespace
}  // namespace sandpiper
