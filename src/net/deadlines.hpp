#pragma once
// Every request's deadline, in one timer wheel.

#include <array>
#include <cstddef>
#include <cstdint>

#include "sandpiper/wire/request.hpp"

namespace sandpiper::net {

/// Slots of a few milliseconds in a ring; a deadline beyond the ring waits in its last slot and is
/// looked at again there. Adding and removing is a handful of instructions and allocates nothing.
///
/// Times are milliseconds of base/clock.hpp, given by the caller. A request is never told early,
/// and at most slot_ms late. Strand-bound.
class deadlines {
 public:
  static constexpr std::uint64_t slot_ms = 4;
  static constexpr std::uint64_t never = UINT64_MAX;

  explicit deadlines(std::uint64_t now_ms) noexcept : tick_(now_ms / slot_ms) {}

  /// By r.deadline_ms. `r` is in no wheel yet and stays where it is until it is removed or expires.
  void add(wire::request& r) noexcept;

  /// Nothing happens if it is in no wheel.
  static void remove(wire::request& r) noexcept {
    if (r.timer.at == nullptr) return;
    *r.timer.at = r.timer.next;
    if (r.timer.next) r.timer.next->timer.at = r.timer.at;
    r.timer = {};
  }

  /// When expired() is worth calling; `never` while there is nothing to expire.
  [[nodiscard]] std::uint64_t next_ms() noexcept;

  /// Takes one request whose deadline is over out of the wheel; null when there is none (left).
  [[nodiscard]] wire::request* expired(std::uint64_t now_ms) noexcept;

 private:
  static constexpr std::size_t slots = 2048;
  static constexpr std::size_t words = slots / 64;

  [[nodiscard]] wire::request*& slot(std::uint64_t tick) noexcept { return slots_[tick % slots]; }
  [[nodiscard]] bool marked(std::uint64_t tick) const noexcept;
  void mark(std::uint64_t tick, bool on) noexcept;

  std::uint64_t tick_;  // the first slot that is not emptied yet
  std::array<wire::request*, slots> slots_{};
  std::array<std::uint64_t, words> marks_{};  // slots that may hold something
};

}  // namespace sandpiper::net
