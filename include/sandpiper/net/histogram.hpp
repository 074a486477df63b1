#pragma once
// How long something took, and how often: counts by fixed steps of time.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sandpiper {

/// A value.
///
///     bounds     10 us   25 us   50 us  ...  10 s
///     counts   [0]    [1]     [2]        ...     [19]     of what took at most its bound; the last
///                                                         one of what took longer than all
struct histogram {
  /// They go up by 1, 2.5 and 5, and hold every bound that OpenTelemetry advises for
  /// db.client.operation.duration (1, 5, 10, 50, 100, 500 ms, 1, 5, 10 s), so that these can be had
  /// by adding neighbours. Half of them lie below 5 ms, where round trips to servers lie.
  static constexpr std::array<std::chrono::microseconds, 19> bounds = [] {
    std::array<std::chrono::microseconds, 19> steps{};
    std::size_t i = 0;
    for (std::int64_t unit = 10; i < steps.size(); unit *= 10) {
      for (const std::int64_t tenths : {10, 25, 50}) {
        if (i < steps.size()) steps[i++] = std::chrono::microseconds(unit * tenths / 10);
      }
    }
    return steps;
  }();

  std::array<std::uint64_t, bounds.size() + 1> counts{};
  std::chrono::nanoseconds sum{0};

  [[nodiscard]] std::uint64_t count() const noexcept;

  /// The bound that `share` of all, from 0 to 1, stay within: quantile(0.99). The last bound when
  /// they do not stay within any, 0 when there are none.
  [[nodiscard]] std::chrono::microseconds quantile(double share) const noexcept;

  histogram& operator+=(const histogram& other) noexcept;
  friend bool operator==(const histogram&, const histogram&) = default;
};

}  // namespace sandpiper
