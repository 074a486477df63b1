#pragma once
// counters, written by one thread and read by any.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "sandpiper/net/counters.hpp"
#include "sandpiper/net/metrics.hpp"

namespace sandpiper::net {

/// A number with one writer: adding is a load and a store, never a locked instruction.
class count {
 public:
  void add(std::uint64_t n) noexcept { set(get() + n); }
  void set(std::uint64_t n) noexcept { n_.store(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t get() const noexcept { return n_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> n_ = 0;
};

/// The strand writes all but `refused`, which any thread adds to.
struct tally {
  count commands, replies, pushes, writes, reads, written_bytes, read_bytes, connects, losses,
      failed_attempts, expired, withdrawn, driven, retried;
  std::atomic<std::uint64_t> refused = 0;

  count in_flight;
  std::array<count, failure_counts::codes_max> failed;             // by errc
  std::array<count, failure_counts::codes_max> refused_by_server;  // by server_errc

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
            .refused = refused.load(std::memory_order_relaxed),
            .retried = retried.get()};
  }

  [[nodiscard]] failure_counts failures() const noexcept {
    failure_counts f;
    for (std::size_t i = 0; i < failed.size(); ++i) {
      f.ours[i] = failed[i].get();
      f.of_server[i] = refused_by_server[i].get();
    }
    f.ours[static_cast<std::size_t>(errc::pipeline_full)] +=
        refused.load(std::memory_order_relaxed);
    return f;
  }
};

}  // namespace sandpiper::net
