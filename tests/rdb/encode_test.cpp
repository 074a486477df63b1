#include "rdb/encode.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/length.hpp"

namespace sandpiper::rdb {
namespace {

std::string string_of(std::string_view text, bool compress = true) {
  std::string to;
  append_string(to, text, compress);
  return to;
}

TEST(Encode, LengthsTakeTheShortestForm) {
  EXPECT_EQ(len(0), hex("00"));
  EXPECT_EQ(len(63), hex("3f"));
  EXPECT_EQ(len(64), hex("40 40"));
  EXPECT_EQ(len(16383), hex("7f ff"));
  EXPECT_EQ(len(16384), hex("80 00 00 40 00"));
  EXPECT_EQ(len(0xffffffff), hex("80 ff ff ff ff"));
  EXPECT_EQ(len(0x100000000), hex("81 00 00 00 01 00 00 00 00"));
}

TEST(Encode, LengthsAreReadBackAndCutNowhere) {
  for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{63}, std::uint64_t{64},
                                std::uint64_t{16384}, std::uint64_t{1} << 32, UINT64_MAX}) {
    const auto bytes = len(n);
    std::uint64_t read = 0;
    const char* at = bytes.data();
    EXPECT_EQ(read_length(at, at + bytes.size(), read), got::ok);
    EXPECT_EQ(read, n);
    EXPECT_EQ(at, bytes.data() + bytes.size());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      at = bytes.data();
      EXPECT_EQ(read_length(at, at + size, read), got::more);
      EXPECT_EQ(at, bytes.data());
    }
  }
}

TEST(Encode, SomeBytesBeginNoLength) {
  std::uint64_t n = 0;
  for (unsigned b = 0x82; b <= 0xff; ++b) {
    const std::string bytes(10, static_cast<char>(b));
    const char* at = bytes.data();
    EXPECT_EQ(read_length(at, at + bytes.size(), n), got::bad) << b;
  }
}

TEST(Encode, NumbersAreStoredAsAServerDoes) {
  EXPECT_EQ(string_of("-5"), hex("c0 fb"));
  EXPECT_EQ(string_of("127"), hex("c0 7f"));
  EXPECT_EQ(string_of("128"), hex("c1 80 00"));
  EXPECT_EQ(string_of("-70000"), hex("c2 90 ee fe ff"));
  EXPECT_EQ(string_of("5000000000"),
            "\x0a"
            "5000000000");
  for (const std::string text : {"", "007", "-0", "+5", "5 ", "-"}) {
    EXPECT_EQ(string_of(text), str(text)) << text;
  }
}

TEST(Encode, LongStringsAreCompressedWhereThatSaves) {
  EXPECT_EQ(string_of(std::string(40, 'a')), hex("c3 09 28 01 61 61 e0 1b 00 01 61 61"));
  EXPECT_EQ(string_of(std::string(40, 'a'), false), str(std::string(40, 'a')));
  EXPECT_EQ(string_of(std::string(20, 'a')), str(std::string(20, 'a')));
  const std::string_view apart = "abcdefghijklmnopqrstuvwxyz";
  EXPECT_EQ(string_of(apart), str(apart));
}

TEST(Encode, OnlyCanonicalDecimalsAreIntegers) {
  std::int64_t n = 0;
  EXPECT_TRUE(as_integer("-9223372036854775808", n));
  EXPECT_EQ(n, INT64_MIN);
  EXPECT_FALSE(as_integer("9223372036854775808", n));
  EXPECT_FALSE(as_integer("123456789012345678901234567890", n));
  EXPECT_FALSE(as_integer("", n));
}

TEST(Encode, AListpackIsAsAServerWritesIt) {
  EXPECT_EQ(listpack_of({"f", "v", "n", "1000"}),
            hex("13 00 00 00 04 00 81 66 02 81 76 02 81 6e 02 c3 e8 02 ff"));
  EXPECT_EQ(listpack_of({}), hex("07 00 00 00 00 00 ff"));
}

}  // namespace
}  // namespace sandpiper::rdb
