#include "rdb/stream_node.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

using texts = std::initializer_list<std::string_view>;

// A stream of one node at 1000-1 that says to hold `length` entries, and nothing else.
outcome read_node(texts entries, std::uint64_t length) {
  const auto value = len(1) + str(be64(1000) + be64(1)) + str(listpack_of(entries)) + len(length) +
                     len(2000) + len(0) + len(0);
  return every_cut(one_key(15, value, "REDIS0009"));
}

TEST(StreamNode, EntriesMayShareTheFieldsOfTheirNode) {
  const auto seen = read_node({"2", "0", "2", "f1", "f2", "0",  //
                               "2", "0", "0", "v1", "v2", "5",  //
                               "2", "5", "-1", "v3", "v4", "5"},
                              2);
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(
      seen.tells("entry 1000-1 2\nfield \"f1\" \"v1\"\nfield \"f2\" \"v2\"\n"
                 "entry 1005-0 2\nfield \"f1\" \"v3\"\nfield \"f2\" \"v4\"\n"))
      << "a sequence number may be smaller than the node's\n"
      << seen.text;
}

TEST(StreamNode, EntriesMayHaveFieldsOfTheirOwn) {
  const auto seen = read_node({"2", "0", "1", "f", "0",                      //
                               "0", "0", "0", "2", "a", "1", "b", "2", "8",  //
                               "0", "1", "0", "0", "4"},
                              2);
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_TRUE(seen.tells("entry 1000-1 2\nfield \"a\" #1#\nfield \"b\" #2#\nentry 1001-1 0\n"));
}

TEST(StreamNode, DeletedEntriesAreCountedAndNotTold) {
  const auto seen = read_node({"1", "2", "1", "f", "0",  //
                               "3", "0", "0", "v", "4",  //
                               "2", "1", "0", "w", "4",  //
                               "1", "2", "0", "1", "a", "b", "6"},
                              1);
  ASSERT_TRUE(seen.done()) << seen.why;
  EXPECT_FALSE(seen.tells("entry 1000-1"));
  EXPECT_TRUE(seen.tells("entry 1001-1 1\nfield \"f\" \"w\"\nstream 1 1 "));
}

TEST(StreamNode, NothingOfItsNumbersIsBelieved) {
  const auto refused = [](texts entries) {
    const auto seen = read_node(entries, 1);
    EXPECT_FALSE(seen.done());
    return seen.done() ? "" : std::string(to_string(seen.fault->about));
  };
  EXPECT_EQ(refused({}), "stream");
  EXPECT_EQ(refused({"x", "0", "0", "0"}), "stream") << "a text for a count";
  EXPECT_EQ(refused({"1", "-1", "0", "0"}), "stream");
  EXPECT_EQ(refused({"1", "0", "-1", "0"}), "stream");
  EXPECT_EQ(refused({"1", "0", "9223372036854775807", "f", "0"}), "stream");
  EXPECT_EQ(refused({"1", "0", "1", "f"}), "stream") << "no end of the fields";
  EXPECT_EQ(refused({"1", "0", "1", "f", "1"}), "stream") << "which must be 0";
  EXPECT_EQ(refused({"1", "0", "1", "f", "0"}), "stream") << "too few entries";
  EXPECT_EQ(refused({"1", "0", "1", "f", "0", "2", "0"}), "stream");
  EXPECT_EQ(refused({"1", "0", "1", "f", "0", "2", "x", "0", "v", "4"}), "stream");
  EXPECT_EQ(refused({"1", "0", "1", "f", "0", "2", "0", "0"}), "stream") << "no value";
  EXPECT_EQ(refused({"1", "0", "1", "f", "0", "2", "0", "0", "v"}), "stream") << "no size";
  EXPECT_EQ(refused({"1", "0", "1", "f", "0", "2", "0", "0", "v", "5"}), "stream") << "a wrong one";
  EXPECT_EQ(refused({"1", "0", "1", "f", "0", "0", "0", "0", "-1", "2"}), "stream");
  EXPECT_EQ(refused({"1", "0", "1", "f", "0", "0", "0", "0", "2", "a", "b", "8"}), "stream");
  EXPECT_EQ(refused({"1", "0", "1", "f", "0", "0", "0", "0", "9223372036854775807", "a", "8"}),
            "stream");
  EXPECT_EQ(refused({"1", "0", "1", "f", "0", "2", "0", "0", "v", "4", "2", "1", "0", "v", "4"}),
            "stream")
      << "one too many";
  EXPECT_EQ(refused({"1", "1", "1", "f", "0", "2", "0", "0", "v", "4"}), "stream") << "one too few";
  EXPECT_EQ(refused({"9223372036854775807", "9223372036854775807", "1", "f", "0", "2", "0", "0",
                     "v", "4"}),
            "stream");
}

TEST(StreamNode, IdsAscend) {
  const auto seen =
      read_node({"2", "0", "1", "f", "0", "2", "5", "0", "v", "4", "2", "4", "0", "v", "4"}, 2);
  EXPECT_EQ(seen.fault->about, subject::stream);
  EXPECT_TRUE(seen.tells("entry 1005-1")) << "the first is sound";
}

// Unsigned, modulo 2^64: no overflow is undefined, and the order refuses what comes of it.
TEST(StreamNode, DeltasWrap) {
  const auto seen = read_node({"2", "0", "1", "f", "0", "2", "9223372036854775807", "0", "v", "4",
                               "2", "-9223372036854775808", "0", "v", "4"},
                              2);
  EXPECT_TRUE(seen.tells("entry 9223372036854776807-1 1\n")) << seen.text;
  EXPECT_TRUE(seen.tells("entry 9223372036854776808-1 1\n")) << seen.text;
  EXPECT_TRUE(seen.done()) << seen.why;
}

TEST(StreamNode, AFaultSaysWhereInTheNode) {
  const auto seen = read_node({"1", "0", "1", "f", "0", "2", "0", "x", "v", "4"}, 1);
  EXPECT_EQ(seen.fault->offset, 9u + 3 + 1 + 17);
  EXPECT_EQ(seen.fault->inner, 6u + 4 * 2 + 3) << "the entry's first number";
}

}  // namespace
}  // namespace sandpiper::rdb
