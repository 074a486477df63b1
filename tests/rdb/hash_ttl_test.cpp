// Hashes whose fields expire, in the five layouts that servers gave them; members that do.

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

constexpr std::uint64_t some_time_ms = 4102444800000;

std::string why(const outcome& seen) { return seen.why.substr(0, 11); }

TEST(HashTtl, TimesCountFromTheSmallest) {
  const auto value = le(some_time_ms) + len(3) + len(0) + str("stays") + str("1") + len(1) +
                     str("first") + str("2") + len(18001) + str("later") + str("3");
  const auto seen = every_cut(one_key(24, value, "REDIS0012"));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(
      seen.tells("field \"stays\" \"1\" -\nfield \"first\" \"2\" 4102444800000\n"
                 "field \"later\" \"3\" 4102444818000\n"))
      << seen.text;
}

TEST(HashTtl, TheReleaseCandidateStoredTimesAsTheyAre) {
  const auto value =
      len(2) + len(some_time_ms) + str("f") + str("v") + len(0) + str("g") + str("w");
  const auto seen = every_cut(one_key(22, value, "REDIS0012"));
  EXPECT_TRUE(seen.tells("field \"f\" \"v\" 4102444800000\nfield \"g\" \"w\" -\n")) << seen.why;
}

// The same number, another layout: the time last, and -1 for none.
TEST(HashTtl, ValkeyStoresTheTimeLast) {
  const auto value = len(3) + str("f") + str("v") + le(some_time_ms) + str("g") + str("w") +
                     le(~std::uint64_t{0}) + str("h") + str("x") + le(std::uint64_t{0});
  const auto seen = every_cut(one_key(22, value, "VALKEY080"));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(
      seen.tells("field \"f\" \"v\" 4102444800000\nfield \"g\" \"w\" -\nfield \"h\" \"x\" 0\n"));

  const auto before_time = len(1) + str("f") + str("v") + le(~std::uint64_t{1});
  EXPECT_EQ(why(every_cut(one_key(22, before_time, "VALKEY080"))), "corrupt ttl");
  EXPECT_TRUE(every_cut(one_key(22, value, "REDIS0011"), {.dialect = dialect::valkey}).done());
}

TEST(HashTtl, APackedHashHoldsTriples) {
  const auto blob = listpack_of({"f", "v", "4102444800000", "g", "7", "0"});
  const auto expected = "field \"f\" \"v\" 4102444800000\nfield \"g\" #7# -\n";
  EXPECT_TRUE(every_cut(one_key(25, le(some_time_ms) + str(blob))).tells(expected));
  EXPECT_TRUE(every_cut(one_key(23, str(blob))).tells(expected)) << "without the smallest time";
}

TEST(HashTtl, APackedHashMustAddUp) {
  const auto packed = [](std::initializer_list<std::string_view> entries) {
    return every_cut(one_key(23, str(listpack_of(entries)))).why.substr(0, 12);
  };
  EXPECT_EQ(packed({"f", "v"}), "corrupt pair");
  EXPECT_EQ(packed({"f", "v", "soon"}), "corrupt ttl ");
  EXPECT_EQ(packed({"f", "v", "-1"}), "corrupt ttl ");
  EXPECT_EQ(packed({"f", "v", "281474976710656"}), "corrupt ttl ");
  EXPECT_EQ(packed({"f", "v", "0", "f", "w", "0"}), "corrupt dupl");
}

TEST(HashTtl, NoTimeIsPossibleBeyond48Bits) {
  const auto hash = [](std::uint64_t first, std::uint64_t relative) {
    return why(every_cut(one_key(24, le(first) + len(1) + len(relative) + str("f") + str("v"))));
  };
  EXPECT_EQ(hash(1, (1ULL << 48) - 1), "");
  EXPECT_EQ(hash(1, 1ULL << 48), "corrupt ttl");
  EXPECT_EQ(hash(0, 1), "corrupt ttl") << "0 would mean none";
  EXPECT_EQ(hash(UINT64_MAX, 2), "corrupt ttl") << "wraps";
  EXPECT_EQ(hash(1, UINT64_MAX), "corrupt ttl");
  EXPECT_EQ(hash(UINT64_MAX, 0), "") << "no field has a time";
}

TEST(HashTtl, DragonflyStoresSecondsAsDigits) {
  const options how{.dialect = dialect::dragonfly};
  const auto hash =
      len(2) + str("f") + str("v") + hex("c2 ff ff ff 7f") + str("g") + str("w") + hex("c0 ff");
  EXPECT_TRUE(every_cut(one_key(31, hash, "REDIS0009"), how)
                  .tells("field \"f\" \"v\" 2147483647000\nfield \"g\" \"w\" -\n"));
  const auto set = len(1) + str("m") + hex("c0 05");
  EXPECT_TRUE(every_cut(one_key(32, set, "REDIS0009"), how).tells("member \"m\" 5000\n"));
  EXPECT_TRUE(every_cut(one_key(30, str("{}"), "REDIS0009"), how).tells("string \"{}\"\n"));
  const auto no_number = len(1) + str("m") + str("soon");
  EXPECT_EQ(why(every_cut(one_key(32, no_number, "REDIS0009"), how)), "corrupt ttl");
}

TEST(HashTtl, AFileSaysItselfThatDragonflyWroteIt) {
  const auto aux = hex("fa") + str("df-ver") + str("df-v1.2");
  EXPECT_TRUE(every_cut(snapshot(aux + record(30, "k", str("{}")))).tells("string \"{}\"\n"));
}

TEST(HashTtl, KeydbStoresScriptsToRun) {
  const auto cron = str("return 1") + le(std::uint64_t{7}) + le(std::uint64_t{1000}) + len(1) +
                    str("key") + len(2) + str("a") + str("b");
  const auto aux = hex("fa") + str("mvcc-tstamp") + str("1");
  const auto seen = every_cut(snapshot(aux + record(64, "k", cron), "REDIS0009"));
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(
      seen.tells("detail script \"return 1\"\ndetail start_ms #7#\ndetail interval_ms #1000#\n"
                 "detail key \"key\"\ndetail argument \"a\"\ndetail argument \"b\"\n"));
}

}  // namespace
}  // namespace sandpiper::rdb
