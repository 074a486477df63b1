#include "rdb/intset.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "rdb/building.hpp"

namespace sandpiper::rdb {
namespace {

template <class Integer>
std::string intset_of(const std::vector<Integer>& numbers) {
  auto blob = le(static_cast<std::uint32_t>(sizeof(Integer)));
  append_le(blob, static_cast<std::uint32_t>(numbers.size()));
  for (const auto n : numbers) append_le(blob, n);
  return blob;
}

std::vector<std::int64_t> members_of(std::string_view blob) {
  std::uint64_t n = 0;
  EXPECT_FALSE(intset::check(blob, n));
  std::vector<std::int64_t> all;
  for (std::uint64_t i = 0; i < n; ++i) all.push_back(intset::at(blob, i));
  return all;
}

flaw flaw_of(std::string_view blob) {
  std::uint64_t n = 0;
  return intset::check(blob, n);
}

template <class Integer>
void expect_extremes() {
  using limit = std::numeric_limits<Integer>;
  const std::vector<Integer> numbers = {limit::min(), -1, 0, 1, limit::max()};
  EXPECT_EQ(members_of(intset_of(numbers)),
            (std::vector<std::int64_t>(numbers.begin(), numbers.end())));
}

TEST(Intset, ReadsEachWidth) {
  expect_extremes<std::int16_t>();
  expect_extremes<std::int32_t>();
  expect_extremes<std::int64_t>();
}

TEST(Intset, RefusesWidthsThatAreNone) {
  for (const std::uint32_t width : {0u, 1u, 3u, 16u, 0xffffffffu}) {
    EXPECT_EQ(flaw_of(le(width) + le(std::uint32_t{1}) + std::string(16, '\0')).at, 0u) << width;
  }
}

TEST(Intset, TheSizeIsWidthTimesCount) {
  const auto sound = intset_of<std::int16_t>({1, 2, 3});
  EXPECT_FALSE(flaw_of(sound));
  EXPECT_TRUE(flaw_of(sound.substr(0, 7)));
  EXPECT_EQ(flaw_of(sound.substr(0, sound.size() - 1)).at, 4u);
  EXPECT_EQ(flaw_of(sound + '\0').at, 4u);
  EXPECT_TRUE(flaw_of(le(std::uint32_t{8}) + le(std::uint32_t{0x20000000}))) << "0 in 32 bits";
  EXPECT_TRUE(flaw_of(intset_of<std::int16_t>({}))) << "servers refuse an empty one, too";
}

TEST(Intset, TheOrderIsStrict) {
  EXPECT_EQ(flaw_of(intset_of<std::int16_t>({1, 3, 2})).at, 12u);
  EXPECT_EQ(flaw_of(intset_of<std::int32_t>({1, 1})).at, 12u);
  EXPECT_FALSE(flaw_of(intset_of<std::int16_t>({-1, 0})));
}

}  // namespace
}  // namespace sandpiper::rdb
