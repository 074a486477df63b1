#pragma once
// How numbers are spread, in a few kilobytes whatever their count.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace rdb_inspect {

/// Eight steps to each power of two: a percentile is at most an eighth too high.
class histogram {
 public:
  void add(std::uint64_t value) noexcept {
    ++counts_[place_of(value)];
    ++count_;
    sum_ += value;
    largest_ = std::max(largest_, value);
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t sum() const noexcept { return sum_; }
  [[nodiscard]] std::uint64_t largest() const noexcept { return largest_; }
  [[nodiscard]] std::uint64_t mean() const noexcept { return count_ == 0 ? 0 : sum_ / count_; }

  /// A value that `percent` of all are not above; 0 of none.
  [[nodiscard]] std::uint64_t percentile(std::uint64_t percent) const noexcept {
    const auto wanted = (count_ * percent + 99) / 100;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= wanted && seen > 0) return std::min(last_of(i), largest_);
    }
    return largest_;
  }

  /// How many are in [2^power, 2^(power+1)); 0 counts with 1.
  [[nodiscard]] std::uint64_t in_power(unsigned power) const noexcept {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const auto first = i == 0 ? 1 : last_of(i - 1) + 1;
      if (static_cast<unsigned>(std::bit_width(first)) - 1 == power) count += counts_[i];
    }
    return count;
  }

 private:
  static constexpr std::size_t exact = 16;

  static std::size_t place_of(std::uint64_t value) noexcept {
    if (value < exact) return static_cast<std::size_t>(value);
    const auto power = static_cast<unsigned>(std::bit_width(value)) - 1;
    return exact + (power - 4) * 8 + static_cast<std::size_t>(value >> (power - 3) & 7);
  }
  static std::uint64_t last_of(std::size_t place) noexcept {
    if (place < exact) return place;
    const auto power = static_cast<unsigned>((place - exact) / 8 + 4);
    const auto step = std::uint64_t{1} << (power - 3);
    return (std::uint64_t{1} << power) + ((place - exact) % 8 + 1) * step - 1;
  }

  std::array<std::uint64_t, exact + 60 * 8> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t largest_ = 0;
};

}  // namespace rdb_inspect
