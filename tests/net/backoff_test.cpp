#include "net/backoff.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace sandpiper::net {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

TEST(Backoff, TheFirstAttemptAfterALossIsMadeAtOnce) {
  backoff pause(10ms, 1000ms, 1);
  EXPECT_EQ(pause.next(), 0ms);
  EXPECT_GE(pause.next(), 10ms);
  pause.reset();
  EXPECT_EQ(pause.next(), 0ms);
}

TEST(Backoff, EachCeilingIsTwiceTheLastUntilTheMost) {
  const std::vector<milliseconds> ceilings = {0ms,   20ms,  40ms,   80ms,   160ms,
                                              320ms, 640ms, 1000ms, 1000ms, 1000ms};
  std::vector<milliseconds> longest(ceilings.size());
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    backoff pause(10ms, 1000ms, seed);
    for (std::size_t i = 0; i < ceilings.size(); ++i) {
      const auto span = pause.next();
      EXPECT_GE(span, i == 0 ? 0ms : 10ms) << i;
      EXPECT_LE(span, ceilings[i]) << i;
      longest[i] = std::max(longest[i], span);
    }
  }
  for (std::size_t i = 0; i < ceilings.size(); ++i) {
    EXPECT_GE(longest[i], ceilings[i] * 9 / 10) << i << ": the whole range is drawn from";
  }
}

// Clients that a server lost together must not come back together.
TEST(Backoff, PausesOfNeighbouringSeedsSpreadEvenly) {
  constexpr std::size_t clients = 9000;
  std::vector<std::size_t> per_third(3);
  for (std::uint64_t seed = 0; seed < clients; ++seed) {
    backoff pause(1ms, 999ms, seed);
    for (int i = 0; i < 12; ++i) static_cast<void>(pause.next());
    ++per_third[static_cast<std::size_t>((pause.next().count() - 1) / 333)];
  }
  for (const auto count : per_third) EXPECT_NEAR(static_cast<double>(count), clients / 3, 200);
}

TEST(Backoff, TheSameSeedGivesTheSamePauses) {
  backoff one(5ms, 500ms, 42);
  backoff other(5ms, 500ms, 42);
  std::set<milliseconds> seen;
  for (int i = 0; i < 50; ++i) {
    const auto pause = one.next();
    EXPECT_EQ(other.next(), pause);
    seen.insert(pause);
  }
  EXPECT_GT(seen.size(), 10u);
}

TEST(Backoff, ResetStartsTheGrowthAgainButNotTheDraws) {
  backoff pause(10ms, 10s, 3);
  for (int i = 0; i < 20; ++i) static_cast<void>(pause.next());
  EXPECT_EQ(pause.attempts(), 20u);
  pause.reset();
  EXPECT_EQ(pause.attempts(), 0u);
  EXPECT_EQ(pause.next(), 0ms);
  EXPECT_LE(pause.next(), 20ms);
}

TEST(Backoff, OneDelayIsAConstantPause) {
  backoff pause(7ms, 7ms, 9);
  EXPECT_EQ(pause.next(), 0ms);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pause.next(), 7ms);
}

TEST(Backoff, TheLongestDelaysNeitherOverflowNorShrink) {
  backoff pause(milliseconds(1), milliseconds::max(), 0);
  milliseconds longest{0};
  for (int i = 0; i < 200; ++i) {
    const auto span = pause.next();
    EXPECT_GE(span, i == 0 ? 0ms : 1ms);
    longest = std::max(longest, span);
  }
  EXPECT_GT(longest, milliseconds::max() / 4);
}

}  // namespace
}  // namespace sandpiper::net
