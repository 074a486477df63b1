#pragma once
// Which stream types store what.

#include "rdb/types.hpp"

namespace sandpiper::rdb {

/// First id, highest deleted id, entries added; and what each group has read.
[[nodiscard]] constexpr bool has_offsets(unsigned type) noexcept { return type >= type::stream_2; }

/// When a consumer last did something, beside when it was last seen.
[[nodiscard]] constexpr bool has_active_times(unsigned type) noexcept {
  return type >= type::stream_3;
}

[[nodiscard]] constexpr bool has_producers(unsigned type) noexcept {
  return type >= type::stream_4;
}

/// Entries that consumers gave back.
[[nodiscard]] constexpr bool has_nacks(unsigned type) noexcept { return type >= type::stream_5; }

}  // namespace sandpiper::rdb
