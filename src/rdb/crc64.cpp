#include "sandpiper/rdb/crc64.hpp"

#include <array>
#include <bit>
#include <cstring>

#if SANDPIPER_ISAL
#include <isa-l/crc64.h>
#endif

namespace sandpiper::rdb {
namespace {

constexpr std::uint64_t polynomial = 0x95ac9329ac4bc9b5;  // reflected
constexpr std::size_t lanes = 4;
constexpr std::size_t lane_bytes = 128;
constexpr std::size_t block_bytes = lanes * lane_bytes;

using table = std::array<std::uint64_t, 256>;
using tables = std::array<table, 8>;

// slices[k][b]: the checksum of the byte b with k zero bytes behind it.
constexpr tables make_slices() {
  tables made{};
  for (std::uint64_t b = 0; b < 256; ++b) {
    std::uint64_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
    made[0][b] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t b = 0; b < 256; ++b) {
      const auto before = made[k - 1][b];
      made[k][b] = before >> 8 ^ made[0][before & 255];
    }
  }
  return made;
}

constexpr tables slices = make_slices();

// a * b modulo the polynomial; the highest bit is x^0.
constexpr std::uint64_t multiply(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  for (int i = 63; i >= 0; --i) {
    if (a >> i & 1) product ^= b;
    b = b >> 1 ^ (b & 1 ? polynomial : 0);
  }
  return product;
}

constexpr std::uint64_t x_to_the(std::uint64_t n) {
  std::uint64_t power = 1ULL << 63;
  for (std::uint64_t square = 1ULL << 62; n != 0; n >>= 1, square = multiply(square, square)) {
    if (n & 1) power = multiply(power, square);
  }
  return power;
}

// A checksum is linear in its start, so what `lane_bytes` zero bytes make of one is the xor of what
// they make of its eight bytes.
constexpr tables make_shifts() {
  tables made{};
  const auto far = x_to_the(8 * lane_bytes);
  for (std::size_t k = 0; k < 8; ++k) {
    for (std::size_t bit = 0; bit < 8; ++bit) {
      const auto image = multiply(1ULL << (8 * k + bit), far);
      for (std::size_t low = 0; low < 1U << bit; ++low) {
        made[k][(1U << bit) + low] = made[k][low] ^ image;
      }
    }
  }
  return made;
}

constexpr tables shifts = make_shifts();

std::uint64_t load(const char* at) noexcept {
  std::uint64_t bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  return bytes;
}

// As a tree: a chain of eight would be as slow as the lookups.
std::uint64_t eight(std::uint64_t x) noexcept {
  const auto a = slices[7][x & 255] ^ slices[6][x >> 8 & 255];
  const auto b = slices[5][x >> 16 & 255] ^ slices[4][x >> 24 & 255];
  const auto c = slices[3][x >> 32 & 255] ^ slices[2][x >> 40 & 255];
  const auto d = slices[1][x >> 48 & 255] ^ slices[0][x >> 56];
  return (a ^ b) ^ (c ^ d);
}

std::uint64_t shifted(std::uint64_t crc) noexcept {
  std::uint64_t far = 0;
  for (std::size_t k = 0; k < 8; ++k) far ^= shifts[k][crc >> (8 * k) & 255];
  return far;
}

// Each step of a lane waits for the one before it; four lanes at once take little longer than one.
std::uint64_t block(std::uint64_t crc, const char* at) noexcept {
  std::uint64_t lane[lanes] = {crc};
  for (std::size_t i = 0; i < lane_bytes; i += 8) {
    for (std::size_t k = 0; k < lanes; ++k) {
      lane[k] = eight(lane[k] ^ load(at + k * lane_bytes + i));
    }
  }
  crc = lane[0];
  for (std::size_t k = 1; k < lanes; ++k) crc = shifted(crc) ^ lane[k];
  return crc;
}

}  // namespace

std::uint64_t crc64_portable(std::uint64_t crc, std::string_view bytes) noexcept {
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= block_bytes; left -= block_bytes, at += block_bytes) crc = block(crc, at);
  for (; left >= 8; left -= 8, at += 8) crc = eight(crc ^ load(at));
  for (; left > 0; --left, ++at) {
    crc = crc >> 8 ^ slices[0][(crc ^ static_cast<unsigned char>(*at)) & 255];
  }
  return crc;
}

std::uint64_t crc64(std::uint64_t crc, std::string_view bytes) noexcept {
#if SANDPIPER_ISAL
  if (bytes.empty()) return crc;
  return ~crc64_jones_refl(~crc, reinterpret_cast<const unsigned char*>(bytes.data()),
                           bytes.size());
#else
  return crc64_portable(crc, bytes);
#endif
}

}  // namespace sandpiper::rdb
