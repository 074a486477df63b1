#include "sandpiper/resp/buffer.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace sandpiper::resp {
namespace {

// put() has a path of its own for each size class, and must touch nothing behind the last byte.
TEST(Put, CopiesEveryLengthExactly) {
  for (std::size_t n = 0; n <= 70; ++n) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i) text += static_cast<char>('a' + i % 26);
    std::string out(n + 1, '#');
    EXPECT_EQ(put(out.data(), text), out.data() + n);
    EXPECT_EQ(out, text + '#');
  }
}

std::string decimal(std::uint64_t n) {
  char out[decimal_bytes_max];
  return {out, put_decimal(out, n)};
}

TEST(PutDecimal, WritesEveryNumberOfDigits) {
  std::uint64_t power = 1;
  for (std::size_t digits = 1; digits <= decimal_bytes_max; ++digits) {
    EXPECT_EQ(decimal(power), std::to_string(power));
    EXPECT_EQ(decimal(power - 1), std::to_string(power - 1));
    if (digits < decimal_bytes_max) power *= 10;
  }
  EXPECT_EQ(decimal(UINT64_MAX), "18446744073709551615");
}

TEST(PutBulk, IsWithinItsBound) {
  const std::string text(100, 'x');
  std::string out(bulk_size_max(text), '#');
  const char* const end = put_bulk(out.data(), text);
  EXPECT_EQ(std::string(out.c_str(), end), "$100\r\n" + text + "\r\n");
  EXPECT_LE(end, out.data() + out.size());
}

TEST(Buffer, GrowsAndKeepsWhatItHolds) {
  buffer b;
  EXPECT_TRUE(b.empty());
  b.append("");
  EXPECT_EQ(b.view(), "");

  std::string all;
  for (int i = 0; i < 2000; ++i) {
    const auto piece = std::to_string(i) + ",";
    b.append(piece);
    all += piece;
  }
  EXPECT_EQ(b.view(), all);
  EXPECT_EQ(b.size(), all.size());
}

TEST(Buffer, WhatIsReservedCountsWhenItIsCommitted) {
  buffer b;
  char* const out = b.reserve(1000);
  EXPECT_GE(b.capacity(), 1000u);
  EXPECT_TRUE(b.empty());
  b.commit(put(out, "abc"));
  EXPECT_EQ(b.view(), "abc");
}

TEST(Buffer, ClearKeepsTheMemoryAndReleaseDoesNot) {
  buffer b;
  b.append("abc");
  const auto capacity = b.capacity();
  b.clear();
  EXPECT_TRUE(b.empty());
  EXPECT_EQ(b.capacity(), capacity);
  b.append("d");
  EXPECT_EQ(b.view(), "d");
  b.release();
  EXPECT_EQ(b.capacity(), 0u);
  b.append("e");
  EXPECT_EQ(b.view(), "e");
}

TEST(Buffer, MovedFromItIsEmpty) {
  buffer a;
  a.append("abc");
  buffer b = std::move(a);
  EXPECT_EQ(b.view(), "abc");
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is what is promised

  buffer c;
  c.append("old");
  c = std::move(b);
  EXPECT_EQ(c.view(), "abc");
  EXPECT_TRUE(b.empty());  // NOLINT(bugprone-use-after-move)
  b.append("new");
  EXPECT_EQ(b.view(), "new");
}

}  // namespace
}  // namespace sandpiper::resp
