#include "sandpiper/net/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sandpiper {
namespace {

using namespace std::chrono_literals;

std::size_t step_of(std::chrono::microseconds bound) {
  const auto at = std::find(histogram::bounds.begin(), histogram::bounds.end(), bound);
  return static_cast<std::size_t>(at - histogram::bounds.begin());
}

TEST(Histogram, HoldsEveryBoundThatIsAdvised) {
  EXPECT_TRUE(std::is_sorted(histogram::bounds.begin(), histogram::bounds.end()));
  for (const std::chrono::microseconds bound :
       {1000us, 5000us, 10'000us, 50'000us, 100'000us, 500'000us, 1'000'000us, 5'000'000us,
        10'000'000us}) {
    EXPECT_LT(step_of(bound), histogram::bounds.size()) << bound.count();
  }
  EXPECT_EQ(histogram::bounds[1], 25us);
  EXPECT_EQ(histogram::bounds[2], 50us);
}

TEST(Histogram, AQuantileIsTheBoundThatSoManyStayWithin) {
  histogram h;
  EXPECT_EQ(h.quantile(0.5), 0us);
  h.counts[step_of(50us)] = 98;
  h.counts[step_of(1000us)] = 1;
  h.counts.back() = 1;
  EXPECT_EQ(h.count(), 100U);
  EXPECT_EQ(h.quantile(0), 50us);
  EXPECT_EQ(h.quantile(0.98), 50us);
  EXPECT_EQ(h.quantile(0.99), 1000us);
  EXPECT_EQ(h.quantile(1), 10s) << "more is not known of it";
}

TEST(Histogram, AddsUp) {
  histogram a, b;
  a.counts[3] = 1;
  a.sum = 5ns;
  b.counts[3] = 2;
  b.sum = 7ns;
  a += b;
  EXPECT_EQ(a.counts[3], 3U);
  EXPECT_EQ(a.sum, 12ns);
}

}  // namespace
}  // namespace sandpiper
