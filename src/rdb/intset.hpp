#pragma once
// Intset: a set of integers, sorted.       width u32 | count u32 | integers

#include <cstdint>
#include <string_view>

#include "rdb/listpack.hpp"

namespace sandpiper::rdb::intset {

inline constexpr std::size_t header_bytes = 8;

/// Validates all of `blob`: width, size, order.
[[nodiscard]] flaw check(std::string_view blob, std::uint64_t& entries) noexcept;

/// The i-th integer of a checked blob.
[[nodiscard]] std::int64_t at(std::string_view blob, std::uint64_t i) noexcept;

inline std::uint32_t announced(std::string_view blob) noexcept {
  return load_le<std::uint32_t>(blob.data() + 4);
}

}  // namespace sandpiper::rdb::intset
