#pragma once
// A count that many threads add to.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sandpiper::cache {

/// Each thread adds in a line of its own, as far as there are lines. Thread-safe.
class striped_count {
 public:
  void add() noexcept { mine().fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] std::uint64_t sum() const noexcept {
    std::uint64_t all = 0;
    for (const auto& one : stripes_) all += one.count.load(std::memory_order_relaxed);
    return all;
  }

 private:
  struct alignas(64) stripe {
    std::atomic<std::uint64_t> count = 0;
  };
  static constexpr std::size_t stripes = 16;

  std::atomic<std::uint64_t>& mine() noexcept {
    static std::atomic<std::size_t> next = 0;
    thread_local const std::size_t number = next.fetch_add(1, std::memory_order_relaxed) % stripes;
    return stripes_[number].count;
  }

  std::array<stripe, stripes> stripes_;
};

}  // namespace sandpiper::cache
