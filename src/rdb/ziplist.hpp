#pragma once
// Ziplist: the packed form before listpacks, of versions 2 to 9.
//
//     total u32 | tail u32 | count u16 | entry .. entry | 0xff      entry = prevlen, encoding, data

#include <cstdint>
#include <string_view>

#include "rdb/listpack.hpp"

namespace sandpiper::rdb::ziplist {

inline constexpr std::size_t header_bytes = 10;

/// Validates all of `blob`: header, every entry and its prevlen, tail, count, terminator.
[[nodiscard]] flaw check(std::string_view blob, std::uint64_t& entries) noexcept;

inline const char* first(std::string_view blob) noexcept { return blob.data() + header_bytes; }
inline const char* last(std::string_view blob) noexcept { return blob.data() + blob.size() - 1; }

inline std::uint32_t announced(std::string_view blob) noexcept {
  return load_le<std::uint16_t>(blob.data() + 8);
}

/// Reads the entry at `at`, which is before `end`; `before` gets the size it states for the entry
/// before it. Returns where the next one stands, nullptr if this one is wrong.
[[nodiscard]] const char* next(const char* at, const char* end, item& entry,
                               std::uint32_t& before) noexcept;

[[nodiscard]] inline const char* next(const char* at, const char* end, item& entry) noexcept {
  std::uint32_t before = 0;
  return next(at, end, entry, before);
}

}  // namespace sandpiper::rdb::ziplist
