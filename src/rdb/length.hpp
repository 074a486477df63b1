#pragma once
// The first bytes of everything: lengths, and the heads of strings. Each function reads at `at` and
// moves it only on got::ok, so got::more means: call again with more bytes behind the same ones.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sandpiper::rdb {

enum class got : std::uint8_t { ok, more, bad };

inline unsigned byte_at(const char* at) noexcept { return static_cast<unsigned char>(*at); }

inline std::size_t distance(const char* from, const char* to) noexcept {
  return static_cast<std::size_t>(to - from);
}

template <class Number>
Number swap_unless(std::endian order, Number n) noexcept {
  if (std::endian::native == order) return n;
  Number swapped = 0;
  for (std::size_t i = 0; i < sizeof n; ++i) {
    swapped = static_cast<Number>(swapped << 8 | (n >> (8 * i) & 255));
  }
  return swapped;
}

template <class Number>
Number load_le(const char* at) noexcept {
  Number n;
  std::memcpy(&n, at, sizeof n);
  return swap_unless(std::endian::little, n);
}

template <class Number>
Number load_be(const char* at) noexcept {
  Number n;
  std::memcpy(&n, at, sizeof n);
  return swap_unless(std::endian::big, n);
}

inline std::int32_t load_int24(const char* at) noexcept {
  const auto bits = byte_at(at) | byte_at(at + 1) << 8 | byte_at(at + 2) << 16;
  return static_cast<std::int32_t>(bits << 8) >> 8;
}

inline double load_double(const char* at) noexcept {
  return std::bit_cast<double>(load_le<std::uint64_t>(at));
}

/// Bytes of the longest length and of the longest string head.
inline constexpr std::size_t length_bytes_max = 9;
inline constexpr std::size_t head_bytes_max = 1 + 2 * length_bytes_max;

/// 00xxxxxx | 01xxxxxx + 1 | 0x80 + 4 | 0x81 + 8. All of them may hold a number that a shorter form
/// would hold too, and 2^64-1 is a number like any other.
inline got read_length(const char*& at, const char* end, std::uint64_t& length) noexcept {
  if (at == end) return got::more;
  const auto first = byte_at(at);
  const auto left = distance(at, end);
  switch (first >> 6) {
    case 0:
      length = first;
      at += 1;
      return got::ok;
    case 1:
      if (left < 2) return got::more;
      length = (first & 63) << 8 | byte_at(at + 1);
      at += 2;
      return got::ok;
    case 2:
      if (first > 0x81) return got::bad;
      if (left < (first == 0x80 ? 5U : 9U)) return got::more;
      length = first == 0x80 ? load_be<std::uint32_t>(at + 1) : load_be<std::uint64_t>(at + 1);
      at += first == 0x80 ? 5 : 9;
      return got::ok;
    default: return got::bad;
  }
}

/// What a string's first bytes say: how many follow, and how many they become.
struct string_head {
  enum class form : std::uint8_t { plain, integer, lzf };
  form what = form::plain;
  std::uint64_t stored_bytes = 0;  // of plain and lzf
  std::uint64_t whole_bytes = 0;
  std::int64_t integer = 0;
};

inline got read_special_head(const char*& at, const char* end, string_head& head) noexcept {
  const auto first = byte_at(at);
  const auto left = distance(at, end);
  if (first == 0xc3) {
    const char* p = at + 1;
    auto state = read_length(p, end, head.stored_bytes);
    if (state == got::ok) state = read_length(p, end, head.whole_bytes);
    if (state == got::ok) at = p;
    head.what = string_head::form::lzf;
    return state;
  }
  if (first > 0xc3) return got::bad;
  const std::size_t width = std::size_t{1} << (first & 3);
  if (left < 1 + width) return got::more;
  switch (width) {
    case 1: head.integer = static_cast<std::int8_t>(at[1]); break;
    case 2: head.integer = static_cast<std::int16_t>(load_le<std::uint16_t>(at + 1)); break;
    default: head.integer = static_cast<std::int32_t>(load_le<std::uint32_t>(at + 1)); break;
  }
  head.what = string_head::form::integer;
  at += 1 + width;
  return got::ok;
}

inline got read_string_head(const char*& at, const char* end, string_head& head) noexcept {
  if (at == end) return got::more;
  if (byte_at(at) >= 0xc0) return read_special_head(at, end, head);
  head.what = string_head::form::plain;
  const auto state = read_length(at, end, head.stored_bytes);
  head.whole_bytes = head.stored_bytes;
  return state;
}

}  // namespace sandpiper::rdb
