// Streams that are not decoded.

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"
#include "rdb/samples.hpp"

namespace sandpiper::rdb {
namespace {

const std::string pack = listpack_of({"1", "0", "1", "f", "0", "2", "0", "0", "v", "4"});

// Everything a stream of this type can have, once.
std::string full(unsigned type) {
  const auto id = be64(5) + be64(0);
  auto value = len(1) + str(id) + str(pack) + len(1) + len(5) + len(0);
  if (type >= 19) value += len(5) + len(0) + len(0) + len(0) + len(1);
  value += len(1) + str("group") + len(5) + len(0);
  if (type >= 19) value += len(1);
  value += len(2) + id + le(std::uint64_t{1}) + len(1) + be64(6) + be64(0) + le(std::uint64_t{1}) +
           len(1);
  value += len(1) + str("consumer") + le(std::uint64_t{1});
  if (type >= 21) value += le(std::uint64_t{2});
  value += type >= 27 ? len(1) + id + len(1) + be64(6) + be64(0) : len(2) + id + be64(6) + be64(0);
  if (type >= 26) {
    value += len(60) + len(10) + len(1) + str("producer") + len(1) + str("iid") + len(5) + len(0) +
             len(1) + len(0);
  }
  return value;
}

TEST(WalkStream, FindsTheEndOfEachType) {
  for (const unsigned type : {15u, 19u, 21u, 26u, 27u}) {
    const auto value = full(type);
    const auto bytes = one_key(type, value);
    EXPECT_TRUE(every_cut(bytes).done()) << type << every_cut(bytes).why;
    for (const auto level : {depth::skip, depth::raw, depth::structure}) {
      const auto seen = read_whole(bytes, level);
      ASSERT_TRUE(seen.done()) << type << seen.why;
      EXPECT_TRUE(seen.tells("end_key 0 " + std::to_string(value.size()) + " \n")) << type;
    }
    EXPECT_TRUE(read_whole(bytes, depth::raw).tells("raw " + escaped(value) + '\n'));
  }
}

TEST(WalkStream, TellsNodesAndNames) {
  const auto seen = read_whole(one_key(26, full(26)), depth::structure);
  const auto node = "part 0 0 16 \npart 2 10 " + std::to_string(pack.size()) + ' ' + escaped(pack);
  EXPECT_TRUE(
      seen.tells("part 1 1 0 \n" + node + "\npart 0 0 5 \npart 0 0 8 \npart 0 0 8 \npart 0 0 3 \n"))
      << seen.text;
}

TEST(WalkStream, ANodeTooShortForItsHeaderIsRefused) {
  const auto value = len(1) + str(be64(5) + be64(0)) + str("short");
  const auto seen = read_whole(one_key(15, value), depth::structure);
  EXPECT_EQ(seen.fault->about, subject::listpack);
}

}  // namespace
}  // namespace sandpiper::rdb
