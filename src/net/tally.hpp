#pragma once
// counters, written by one thread and read by any.

#include <atomic>
#include <cstdint>

#include "sandpiper/net/counters.hpp"

namespace sandpiper::net {

/// A number with one writer: adding is a load and a store, never a locked instruction.
class count {
 public:
  void add(std::uint64_t n) noexcept { n_.store(get() + n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t get() const noexcept { return n_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> n_ = 0;
};

/// The strand writes all but `refused`, which any thread adds to.
struct tally {
  count commands, replies, pushes, writes, reads, written_bytes, read_bytes, connects, losses,
      failed_attempts, expired, withdrawn, driven;
  std::atomic<std::uint64_t> refused = 0;

  [[nodiscard]] counters snapshot() const noexcept {
    return {.commands = commands.get(),
            .replies = replies.get(),
            .pushes = pushes.get(),
            .writes = writes.get(),
            .reads = reads.get(),
            .written_bytes = written_bytes.get(),
            .read_bytes = read_bytes.get(),
            .connects = connects.get(),
            .losses = losses.get(),
            .failed_attempts = failed_attempts.get(),
            .expired = expired.get(),
            .withdrawn = withdrawn.get(),
            .driven = driven.get(),
            .refused = refused.load(std::memory_order_relaxed)};
  }
};

}  // namespace sandpiper::net
