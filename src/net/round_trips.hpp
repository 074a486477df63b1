#pragma once
// How long replies take, without looking at the clock for each: once for a write, once for a read.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "net/tally.hpp"
#include "sandpiper/net/histogram.hpp"

namespace sandpiper::net {

/// From the write that handed a command over to the read that brought its reply. Commands have
/// numbers that grow, and are answered in order. snapshot() from any thread; the rest is
/// strand-bound.
class round_trips {
 public:
  using clock = std::chrono::steady_clock;

  /// A connection begins: commands up to the number `answered` are no concern of its.
  void restart(std::uint64_t answered) noexcept;

  /// The commands up to the number `written` are handed over.
  void wrote(std::uint64_t written, clock::time_point now) noexcept;

  /// The commands up to the number `answered` have their replies.
  void answered(std::uint64_t answered, clock::time_point now) noexcept;

  [[nodiscard]] histogram snapshot() const noexcept;

 private:
  struct write {
    std::uint64_t last;  // command of it
    clock::time_point at;
  };

  void add(std::uint64_t commands, clock::duration took) noexcept;

  std::vector<write> writes_;  // the front ones are answered
  std::size_t first_ = 0;      // that is not wholly answered
  std::uint64_t written_ = 0;
  std::uint64_t answered_ = 0;
  std::array<count, histogram::bounds.size() + 1> counts_;
  count sum_ns_;
};

}  // namespace sandpiper::net
