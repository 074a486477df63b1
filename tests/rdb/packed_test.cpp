// Packed collections of all forms.

#include "rdb/packed.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/lzf.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

outcome read_blob(unsigned type, const std::string& blob, const options& how = {}) {
  return every_cut(one_key(type, str(blob)), how);
}

TEST(Packed, ReadsEveryFormOfEveryCollection) {
  EXPECT_TRUE(read_blob(9, hex("02 01 61 01 00 62 01 63 01 00 64 ff"))
                  .tells("field \"a\" \"b\" -\nfield \"c\" \"d\" -\n"));
  EXPECT_TRUE(
      read_blob(10, ziplist_of({"x", "y", "x"})).tells("item \"x\"\nitem \"y\"\nitem \"x\"\n"));
  EXPECT_TRUE(read_blob(11, hex("02 00 00 00 02 00 00 00 fd ff 01 00"))
                  .tells("member #-3# -\nmember #1# -\n"));
  EXPECT_TRUE(read_blob(12, ziplist_of({"a", "1.5", "b", "inf"}))
                  .tells("member \"a\" 1.5\nmember \"b\" inf\n"));
  EXPECT_TRUE(read_blob(13, ziplist_of({"f", "v"})).tells("field \"f\" \"v\" -\n"));
  EXPECT_TRUE(read_blob(16, listpack_of({"f", "7"})).tells("field \"f\" #7# -\n"));
  EXPECT_TRUE(read_blob(17, listpack_of({"a", "-2", "b", "0.5"}))
                  .tells("member \"a\" -2\nmember \"b\" 0.5\n"));
  EXPECT_TRUE(read_blob(20, listpack_of({"a", "5"})).tells("member \"a\" -\nmember #5# -\n"));
}

TEST(Packed, ReadsBlobsThatAreCompressed) {
  listpack_writer made;
  for (int i = 0; i < 50; ++i) made.add("the same member, number " + std::to_string(i));
  const auto blob = made.take();
  std::string stored;
  ASSERT_TRUE(lzf_compress(blob, stored));
  const auto value = "\xc3" + len(stored.size()) + len(blob.size()) + stored;
  const auto seen = every_cut(one_key(20, value));
  EXPECT_TRUE(seen.tells("member \"the same member, number 49\" -\nend_key 50 ")) << seen.why;
}

TEST(Packed, PairsMustBePairsBeforeAnyIsTold) {
  for (const unsigned type : {12u, 13u}) {
    const auto seen = read_blob(type, ziplist_of({"a", "1", "b"}));
    EXPECT_EQ(seen.fault->about, subject::pairs);
    EXPECT_FALSE(seen.tells("\"a\""));
  }
  for (const unsigned type : {16u, 17u}) {
    const auto seen = read_blob(type, listpack_of({"a", "1", "b"}));
    EXPECT_EQ(seen.fault->about, subject::pairs);
    EXPECT_FALSE(seen.tells("\"a\""));
  }
}

TEST(Packed, AFaultSaysWhereInTheBlobItIs) {
  const auto score = read_blob(17, listpack_of({"a", "1", "b", "x"}));
  EXPECT_EQ(score.fault->about, subject::score);
  EXPECT_EQ(score.fault->offset, 12u) << "of the blob";
  EXPECT_EQ(score.fault->inner, 6u + 3 + 2 + 3);
  const auto twice = read_blob(20, listpack_of({"a", "b", "a"}));
  EXPECT_EQ(twice.fault->about, subject::duplicate);
  EXPECT_EQ(twice.fault->inner, 6u + 3 + 3);
}

TEST(Packed, NothingMayStandTwice) {
  EXPECT_EQ(read_blob(9, hex("02 01 61 01 00 62 01 61 01 00 64 ff")).fault->about,
            subject::duplicate);
  EXPECT_EQ(read_blob(12, ziplist_of({"a", "1", "a", "2"})).fault->about, subject::duplicate);
  EXPECT_EQ(read_blob(13, ziplist_of({"a", "1", "a", "2"})).fault->about, subject::duplicate);
  EXPECT_EQ(read_blob(16, listpack_of({"a", "1", "a", "2"})).fault->about, subject::duplicate);
  EXPECT_EQ(read_blob(17, listpack_of({"a", "1", "a", "2"})).fault->about, subject::duplicate);
  EXPECT_TRUE(read_blob(10, ziplist_of({"a", "a"})).done()) << "but in a list";
}

TEST(Packed, ABlobThatIsANumberIsNoBlob) {
  const auto seen = every_cut(one_key(16, hex("c0 05")));
  EXPECT_EQ(seen.fault->about, subject::listpack);
  EXPECT_EQ(seen.fault->offset, 12u);
}

TEST(Packed, ALargeBlobIsRefusedBeforeItComes) {
  const auto head = "REDIS0011" + record(16, "k", len(5000));
  const auto seen = read_whole(head, depth::elements, {.limits = {.packed_bytes_max = 4999}});
  EXPECT_EQ(seen.fault->kind, fault_kind::over_limit) << seen.why;
  EXPECT_EQ(read_whole(head).fault->kind, fault_kind::truncated);
}

TEST(Packed, EmptyOnesAreEmptyKeys) {
  EXPECT_EQ(read_blob(16, listpack_of({})).warnings, 1);
  EXPECT_EQ(read_blob(10, ziplist_of({})).warnings, 1);
  EXPECT_EQ(read_blob(9, hex("00 ff")).warnings, 1);
}

}  // namespace
}  // namespace sandpiper::rdb
