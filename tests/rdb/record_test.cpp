#include "sandpiper/rdb/record.hpp"

#include <gtest/gtest.h>

#include "rdb/types.hpp"

namespace sandpiper::rdb {
namespace {

TEST(Record, AModulesNameStandsInItsNumber) {
  const module_id id{0xb5eb2dfffadd6c01};
  EXPECT_EQ(id.name(), "test__rdb");
  EXPECT_EQ(id.version(), 1u);
  EXPECT_EQ(module_id{}.name(), "AAAAAAAAA");
}

TEST(Record, StreamIdsAreOrderedAndShown) {
  EXPECT_EQ(to_string(stream_id{1005, 7}), "1005-7");
  EXPECT_LT((stream_id{1, 9}), (stream_id{2, 0}));
  EXPECT_LT((stream_id{2, 0}), (stream_id{2, 1}));
}

TEST(Record, EveryNumberSaysWhatItIsToAClient) {
  const auto of = [](unsigned type, dialect d = dialect::redis) {
    const auto [kind, encoding] = describe(type, d);
    return std::string(to_string(kind)) + ' ' + std::string(to_string(encoding));
  };
  EXPECT_EQ(of(type::string), "string string");
  EXPECT_EQ(of(type::zset_2), "zset skiplist");
  EXPECT_EQ(of(type::set_intset), "set intset");
  EXPECT_EQ(of(type::list_quicklist_2), "list quicklist");
  EXPECT_EQ(of(type::hash_listpack_ttl), "hash listpack");
  EXPECT_EQ(of(type::stream_5), "stream stream");
  EXPECT_EQ(of(type::array), "array sparse_array");
  EXPECT_EQ(of(30), "hash hash_template");
  EXPECT_EQ(of(30, dialect::dragonfly), "string string");
  EXPECT_EQ(of(99), "other other");
}

TEST(Record, ProductsReadTheSameNumbersDifferently) {
  EXPECT_TRUE(readable(23, dialect::redis));
  EXPECT_FALSE(readable(23, dialect::valkey));
  EXPECT_TRUE(readable(22, dialect::valkey));
  EXPECT_FALSE(readable(28, dialect::valkey));
  EXPECT_TRUE(readable(64, dialect::keydb));
  EXPECT_FALSE(readable(64, dialect::redis));
  EXPECT_FALSE(readable(29, dialect::dragonfly));
  EXPECT_TRUE(readable(32, dialect::dragonfly));
  for (const unsigned none : {6u, 8u, 33u, 100u, 200u, 240u, 255u}) {
    EXPECT_FALSE(readable(none, dialect::redis)) << none;
  }
}

TEST(Record, EveryEnumeratorHasItsWord) {
  EXPECT_EQ(to_string(dialect::dragonfly), "dragonfly");
  EXPECT_EQ(to_string(kind::other), "other");
  EXPECT_EQ(to_string(encoding::other), "other");
  EXPECT_EQ(to_string(checksum_state::unchecked), "unchecked");
  EXPECT_EQ(to_string(static_cast<kind>(99)), "unknown");
}

}  // namespace
}  // namespace sandpiper::rdb
