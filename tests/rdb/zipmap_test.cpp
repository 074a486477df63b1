#include "rdb/zipmap.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"

namespace sandpiper::rdb {
namespace {

std::string fields_of(std::string_view blob) {
  std::uint64_t n = 0;
  const auto wrong = zipmap::check(blob, n);
  EXPECT_FALSE(wrong) << wrong.detail;
  std::string all;
  item field;
  item value;
  for (const char* at = zipmap::first(blob); at != zipmap::last(blob); n -= 2) {
    at = zipmap::next(at, zipmap::last(blob), field, value);
    all += field.str() + '=' + value.str() + ';';
  }
  EXPECT_EQ(n, 0u);
  return all;
}

flaw flaw_of(std::string_view blob) {
  std::uint64_t n = 0;
  return zipmap::check(blob, n);
}

TEST(Zipmap, ReadsFieldsAndValues) {
  EXPECT_EQ(fields_of(hex("02 01 61 01 00 62 02 63 64 00 00 ff")), "a=b;cd=;");
}

// The byte that counts the unused ones stands in front of the value, and they stand behind it.
TEST(Zipmap, StepsOverUnusedBytes) {
  EXPECT_EQ(fields_of(hex("02 01 61 01 02 62 00 00 01 63 01 00 64 ff")), "a=b;c=d;");
}

TEST(Zipmap, ReadsLongSizes) {
  const auto value = std::string(300, 'x');
  EXPECT_EQ(fields_of(hex("01 01 61 fe 2c 01 00 00 00") + value + "\xff"), "a=" + value + ';');
}

TEST(Zipmap, ACountOf254OrMoreIsUnknown) {
  EXPECT_EQ(fields_of(hex("fe 01 61 01 00 62 ff")), "a=b;");
  EXPECT_EQ(fields_of(hex("ff 01 61 01 00 62 ff")), "a=b;");
  EXPECT_EQ(flaw_of(hex("02 01 61 01 00 62 ff")).at, 0u);
}

TEST(Zipmap, RefusesWhatReachesBeyondItsEnd) {
  for (const auto* blob : {"", "01", "00 00", "01 01 61 ff", "01 01 61 01 ff", "01 01 61 01 00 ff",
                           "01 05 61 ff", "01 01 61 05 00 62 ff", "01 01 61 01 09 62 ff",
                           "01 fe 01 00 ff", "01 fe ff ff ff ff 61 01 00 62 ff", "01 ff 61 ff"}) {
    EXPECT_TRUE(flaw_of(hex(blob))) << blob;
  }
  EXPECT_FALSE(flaw_of(hex("00 ff")));
}

}  // namespace
}  // namespace sandpiper::rdb
