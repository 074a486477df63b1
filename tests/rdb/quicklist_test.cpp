// Quicklists of both versions.

#include "rdb/quicklist.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"

namespace sandpiper::rdb {
namespace {

std::string node(std::uint64_t form, std::string_view bytes) { return len(form) + str(bytes); }

TEST(Quicklist, NodesOfZiplistsAreOneList) {
  const auto value = len(2) + str(ziplist_of({"a", "b"})) + str(ziplist_of({"c"}));
  const auto seen = every_cut(one_key(14, value, "REDIS0009"));
  EXPECT_TRUE(seen.tells("item \"a\"\nitem \"b\"\nitem \"c\"\nend_key 3 ")) << seen.why;
}

TEST(Quicklist, APlainNodeIsOneElement) {
  const auto value = len(3) + node(quicklist::packed, listpack_of({"a", "1"})) +
                     node(quicklist::plain, std::string(300, 'x')) +
                     node(quicklist::packed, listpack_of({"b"}));
  const auto seen = every_cut(one_key(18, value));
  EXPECT_TRUE(
      seen.tells("item \"a\"\nitem #1#\nitem \"" + std::string(300, 'x') + "\"\nitem \"b\"\n"))
      << seen.why;
}

TEST(Quicklist, APlainNodeComesInChunksWhenItIsLarge) {
  const auto value = len(1) + node(quicklist::plain, "0123456789");
  const auto seen = every_cut(one_key(18, value), {.limits = {.whole_bytes_max = 4}});
  EXPECT_TRUE(seen.tells("chunks 1 0123456789 -\nitem chunked 10\n")) << seen.text << seen.why;
}

TEST(Quicklist, EmptyNodesArePassedOver) {
  const auto value = len(2) + node(quicklist::packed, listpack_of({})) +
                     node(quicklist::packed, listpack_of({"a"}));
  EXPECT_TRUE(every_cut(one_key(18, value)).tells("end_key 1 "));
  EXPECT_EQ(every_cut(one_key(18, len(1) + node(2, listpack_of({})))).warnings, 1);
}

TEST(Quicklist, RefusesNodesThatAreNone) {
  const auto about = [](unsigned type, const std::string& value) {
    return every_cut(one_key(type, value)).fault->about;
  };
  EXPECT_EQ(about(18, len(1) + node(0, "x")), subject::quicklist);
  EXPECT_EQ(about(18, len(1) + node(3, "x")), subject::quicklist);
  EXPECT_EQ(about(18, len(1) + node(quicklist::plain, "")), subject::quicklist);
  EXPECT_EQ(about(18, len(1) + node(quicklist::packed, "")), subject::listpack);
  EXPECT_EQ(about(14, len(1) + str("")), subject::ziplist);
}

}  // namespace
}  // namespace sandpiper::rdb
