#pragma once
// The deadlines of those who wait for somebody else's fetch, in one wheel for all threads.

#include <cstdint>
#include <mutex>

#include "net/deadlines.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper::cache {

/// Thread-safe. Whoever adds the first of a while is told to have somebody look.
class waiter_deadlines {
 public:
  static constexpr std::uint64_t never = net::deadlines::never;

  void add(wire::request& r) noexcept {
    const std::scoped_lock lock(mutex_);
    wheel_.add(r);
  }
  void remove(wire::request& r) noexcept {
    const std::scoped_lock lock(mutex_);
    net::deadlines::remove(r);
  }

  /// Whether somebody must look sooner than was said before: at armed_ms().
  [[nodiscard]] bool sooner() noexcept {
    const std::scoped_lock lock(mutex_);
    const auto next = wheel_.next_ms();
    if (next >= armed_ms_) return false;
    armed_ms_ = next;
    return true;
  }

  /// The soonest that was said; `never` where nobody looks. Of several who were told to look, the
  /// last to come need not be the one who was told last.
  [[nodiscard]] std::uint64_t armed_ms() noexcept {
    const std::scoped_lock lock(mutex_);
    return armed_ms_;
  }

  /// Nobody will look any more, until sooner() says so.
  void disarm() noexcept {
    const std::scoped_lock lock(mutex_);
    armed_ms_ = never;
  }

  /// The next of those whose time is over, taken out; null when there is none (left).
  [[nodiscard]] wire::request* expired(std::uint64_t now_ms) noexcept {
    const std::scoped_lock lock(mutex_);
    return wheel_.expired(now_ms);
  }

 private:
  std::mutex mutex_;
  net::deadlines wheel_{coarse_now_ms()};
  std::uint64_t armed_ms_ = never;
};

}  // namespace sandpiper::cache
