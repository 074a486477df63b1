#include <gtest/gtest.h>

#include "local/answering.hpp"

namespace sandpiper::local {
namespace {

const auto one = set_of({"a"});
const store::value nothing;

TEST(Sets, AMemberIsInItOrNot) {
  EXPECT_EQ(answer_to(one, {"SISMEMBER", "k", "a"}), ":1\r\n");
  EXPECT_EQ(answer_to(one, {"SISMEMBER", "k", "b"}), ":0\r\n");
  EXPECT_EQ(answer_to(nothing, {"SISMEMBER", "k", "a"}), ":0\r\n");
  EXPECT_EQ(answer_to(one, {"SMISMEMBER", "k", "b", "a"}), "*2\r\n:0\r\n:1\r\n");
  EXPECT_EQ(answer_to(nothing, {"SMISMEMBER", "k", "a"}), "*1\r\n:0\r\n");
  EXPECT_EQ(answer_to(list_of({"a"}), {"SMISMEMBER", "k", "a"}), wrong_type_reply);
}

TEST(Sets, TheWholeIsASetInResp3) {
  EXPECT_EQ(answer_to(one, {"SMEMBERS", "k"}, 2), "*1\r\n$1\r\na\r\n");
  EXPECT_EQ(answer_to(one, {"SMEMBERS", "k"}, 3), "~1\r\n$1\r\na\r\n");
  EXPECT_EQ(answer_to(nothing, {"SMEMBERS", "k"}, 3), "~0\r\n");
  EXPECT_EQ(answer_to(one, {"SCARD", "k"}), ":1\r\n");
}

}  // namespace
}  // namespace sandpiper::local
