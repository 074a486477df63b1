#include "sandpiper/base/clock.hpp"

#include <ctime>

namespace sandpiper {

std::uint64_t coarse_now_ms() noexcept {
#ifdef CLOCK_MONOTONIC_COARSE
  std::timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
#else
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
#endif
}

}  // namespace sandpiper
