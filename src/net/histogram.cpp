#include "sandpiper/net/histogram.hpp"

#include <cmath>
#include <numeric>

namespace sandpiper {

static_assert(histogram::bounds.front() == std::chrono::microseconds(10));
static_assert(histogram::bounds.back() == std::chrono::seconds(10));

std::uint64_t histogram::count() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::chrono::microseconds histogram::quantile(double share) const noexcept {
  const auto all = static_cast<double>(count());
  if (all == 0) return {};
  double left = std::ceil(all * share);
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    left -= static_cast<double>(counts[i]);
    if (left <= 0 && counts[i] > 0) return bounds[i];
  }
  return bounds.back();
}

histogram& histogram::operator+=(const histogram& other) noexcept {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  sum += other.sum;
  return *this;
}

}  // namespace sandpiper
