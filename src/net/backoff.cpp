#include "net/backoff.hpp"

#include <cassert>

namespace sandpiper::net {

using std::chrono::milliseconds;

backoff::backoff(milliseconds delay_min, milliseconds delay_max, std::uint64_t seed) noexcept
    : delay_min_(delay_min), delay_max_(delay_max), ceiling_(delay_min), random_state_(seed) {
  check();
}

milliseconds backoff::next() noexcept {
  if (attempts_++ == 0) return milliseconds::zero();

  ceiling_ = ceiling_ > delay_max_ / 2 ? delay_max_ : ceiling_ * 2;
  check();
  const auto choices = static_cast<std::uint64_t>((ceiling_ - delay_min_).count()) + 1;
  return delay_min_ + milliseconds(random_bits() % choices);
}

void backoff::reset() noexcept {
  attempts_ = 0;
  ceiling_ = delay_min_;
  check();
}

// splitmix64: every seed is a good one, and neighbouring seeds have nothing in common.
std::uint64_t backoff::random_bits() noexcept {
  auto bits = random_state_ += 0x9E3779B97F4A7C15U;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
  return bits ^ (bits >> 31);
}

void backoff::check() const noexcept {
  assert(delay_min_ > milliseconds::zero());
  assert(delay_min_ <= ceiling_);
  assert(ceiling_ <= delay_max_);
}

}  // namespace sandpiper::net
