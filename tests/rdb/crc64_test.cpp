#include "sandpiper/rdb/crc64.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sandpiper::rdb {
namespace {

// The definition, a bit at a time.
std::uint64_t by_bits(std::uint64_t crc, std::string_view bytes) {
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x95ac9329ac4bc9b5 : 0);
  }
  return crc;
}

std::string random_bytes(std::size_t size) {
  std::mt19937 random(1);
  std::string bytes(size, '\0');
  for (auto& c : bytes) c = static_cast<char>(random());
  return bytes;
}

TEST(Crc64, HasItsCheckValue) {
  EXPECT_EQ(crc64(0, "123456789"), 0xe9c6d914c4b8d9ca);
  EXPECT_EQ(crc64_portable(0, "123456789"), 0xe9c6d914c4b8d9ca);
  EXPECT_EQ(crc64(7, ""), 7u);
  EXPECT_EQ(crc64_portable(7, ""), 7u);
}

// Every length around the sizes that are computed in blocks, at every alignment, from any start.
TEST(Crc64, BothWaysAreTheDefinition) {
  const auto bytes = random_bytes(4200);
  for (std::size_t from = 0; from < 8; ++from) {
    for (std::size_t size = 0; size < bytes.size() - 8; size += size < 600 ? 1 : 97) {
      const auto part = std::string_view(bytes).substr(from, size);
      const auto expected = by_bits(0x1234567890abcdef, part);
      ASSERT_EQ(crc64_portable(0x1234567890abcdef, part), expected) << from << ' ' << size;
      ASSERT_EQ(crc64(0x1234567890abcdef, part), expected) << from << ' ' << size;
    }
  }
}

TEST(Crc64, GoesOnFromWhereItStopped) {
  const auto bytes = random_bytes(3000);
  const std::string_view all = bytes;
  for (std::size_t cut = 0; cut <= all.size(); cut += 61) {
    const auto expected = crc64(0, all);
    EXPECT_EQ(crc64(crc64(0, all.substr(0, cut)), all.substr(cut)), expected);
    EXPECT_EQ(crc64_portable(crc64_portable(0, all.substr(0, cut)), all.substr(cut)), expected);
  }
}

}  // namespace
}  // namespace sandpiper::rdb
