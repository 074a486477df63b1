#pragma once
// The one hop between threads: requests go from those who ask to the one who writes.

#include <atomic>

#include "sandpiper/wire/request.hpp"

namespace sandpiper::net {

/// Many producers, one consumer; the requests are the queue. Thread-safe, lock-free.
class inbox {
 public:
  enum class pushed : unsigned char { first, behind_others, refused };

  /// `first`: nobody has told the consumer yet, so the caller must. `refused`: it is closed.
  pushed push(wire::request& r) noexcept {
    auto* head = head_.load(std::memory_order_relaxed);
    do {
      if (head == closed()) return pushed::refused;
      r.next_in_inbox = head;
    } while (!head_.compare_exchange_weak(head, &r, std::memory_order_release,
                                          std::memory_order_relaxed));
    return head == nullptr ? pushed::first : pushed::behind_others;
  }

  [[nodiscard]] bool empty() const noexcept {
    auto* const head = head_.load(std::memory_order_acquire);
    return head == nullptr || head == closed();
  }

  /// All that was pushed, in the order of pushing, linked by next_in_inbox. Consumer only.
  [[nodiscard]] wire::request* take() noexcept { return empty() ? nullptr : swap(nullptr); }

  /// The same, and every later push is refused.
  [[nodiscard]] wire::request* close() noexcept { return swap(closed()); }

 private:
  static wire::request* closed() noexcept {
    static constinit char mark = 0;
    return reinterpret_cast<wire::request*>(&mark);
  }

  wire::request* swap(wire::request* next) noexcept {
    auto* newest = head_.exchange(next, std::memory_order_acquire);
    if (newest == closed()) return nullptr;
    wire::request* oldest = nullptr;
    while (newest != nullptr) {
      auto* const before = newest->next_in_inbox;
      newest->next_in_inbox = oldest;
      oldest = newest;
      newest = before;
    }
    return oldest;
  }

  std::atomic<wire::request*> head_ = nullptr;
};

}  // namespace sandpiper::net
