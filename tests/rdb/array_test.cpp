// The array type of version 14.

#include "rdb/array.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

constexpr unsigned array_type = 28;

std::string integer_at(std::uint64_t index, std::int64_t n) {
  return len(index) + len(array::integer) + le(static_cast<std::uint64_t>(n));
}

TEST(Array, TellsElementsOfEachForm) {
  const auto value = len(4) + len(0) + len(0) + len(array::text) + str("zero") + integer_at(7, -5) +
                     len(1ULL << 40) + len(array::real) + le(std::bit_cast<std::uint64_t>(1.5)) +
                     len(9) + len(array::other_text) + str("nine");
  const auto seen = every_cut(one_key(array_type, value, "REDIS0014"));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(seen.tells("at 0 \"zero\"\nat 7 #-5#\nat 1099511627776 #1.5#\nat 9 \"nine\"\n"));
  EXPECT_TRUE(seen.tells("end_key 4 "));
}

TEST(Array, MayKnowWhereTheNextElementGoes) {
  const auto seen = every_cut(one_key(array_type, len(1) + len(1) + len(9) + integer_at(0, 1)));
  EXPECT_TRUE(seen.done()) << seen.why;
}

TEST(Array, RefusesWhatNoServerWrites) {
  const auto why = [](const std::string& value) {
    return every_cut(one_key(array_type, value)).why.substr(0, 13);
  };
  EXPECT_EQ(why(len(0) + len(0)), "corrupt array") << "no elements";
  EXPECT_EQ(why(len(1) + len(2) + integer_at(0, 1)), "corrupt array") << "a flag of 2";
  EXPECT_EQ(why(len(1) + len(0) + len(0) + len(4)), "corrupt array") << "an unknown form";
  EXPECT_EQ(why(len(1) + len(0) + integer_at(UINT64_MAX, 1)), "corrupt array") << "no such index";
  EXPECT_EQ(why(len(2) + len(0) + integer_at(3, 1) + integer_at(3, 2)), "corrupt dupli");
}

}  // namespace
}  // namespace sandpiper::rdb
