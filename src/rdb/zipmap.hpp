#pragma once
// Zipmap: the packed hash of versions 2 and 3.
//
//     count u8 | key, value .. | 0xff        key = length, bytes; value = length, free u8, bytes

#include <cstdint>
#include <string_view>

#include "rdb/listpack.hpp"

namespace sandpiper::rdb::zipmap {

/// Validates all of `blob`. `entries` counts fields and values, as with the other packed forms.
[[nodiscard]] flaw check(std::string_view blob, std::uint64_t& entries) noexcept;

inline const char* first(std::string_view blob) noexcept { return blob.data() + 1; }
inline const char* last(std::string_view blob) noexcept { return blob.data() + blob.size() - 1; }

inline std::uint32_t announced(std::string_view blob) noexcept { return 2 * byte_at(blob.data()); }

/// Reads the field and value at `at`, which is before `end`; nullptr if they are wrong.
[[nodiscard]] const char* next(const char* at, const char* end, item& field, item& value) noexcept;

}  // namespace sandpiper::rdb::zipmap
