#pragma once
// The forms of a quicklist's nodes.

#include <cstdint>

namespace sandpiper::rdb::quicklist {

inline constexpr std::uint64_t plain = 1;
inline constexpr std::uint64_t packed = 2;

}  // namespace sandpiper::rdb::quicklist
