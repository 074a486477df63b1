#pragma once
// The clock that deadlines are measured by.

#include <chrono>
#include <cstdint>

namespace sandpiper {

/// Milliseconds of the machine's monotonic clock, as its last timer tick left it: some 4 ms coarse
/// and a quarter of the price of a precise reading. Only differences mean anything. Thread-safe.
[[nodiscard]] std::uint64_t coarse_now_ms() noexcept;

/// `from` now, saturated; a negative span counts as none.
[[nodiscard]] constexpr std::uint64_t deadline_after(std::uint64_t from,
                                                     std::chrono::milliseconds span) noexcept {
  constexpr std::uint64_t far = std::uint64_t{1} << 62;
  const auto ms = span.count() < 0 ? 0 : static_cast<std::uint64_t>(span.count());
  return ms > far - from ? far : from + ms;
}

}  // namespace sandpiper
