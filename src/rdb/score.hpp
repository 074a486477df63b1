#pragma once
// Scores of sorted sets that are stored as text.

#include <string_view>

#include "sandpiper/rdb/item.hpp"

namespace sandpiper::rdb {

/// A decimal number, "inf" or "-inf", all of `text` and in any locale. False for anything else, NaN
/// and numbers no double can hold included.
[[nodiscard]] bool parse_score(std::string_view text, double& score) noexcept;

/// The score an entry of a packed sorted set stands for.
[[nodiscard]] bool parse_score(const item& entry, double& score) noexcept;

}  // namespace sandpiper::rdb
