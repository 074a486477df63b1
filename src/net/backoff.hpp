#pragma once
// How long to wait before the next attempt to connect.

#include <chrono>
#include <cstdint>

namespace sandpiper::net {

/// The first attempt after a loss is made at once. The pause before the n-th after it is drawn
/// evenly from [delay_min, ceiling], where the ceiling is delay_min doubled n times, delay_max at
/// most:
///
///        attempt    0     1          2          3                    later
///        pause      0     10..20     10..40     10..80     ...       10..1000 ms
///
/// Even draws, so that the clients a server lost together do not come back together.
///
/// A value: no clock, no timer, no shared state; the same seed gives the same pauses.
/// Invariant, asserted after every change: 0 < delay_min <= ceiling <= delay_max.
class backoff {
 public:
  /// Requires 0 < delay_min <= delay_max, which options::check() sees to. Clients take different
  /// seeds; any number will do, 0 too.
  backoff(std::chrono::milliseconds delay_min, std::chrono::milliseconds delay_max,
          std::uint64_t seed) noexcept;

  /// The pause before the next attempt, which is counted.
  [[nodiscard]] std::chrono::milliseconds next() noexcept;

  /// Forgets the attempts. For a connection that has served a call, not for one that was only
  /// accepted: a server that drops us after the handshake would be asked without a pause for ever.
  void reset() noexcept;

  /// How often next() was asked since reset().
  [[nodiscard]] std::uint64_t attempts() const noexcept { return attempts_; }

 private:
  [[nodiscard]] std::uint64_t random_bits() noexcept;
  void check() const noexcept;

  std::chrono::milliseconds delay_min_;
  std::chrono::milliseconds delay_max_;
  std::chrono::milliseconds ceiling_;  // of the last pause
  std::uint64_t attempts_ = 0;
  std::uint64_t random_state_;
};

}  // namespace sandpiper::net
