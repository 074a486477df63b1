#include "net/deadlines.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace sandpiper::net {

bool deadlines::marked(std::uint64_t tick) const noexcept {
  const auto n = tick % slots;
  return (marks_[n / 64] >> (n % 64) & 1) != 0;
}

void deadlines::mark(std::uint64_t tick, bool on) noexcept {
  const auto n = tick % slots;
  const auto bit = std::uint64_t{1} << (n % 64);
  marks_[n / 64] = on ? marks_[n / 64] | bit : marks_[n / 64] & ~bit;
}

void deadlines::add(wire::request& r) noexcept {
  assert(r.timer.at == nullptr);
  const auto tick = std::clamp(r.deadline_ms / slot_ms, tick_, tick_ + slots - 2);
  auto*& head = slot(tick);
  r.timer = {head, &head};
  if (head) head->timer.at = &r.timer.next;
  head = &r;
  mark(tick, true);
}

std::uint64_t deadlines::next_ms() noexcept {
  for (auto tick = tick_; tick < tick_ + slots;) {
    const auto n = tick % slots;
    const auto rest = marks_[n / 64] >> (n % 64);
    if (rest == 0) {
      tick += 64 - n % 64;
      continue;
    }
    tick += static_cast<std::uint64_t>(std::countr_zero(rest));
    if (tick >= tick_ + slots) break;
    if (slot(tick) != nullptr) return (tick + 1) * slot_ms;
    mark(tick, false);
  }
  return never;
}

wire::request* deadlines::expired(std::uint64_t now_ms) noexcept {
  for (;;) {
    const auto next = next_ms();
    if (next > now_ms) {
      tick_ = std::max(tick_, now_ms / slot_ms);
      return nullptr;
    }
    tick_ = next / slot_ms - 1;
    auto* const r = slot(tick_);
    remove(*r);
    if (r->deadline_ms <= now_ms) return r;
    ++tick_;  // it is far away: the ring has gone on, so its last slot is a later one
    add(*r);
    --tick_;
  }
}

}  // namespace sandpiper::net
