#pragma once
// Listpack: the packed form of small lists, sets, hashes, sorted sets, and of stream nodes.
//
//     total u32 | count u16 | entry .. entry | 0xff        entry = encoding, data, backlen

#include <cstdint>
#include <string_view>

#include "rdb/length.hpp"
#include "sandpiper/rdb/item.hpp"

namespace sandpiper::rdb {

/// What is wrong with a packed blob, and where in it. `detail` is nullptr when nothing is.
struct flaw {
  const char* detail = nullptr;
  std::size_t at = 0;
  explicit operator bool() const noexcept { return detail != nullptr; }
};

namespace listpack {

inline constexpr std::size_t header_bytes = 6;

/// Validates all of `blob`: header, every entry with its backlen, the count, the terminator.
[[nodiscard]] flaw check(std::string_view blob, std::uint64_t& entries) noexcept;

/// Where the first entry stands, and where the terminator does; of a blob whose header was checked.
inline const char* first(std::string_view blob) noexcept { return blob.data() + header_bytes; }
inline const char* last(std::string_view blob) noexcept { return blob.data() + blob.size() - 1; }

/// The entries a header announces; 65535 means: count them.
inline std::uint32_t announced(std::string_view blob) noexcept {
  return load_le<std::uint16_t>(blob.data() + 4);
}

/// Bytes of the backlen behind an entry of `size` bytes. Seven bits each, but the writer compares
/// with "less than a full group", so that 16383 takes three.
[[nodiscard]] constexpr std::size_t backlen_bytes(std::uint64_t size) noexcept {
  if (size <= 127) return 1;
  if (size < 16383) return 2;
  if (size < 2097151) return 3;
  return size < 268435455 ? 4 : 5;
}

/// next() for the longer encodings.
[[nodiscard]] const char* next_long(const char* at, const char* end, item& entry) noexcept;

/// Reads the entry at `at`, which is before `end`. Returns where the next one stands, which is at
/// most `end`; nullptr if the entry reaches beyond that, is of no known encoding, or if its backlen
/// is wrong.
[[nodiscard]] inline const char* next(const char* at, const char* end, item& entry) noexcept {
  const auto b = byte_at(at);
  std::size_t size = 1;
  if (b < 0x80) {
    entry = item(static_cast<std::int64_t>(b));
  } else if (b < 0xc0) {
    entry = item(std::string_view(at + 1, b & 63));
    size += b & 63;
  } else {
    return next_long(at, end, entry);
  }
  if (distance(at, end) <= size || byte_at(at + size) != size) return nullptr;
  return at + size + 1;
}

}  // namespace listpack
}  // namespace sandpiper::rdb
