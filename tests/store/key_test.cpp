#include "sandpiper/store/key.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <set>
#include <string>

namespace sandpiper::store {
namespace {

TEST(Key, TheSameTextHasTheSameHash) {
  const std::string text = "user:1";
  EXPECT_EQ(hash_of(text), hash_of("user:1"));
  EXPECT_EQ(key_ref(text).hash(), key_ref("user:1").hash());
  EXPECT_EQ(key_ref(text).bytes(), "user:1");
  EXPECT_EQ(key_ref("").hash(), hash_of({}));
}

// Lengths around which the hash changes its method.
TEST(Key, EveryByteOfEveryLengthMatters) {
  for (const std::size_t size :
       {1u, 3u, 4u, 8u, 9u, 16u, 17u, 128u, 129u, 240u, 241u, 1024u, 5000u}) {
    std::string text(size, 'k');
    const auto before = hash_of(text);
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      text[at] ^= 1;
      EXPECT_NE(hash_of(text), before) << size << " bytes, byte " << at;
      text[at] ^= 1;
    }
    EXPECT_EQ(hash_of(text), before);
  }
}

TEST(Key, NeighboursSpreadOverAllShards) {
  std::set<std::uint64_t> tops;
  for (int i = 0; i < 4096; ++i) tops.insert(hash_of("key:" + std::to_string(i)) >> 56);
  EXPECT_EQ(tops.size(), 256u) << "4096 keys leave one of 256 shards empty once in 34,000 runs";
}

}  // namespace
}  // namespace sandpiper::store
