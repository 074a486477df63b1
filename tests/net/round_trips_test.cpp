#include "net/round_trips.hpp"

#include <gtest/gtest.h>

namespace sandpiper::net {
namespace {

using namespace std::chrono_literals;
using time_point = round_trips::clock::time_point;

constexpr time_point start{};

TEST(RoundTrips, CountCommandsByTheWriteThatSentThem) {
  round_trips trips;
  trips.wrote(10, start);
  trips.wrote(12, start + 1ms);
  trips.answered(4, start + 40us);
  trips.answered(12, start + 1100us);

  const auto seen = trips.snapshot();
  EXPECT_EQ(seen.count(), 12U);
  EXPECT_EQ(seen.counts[2], 4U) << "up to 50 us";
  EXPECT_EQ(seen.counts[3], 2U) << "up to 100 us";
  EXPECT_EQ(seen.counts[7], 6U) << "up to 2.5 ms";
  EXPECT_EQ(seen.sum, 4 * 40us + 6 * 1100us + 2 * 100us);
}

TEST(RoundTrips, ABoundBelongsToItsStep) {
  round_trips trips;
  trips.wrote(1, start);
  trips.answered(1, start + 10us);
  trips.wrote(2, start);
  trips.answered(2, start + 10us + 1ns);
  trips.wrote(3, start);
  trips.answered(3, start + 11s);
  const auto seen = trips.snapshot();
  EXPECT_EQ(seen.counts[0], 1U);
  EXPECT_EQ(seen.counts[1], 1U);
  EXPECT_EQ(seen.counts.back(), 1U);
}

// A write that took a part of a command only is followed by others that bring no new one.
TEST(RoundTrips, TheRestOfACommandIsNoWriteOfItsOwn) {
  round_trips trips;
  trips.wrote(1, start);
  trips.wrote(1, start + 1s);
  trips.answered(1, start + 2s);
  EXPECT_EQ(trips.snapshot().count(), 1U);
  EXPECT_EQ(trips.snapshot().sum, 2s);
}

TEST(RoundTrips, ALostConnectionLeavesNothingToTheNext) {
  round_trips trips;
  trips.wrote(7, start);
  trips.answered(2, start + 1ms);
  trips.restart(9);  // five were lost, and two more never sent
  trips.wrote(10, start + 1s);
  trips.answered(10, start + 1s + 1ms);
  EXPECT_EQ(trips.snapshot().count(), 3U);
  EXPECT_EQ(trips.snapshot().sum, 2 * 1ms + 1ms);
}

TEST(RoundTrips, StayInStepHoweverManyWritesAreUnderWay) {
  round_trips trips;
  std::uint64_t written = 0, answered = 0;
  for (int i = 0; i < 10'000; ++i) {
    trips.wrote(++written, start);
    if (i >= 300) trips.answered(++answered, start + 1ms);
  }
  trips.answered(written, start + 1ms);
  EXPECT_EQ(trips.snapshot().count(), 10'000U);
  EXPECT_EQ(trips.snapshot().sum, 10'000 * 1ms);
}

}  // namespace
}  // namespace sandpiper::net
