#include "sandpiper/rdb/reader.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

const std::string small = snapshot(record(0, "k", str("v")));

TEST(Reader, TakesNothingMoreOnceItIsDone) {
  transcript told;
  reader reads(told);
  EXPECT_EQ(reads.state(), progress::more);
  EXPECT_EQ(reads.feed({}), progress::more);
  EXPECT_EQ(reads.feed(small + "rest"), progress::done);
  EXPECT_EQ(reads.offset(), small.size());
  EXPECT_EQ(reads.unread_bytes(), 4u);
  const auto before = told.text();
  EXPECT_EQ(reads.feed("more"), progress::done);
  EXPECT_EQ(reads.finish(), progress::done);
  EXPECT_EQ(reads.abandon("too late"), progress::done);
  EXPECT_EQ(told.text(), before);
  EXPECT_EQ(reads.why(), nullptr);
}

TEST(Reader, AFaultStays) {
  transcript told;
  reader reads(told);
  EXPECT_EQ(reads.feed("no snapshot"), progress::failed);
  ASSERT_NE(reads.why(), nullptr);
  const auto before = reads.why()->message();
  EXPECT_EQ(reads.feed(small), progress::failed);
  EXPECT_EQ(reads.why()->message(), before);
}

TEST(Reader, AnInputThatCannotBeReadIsAFaultOfItsOwn) {
  transcript told;
  reader reads(told);
  reads.feed(small.substr(0, 12));
  EXPECT_EQ(reads.abandon("the disk is gone"), progress::failed);
  EXPECT_EQ(reads.why()->kind, fault_kind::io);
  EXPECT_EQ(reads.why()->detail, "the disk is gone");
  EXPECT_EQ(reads.why()->offset, 12u);
}

TEST(Reader, BeginsAgainAfterAnything) {
  transcript told;
  reader reads(told);
  for (const auto& before :
       {small, std::string("no snapshot"), small.substr(0, 11), std::string()}) {
    reads.feed(before);
    reads.restart();
    told.clear();
    EXPECT_EQ(reads.feed(small), progress::done);
    EXPECT_EQ(told.text(), read_whole(small).text);
  }
}

// Nothing of the snapshot before may be left: neither its database nor its templates nor its keys.
TEST(Reader, ForgetsTheSnapshotBefore) {
  transcript told;
  reader reads(told, {.unique_keys = true});
  const auto templates = hex("f2 00 01") + str("f");
  const auto uses = record(32, "h", len(0) + str("v"));
  EXPECT_EQ(reads.feed(snapshot(hex("fe 07") + templates + uses)), progress::done);
  reads.restart();
  told.clear();
  EXPECT_EQ(reads.feed(snapshot(uses)), progress::failed);
  EXPECT_EQ(reads.why()->about, subject::hash_template);
  EXPECT_EQ(reads.why()->db, 0u);
}

TEST(Reader, CanBeMovedInTheMiddle) {
  transcript told;
  reader first(told);
  first.feed(small.substr(0, 11));
  reader second(std::move(first));
  EXPECT_EQ(second.feed(std::string_view(small).substr(11)), progress::done);
  EXPECT_EQ(told.text(), read_whole(small).text);
}

}  // namespace
}  // namespace sandpiper::rdb
