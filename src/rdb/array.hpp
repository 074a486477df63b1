#pragma once
// The forms of an array's elements.

#include <cstdint>

#include "rdb/task.hpp"

namespace sandpiper::rdb {

struct decoder;

/// What stands before the elements.
task read_array_head(decoder& d, std::uint64_t& count);

namespace array {

inline constexpr std::uint64_t text = 0;
inline constexpr std::uint64_t integer = 1;
inline constexpr std::uint64_t real = 2;
inline constexpr std::uint64_t other_text = 3;

}  // namespace array
}  // namespace sandpiper::rdb
