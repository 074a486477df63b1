#include <gtest/gtest.h>

#include "local/answering.hpp"

namespace sandpiper::local {
namespace {

const auto one = pairs(store::value_type::hash, {{"f", "vw"}});
const store::value nothing;

TEST(Hashes, AFieldIsThereOrNot) {
  EXPECT_EQ(answer_to(one, {"HGET", "k", "f"}), "$2\r\nvw\r\n");
  EXPECT_EQ(answer_to(one, {"HGET", "k", "g"}), "$-1\r\n");
  EXPECT_EQ(answer_to(nothing, {"HGET", "k", "f"}, 3), "_\r\n");
  EXPECT_EQ(answer_to(one, {"HEXISTS", "k", "f"}), ":1\r\n");
  EXPECT_EQ(answer_to(one, {"HEXISTS", "k", "g"}), ":0\r\n");
  EXPECT_EQ(answer_to(one, {"HSTRLEN", "k", "f"}), ":2\r\n");
  EXPECT_EQ(answer_to(one, {"HSTRLEN", "k", "g"}), ":0\r\n");
}

TEST(Hashes, HmgetAnswersEachField) {
  EXPECT_EQ(answer_to(one, {"HMGET", "k", "g", "f"}), "*2\r\n$-1\r\n$2\r\nvw\r\n");
  EXPECT_EQ(answer_to(nothing, {"HMGET", "k", "g", "f"}, 3), "*2\r\n_\r\n_\r\n");
  EXPECT_EQ(answer_to(set_of({"f"}), {"HMGET", "k", "f"}), wrong_type_reply);
}

TEST(Hashes, TheWholeIsAMapInResp3) {
  EXPECT_EQ(answer_to(one, {"HGETALL", "k"}, 2), "*2\r\n$1\r\nf\r\n$2\r\nvw\r\n");
  EXPECT_EQ(answer_to(one, {"HGETALL", "k"}, 3), "%1\r\n$1\r\nf\r\n$2\r\nvw\r\n");
  EXPECT_EQ(answer_to(nothing, {"HGETALL", "k"}, 3), "%0\r\n");
  EXPECT_EQ(answer_to(one, {"HKEYS", "k"}), "*1\r\n$1\r\nf\r\n");
  EXPECT_EQ(answer_to(one, {"HVALS", "k"}), "*1\r\n$2\r\nvw\r\n");
  EXPECT_EQ(answer_to(one, {"HLEN", "k"}), ":1\r\n");
  EXPECT_EQ(answer_to(nothing, {"HLEN", "k"}), ":0\r\n");
}

}  // namespace
}  // namespace sandpiper::local
