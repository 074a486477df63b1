#include <gtest/gtest.h>

#include "local/answering.hpp"

namespace sandpiper::local {
namespace {

TEST(Generic, TypeIsTheServersWord) {
  EXPECT_EQ(answer_to(store::value(), {"TYPE", "k"}), "+none\r\n");
  EXPECT_EQ(answer_to(store::value::string("x"), {"TYPE", "k"}), "+string\r\n");
  EXPECT_EQ(answer_to(zset_of({{"a", 1}}), {"type", "k"}, 3), "+zset\r\n");
}

TEST(Generic, ExistsCountsItsKey) {
  EXPECT_EQ(answer_to(store::value(), {"EXISTS", "k"}), ":0\r\n");
  EXPECT_EQ(answer_to(list_of({"x"}), {"EXISTS", "k"}), ":1\r\n");
}

}  // namespace
}  // namespace sandpiper::local
