#pragma once
// What one subscription has not read yet, within bounds.

#include <cstddef>
#include <cstdint>
#include <deque>

#include "sandpiper/client/subscription.hpp"

namespace sandpiper {

/// Messages in order, and between them what happened to the stream. Strand-bound: its feed locks.
///
/// Invariants: at most queue_max messages of queue_bytes_max bytes; no gap stands next to another.
class message_queue {
 public:
  explicit message_queue(const subscription_options& o) noexcept
      : max_(o.queue_max), bytes_max_(o.queue_bytes_max), when_full_(o.when_full) {}

  /// False: it is full, and that ends the stream.
  bool push(message one);

  /// A gap or a refusal: there is always room.
  void push_event(message one);

  /// What is there to read; a gap only if `gaps_too`. Null if nothing.
  [[nodiscard]] const message* front(bool gaps_too) const noexcept;
  /// Requires front().
  message pop();

  void clear() noexcept;

  /// A message is told by its own bytes, and by what it costs to hold it.
  [[nodiscard]] static std::size_t cost_of(const message& one) noexcept {
    return sizeof(message) + one.channel.size() + one.pattern.size() + one.payload.size();
  }

  [[nodiscard]] subscription_counts counts() const noexcept {
    auto now = counts_;
    now.waiting = messages_;
    return now;
  }

 private:
  void drop_oldest();
  void drop_newest() noexcept;
  void join_gaps(std::size_t first);
  void check() const noexcept;

  const std::size_t max_;
  const std::size_t bytes_max_;
  const overflow when_full_;
  std::deque<message> entries_;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t missed_behind_ = 0;  // dropped behind the last entry
  subscription_counts counts_;
};

}  // namespace sandpiper
