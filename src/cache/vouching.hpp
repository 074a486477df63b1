#pragma once
// Whether what was learned may be believed: two numbers that every hit looks at.

#include <atomic>
#include <cstdint>

namespace sandpiper::cache {

/// The clock is read as its last tick left it: what counts from a moment on is held against it that
/// much sooner.
inline constexpr std::uint64_t clock_tick_ms = 10;

/// All that was learned in one generation stands and falls together: what ends a generation makes
/// all of it void at once. In the present one it is believed as long as there is fresh proof that
/// the server has told of every change.
///
/// The proof is an answer on the tracking connection. Whatever the server had told when it
/// answered has been taken note of, so all changes are known up to the moment the question was
/// sent: that moment, not the one when bytes came, is what the lease counts from.
///
/// Shared: end() and all that reads from any thread, the rest on the tracking connection's strand.
/// Times are milliseconds of base/clock.hpp.
class vouching {
 public:
  static constexpr std::uint32_t generations = 1U << 23;  // then they begin anew

  [[nodiscard]] std::uint32_t generation() const noexcept { return number(generation_.load()); }

  [[nodiscard]] bool holds(std::uint64_t now_ms, std::uint64_t lease_ms) const noexcept {
    return now_ms - proof_ms_.load(std::memory_order_acquire) + clock_tick_ms <= lease_ms;
  }

  /// When what was learned in `generation` was last vouched for; 0 if it must not be served at all.
  [[nodiscard]] std::uint64_t last_proof_ms(std::uint32_t generation) const noexcept {
    const auto proof = proof_ms_.load(std::memory_order_acquire);
    if (proof != none) return generation == this->generation() ? proof : 0;
    return generation == lost_generation_.load() ? lost_proof_ms_.load() : 0;
  }

  /// The question sent at `sent_ms` is answered.
  void prove(std::uint64_t sent_ms) noexcept {
    const auto before = proof_ms_.load(std::memory_order_relaxed);
    if (before == none || sent_ms > before) proof_ms_.store(sent_ms, std::memory_order_release);
  }

  /// A new generation, and what a lost connection last vouched for is void, too. True when their
  /// numbers begin anew, and all that bears an old one must go.
  [[nodiscard]] bool end() noexcept {
    const bool anew = next();
    lost_proof_ms_.store(0);  // behind it: lose() stores this first, then asks for the generation
    return anew;
  }

  /// The connection is gone: a new generation, and nothing to prove anything by.
  [[nodiscard]] bool lose() noexcept {
    const auto proof = proof_ms_.exchange(none);
    if (proof == none) return false;
    lost_proof_ms_.store(proof);
    lost_generation_.store(generation());
    return next();
  }

 private:
  bool next() noexcept { return number(generation_.fetch_add(1) + 1) == 0; }

  static constexpr std::uint64_t none = UINT64_MAX >> 1;  // far ahead: never within a lease

  static std::uint32_t number(std::uint32_t count) noexcept { return count % generations; }

  std::atomic<std::uint64_t> proof_ms_ = none;
  std::atomic<std::uint32_t> generation_ = 1;
  std::atomic<std::uint64_t> lost_proof_ms_ = 0;
  std::atomic<std::uint32_t> lost_generation_ = 0;
};

}  // namespace sandpiper::cache
