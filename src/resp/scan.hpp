#pragma once
// The lexical layer of RESP: lines, lengths, numbers. No allocation, no copy, no state.
//
// Every function starts at `q`, behind the type byte, and on verdict::ok leaves `q` behind the
// CRLF. On any other verdict `q` means nothing.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sandpiper::resp {

enum class verdict : std::uint8_t {
  ok,
  null,      // "-1": RESP2's null
  streamed,  // "?": the length or count is not known yet
  more,      // the input ends before the line does
  // What follows ends the stream.
  bad_type,
  bad_line_end,
  bad_length,
  bad_integer,
  bad_big_number,
  bad_number,
  bad_boolean,
  bad_null,
  bad_verbatim,
  bad_payload_end,
  bad_push,
  bad_stream,
  bad_attribute,
  long_header,
  long_line,
  large_bulk,
  many_elements,
  deep,
};

[[nodiscard]] constexpr bool is_break(verdict v) noexcept { return v >= verdict::bad_type; }
[[nodiscard]] constexpr bool is_over_limit(verdict v) noexcept { return v >= verdict::long_line; }
[[nodiscard]] const char* to_string(verdict v) noexcept;

/// Header lines other than "+ - ( ," are never longer than this, type byte and CRLF included.
inline constexpr std::ptrdiff_t header_bytes_max = 32;

[[nodiscard]] constexpr unsigned digit(char c) noexcept {
  return static_cast<unsigned char>(c) - unsigned{'0'};
}

/// Requires two bytes.
[[nodiscard]] inline bool is_line_end(const char* q) noexcept {
  std::uint16_t two;
  std::memcpy(&two, q, sizeof two);
  return two == std::bit_cast<std::uint16_t>(std::array{'\r', '\n'});
}

/// The digits at `q`, eight at most, and their value if there are any; returns how many.
/// Requires eight bytes.
[[nodiscard, gnu::always_inline]] inline std::size_t eight_digits(const char* q,
                                                                  std::uint64_t& value) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    std::uint64_t chunk;
    std::memcpy(&chunk, q, sizeof chunk);
    const std::uint64_t values = chunk ^ 0x3030303030303030;
    const std::uint64_t others = (values | (values + 0x7676767676767676)) & 0x8080808080808080;
    const auto digits = static_cast<unsigned>(std::countr_zero(others)) / 8;
    std::uint64_t v = values << ((64 - 8 * digits) & 63);  // zeros in front, which is lower here
    v = (v * 10 + (v >> 8)) & 0x00FF00FF00FF00FF;
    v = (v * 100 + (v >> 16)) & 0x0000FFFF0000FFFF;
    value = (v * 10000 + (v >> 32)) & 0x00000000FFFFFFFF;
    return digits;
  } else {
    std::size_t digits = 0;
    for (value = 0; digits < 8 && digit(q[digits]) < 10; ++digits)
      value = value * 10 + digit(q[digits]);
    return digits;
  }
}

// Lines as they nearly always are, to be read where nothing is known to be wrong. `q` is at the
// type byte; from there on there are `left` bytes, at least five.

struct plain_length {
  std::uint32_t n;
  std::uint32_t line_bytes;  // CRLF included; 0 when the line is not plain, or not all there
};

/// Of up to eight digits. The next line is found by this number, so it is had from a short chain of
/// additions, and how many digits there are is left to branch prediction.
[[nodiscard, gnu::always_inline]] inline plain_length scan_plain_length(const char* q,
                                                                        std::size_t left) noexcept {
  const unsigned first = digit(q[1]);
  if (first < 10 && is_line_end(q + 2)) return {first, 4};
  const unsigned second = digit(q[2]);
  if (first - 1 > 8 || second > 9) return {0, 0};
  std::uint32_t n = first * 10 + second;
  if (is_line_end(q + 3)) [[likely]]
    return {n, 5};
  constexpr std::size_t line_bytes_max = 11;
  for (std::uint32_t bytes = 6; bytes <= std::min(left, line_bytes_max); ++bytes) {
    const unsigned next = digit(q[bytes - 3]);
    if (next > 9) break;
    n = n * 10 + next;
    if (is_line_end(q + bytes - 2)) return {n, bytes};
  }
  return {0, 0};
}

struct plain_integer {
  std::uint64_t value;
  std::size_t line_bytes;  // as above
};

/// Of one to eighteen digits, without a sign.
[[nodiscard, gnu::always_inline]] inline plain_integer scan_plain_integer(
    const char* q, std::size_t left) noexcept {
  std::uint64_t value = 0;
  std::size_t digits = 0;
  if (left >= 11) [[likely]]
    digits = eight_digits(q + 1, value);
  if (digits == 8 || left < 11) {  // the rest of a long one, or what stands too near to the end
    const auto most = std::min<std::size_t>(left - 3, 18);
    for (; digits < most && digit(q[digits + 1]) < 10; ++digits) {
      value = value * 10 + digit(q[digits + 1]);
    }
  }
  if (digits == 0 || !is_line_end(q + digits + 1)) return {0, 0};
  return {value, digits + 3};
}

/// A count of bytes or of elements: canonical decimal, or "-1", or "?".
[[nodiscard]] verdict scan_length(const char*& q, const char* end, std::uint32_t& n) noexcept;

/// [+-]?[0-9]+ within 64 bits.
[[nodiscard]] verdict scan_integer(const char*& q, const char* end, std::uint64_t& value) noexcept;

/// A line without CR or LF in it. `searched`: bytes of it that an earlier call has looked at.
[[nodiscard]] verdict scan_line(const char*& q, const char* end, std::uint32_t bytes_max,
                                std::size_t& searched, std::string_view& line) noexcept;

/// "_" behind its type byte, and "#": one letter, or none, and CRLF.
[[nodiscard]] verdict scan_null(const char*& q, const char* end) noexcept;
[[nodiscard]] verdict scan_boolean(const char*& q, const char* end, std::uint64_t& value) noexcept;

/// The documented grammar of a double, and the spellings of NaN and infinity that servers send.
[[nodiscard]] bool parse_number(std::string_view line, double& value) noexcept;

[[nodiscard]] bool is_big_number(std::string_view line) noexcept;

}  // namespace sandpiper::resp
