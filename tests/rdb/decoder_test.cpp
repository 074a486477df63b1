#include "rdb/decoder.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/reading.hpp"
#include "rdb/types.hpp"

namespace sandpiper::rdb {
namespace {

class Decoder : public testing::Test {
 protected:
  transcript told;
  decoder strict{told, {}};
};

TEST_F(Decoder, WhatStandsTwiceIsAFaultOfTheBlobReadLast) {
  strict.restart();
  strict.in.open({});
  strict.members.clear(10);
  EXPECT_TRUE(strict.unique(item(std::string_view("a"))));
  EXPECT_TRUE(strict.unique_at(item(std::string_view("b")), 3));
  EXPECT_FALSE(strict.unique_at(item(std::string_view("a")), 7));
  EXPECT_EQ(strict.in.why()->about, subject::duplicate);
  EXPECT_EQ(strict.in.why()->inner, 7u);
}

TEST_F(Decoder, RestartForgetsTheFileBefore) {
  strict.restart();
  strict.dialect = dialect::keydb;
  strict.tally.keys = 5;
  strict.templates.add(1);
  (void)strict.refuse(subject::type, "a fault");
  strict.restart();
  EXPECT_EQ(strict.dialect, dialect::redis);
  EXPECT_EQ(strict.tally.keys, 0u);
  EXPECT_EQ(strict.templates.find(1), nullptr);
  EXPECT_FALSE(strict.in.failed());
}

TEST_F(Decoder, TheUsersWordOnTheProductCounts) {
  decoder forced(told, {.dialect = dialect::valkey});
  forced.restart();
  EXPECT_EQ(forced.dialect, dialect::valkey);
}

// A type that is readable has a decoder and a way over it: fed nothing, both ask for more.
TEST_F(Decoder, EveryReadableTypeWaitsForItsValue) {
  for (const auto product : {dialect::redis, dialect::valkey, dialect::keydb, dialect::dragonfly}) {
    for (unsigned type = 0; type < 200; ++type) {
      if (!readable(type, product)) continue;
      const auto bytes = "REDIS0011" + record(type, "k", "");
      for (const auto level : {depth::elements, depth::structure, depth::raw, depth::skip}) {
        const auto seen = read_whole(bytes, level, {.dialect = product});
        EXPECT_EQ(seen.fault->kind, fault_kind::truncated) << type << seen.why;
        EXPECT_EQ(seen.fault->type, type);
      }
    }
  }
}

}  // namespace
}  // namespace sandpiper::rdb
