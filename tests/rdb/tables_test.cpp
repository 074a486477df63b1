// Collections stored plainly, as versions 1 to 15 know them.

#include <gtest/gtest.h>

#include <limits>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

outcome read_value_of(unsigned type, const std::string& value, const options& how = {}) {
  return every_cut(one_key(type, value, "REDIS0006"), how);
}

std::string real(double d) { return le(std::bit_cast<std::uint64_t>(d)); }

TEST(Tables, AListKeepsItsOrderAndItsRepetitions) {
  const auto seen = read_value_of(1, len(4) + str("b") + str("a") + hex("c0 fb") + str("b"));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(seen.tells("item \"b\"\nitem \"a\"\nitem #-5#\nitem \"b\"\n")) << seen.text;
}

TEST(Tables, ASetRefusesWhatItHolds) {
  EXPECT_TRUE(read_value_of(2, len(2) + str("a") + str("b")).done());
  const auto twice = read_value_of(2, len(2) + str("5") + hex("c0 05"));
  EXPECT_EQ(twice.fault->about, subject::duplicate) << "a number and its digits are one member";
}

TEST(Tables, DuplicatesCanBeToldOrPassedOver) {
  const auto value = len(2) + str("a") + str("a");
  const auto warned = read_value_of(2, value, {.duplicates = leniency::warn});
  EXPECT_TRUE(warned.done());
  EXPECT_EQ(warned.warnings, 1);
  const auto ignored = read_value_of(2, value, {.duplicates = leniency::ignore});
  EXPECT_TRUE(ignored.done());
  EXPECT_EQ(ignored.warnings, 0);
}

TEST(Tables, BeyondALimitMembersAreNotCompared) {
  const auto value = len(3) + str("a") + str("b") + str("a");
  EXPECT_FALSE(read_value_of(2, value, {.limits = {.unique_entries_max = 3}}).done());
  EXPECT_TRUE(read_value_of(2, value, {.limits = {.unique_entries_max = 2}}).done());
}

TEST(Tables, ScoresOfTheFirstVersionsAreText) {
  const auto seen = read_value_of(3, len(4) + str("a") + str("1.5") + str("b") + hex("fe") +
                                         str("c") + hex("ff") + str("d") + str("17"));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(
      seen.tells("member \"a\" 1.5\nmember \"b\" inf\nmember \"c\" -inf\nmember \"d\" 17\n"));
}

TEST(Tables, AScoreThatIsNoNumberIsRefused) {
  for (const auto& score : {hex("fd"), str("nan"), str(""), str("1x")}) {
    const auto seen = read_value_of(3, len(1) + str("a") + score);
    EXPECT_EQ(seen.fault->about, subject::score) << seen.why;
    EXPECT_EQ(seen.fault->offset, 9u + 3 + 1 + 2) << "where the score begins";
  }
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(read_value_of(5, len(1) + str("a") + real(nan)).fault->about, subject::score);
}

TEST(Tables, ScoresSinceVersion8AreDoubles) {
  const auto seen = read_value_of(
      5, len(2) + str("b") + real(std::numeric_limits<double>::infinity()) + str("a") + real(-0.5));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(seen.tells("member \"b\" inf\nmember \"a\" -0.5\n"));
}

TEST(Tables, AHashGivesFieldsWithTheirValues) {
  const auto seen = read_value_of(4, len(2) + str("f") + hex("c1 e8 03") + str("") + str(""));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(seen.tells("field \"f\" #1000# -\nfield \"\" \"\" -\n")) << seen.text;
  EXPECT_EQ(read_value_of(4, len(2) + str("f") + str("1") + str("f") + str("2")).fault->about,
            subject::duplicate);
}

// A server passes over such keys when it loads a file.
TEST(Tables, AnEmptyCollectionIsTold) {
  for (const unsigned type : {1u, 2u, 3u, 4u, 5u}) {
    const auto seen = read_value_of(type, len(0));
    EXPECT_TRUE(seen.done()) << seen.why;
    EXPECT_EQ(seen.warnings, 1);
    EXPECT_TRUE(seen.tells("end_key 0 1 empty\n"));
    EXPECT_TRUE(seen.tells("verified 1 1\n")) << "one key, and one of them empty";
    EXPECT_EQ(read_value_of(type, len(0), {.empty_keys = leniency::fail}).fault->about,
              subject::empty_key);
    EXPECT_EQ(read_value_of(type, len(0), {.empty_keys = leniency::ignore}).warnings, 0);
  }
}

}  // namespace
}  // namespace sandpiper::rdb
