#include "cache/whole.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cache/scratch.hpp"
#include "local/answering.hpp"
#include "sandpiper/resp/reply.hpp"

namespace sandpiper::cache {
namespace {

using store::value_type;
using words = std::vector<std::string>;

std::optional<store::value> whole(const words& question, std::string_view reply) {
  const auto command = local::command_of(question);
  const auto* const how = local::find(command);
  EXPECT_NE(how, nullptr) << question.front();
  return whole_value(*how, command, resp::reply::parse(reply).value());
}

/// What `question` answers of a value, as bytes.
std::string answer_of(const store::value& value, const words& question) {
  const auto command = local::command_of(question);
  std::string bytes;
  tell_from_whole(*local::find(command), command, value.view(),
                  [&](const resp::reply_view& reply) { bytes = encoded(reply); });
  return bytes;
}

void expect_absence(const words& question, std::string_view reply) {
  const auto value = whole(question, reply);
  ASSERT_TRUE(value) << question.front();
  EXPECT_EQ(value->type(), value_type::none) << question.front();
  const auto command = local::command_of(question);
  const auto told = resp::reply::parse(reply).value();
  EXPECT_TRUE(tells_absence(*local::find(command), command, told.view())) << question.front();
}

TEST(Whole, AStringIsAllOfItsKey) {
  const auto value = whole({"GET", "k"}, "$5\r\nhello\r\n");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->view().string(), "hello");
  EXPECT_EQ(answer_of(*value, {"GET", "k"}), "$5\r\nhello\r\n");
  EXPECT_EQ(answer_of(*value, {"STRLEN", "k"}), ":5\r\n");
  EXPECT_EQ(answer_of(*value, {"get", "k"}), "$5\r\nhello\r\n");
}

TEST(Whole, AnEmptyStringIsAValue) {
  const auto value = whole({"GET", "k"}, "$0\r\n\r\n");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->type(), value_type::string);
  EXPECT_EQ(answer_of(*value, {"GET", "k"}), "$0\r\n\r\n");
  EXPECT_EQ(answer_of(*value, {"EXISTS", "k"}), ":1\r\n");
}

TEST(Whole, AHashIsItsPairs) {
  const auto value = whole({"HGETALL", "h"}, "%2\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$0\r\n\r\n");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->type(), value_type::hash);
  EXPECT_EQ(value->size(), 2u);
  EXPECT_EQ(answer_of(*value, {"HGET", "h", "b"}), "$0\r\n\r\n");
  EXPECT_EQ(answer_of(*value, {"HGET", "h", "c"}), "_\r\n");
  EXPECT_EQ(answer_of(*value, {"HGETALL", "h"}),
            "%2\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$0\r\n\r\n");
}

TEST(Whole, ASetIsItsMembers) {
  const auto value = whole({"SMEMBERS", "s"}, "~2\r\n$1\r\nx\r\n$1\r\ny\r\n");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->type(), value_type::set);
  EXPECT_EQ(answer_of(*value, {"SISMEMBER", "s", "y"}), ":1\r\n");
  EXPECT_EQ(answer_of(*value, {"SCARD", "s"}), ":2\r\n");
}

TEST(Whole, AListFromFirstToLastIsAllOfIt) {
  const auto value = whole({"LRANGE", "l", "0", "-1"}, "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\na\r\n");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->type(), value_type::list);
  EXPECT_EQ(answer_of(*value, {"LINDEX", "l", "-1"}), "$1\r\na\r\n");
  EXPECT_EQ(answer_of(*value, {"LLEN", "l"}), ":3\r\n");
  EXPECT_FALSE(whole({"LRANGE", "l", "0", "1"}, "*1\r\n$1\r\na\r\n"));
  EXPECT_FALSE(whole({"LRANGE", "l", "1", "-1"}, "*0\r\n")) << "the first may be there";
}

TEST(Whole, ASortedSetWithItsScoresIsAllOfIt) {
  const std::string reply = "*2\r\n*2\r\n$1\r\nm\r\n,1.5\r\n*2\r\n$1\r\nn\r\n,inf\r\n";
  for (const std::string with : {"WITHSCORES", "withscores", "WithScores"}) {
    const auto value = whole({"ZRANGE", "z", "0", "-1", with}, reply);
    ASSERT_TRUE(value) << with;
    EXPECT_EQ(value->type(), value_type::zset);
    EXPECT_EQ(answer_of(*value, {"ZSCORE", "z", "m"}), ",1.5\r\n");
    EXPECT_EQ(answer_of(*value, {"ZRANK", "z", "n"}), ":1\r\n");
  }
  EXPECT_FALSE(whole({"ZRANGE", "z", "0", "-1"}, "*1\r\n$1\r\nm\r\n")) << "no scores";
  EXPECT_FALSE(whole({"ZRANGE", "z", "0", "-1", "REV"}, "*1\r\n$1\r\nm\r\n"));
}

TEST(Whole, NothingThereIsKnowledgeToo) {
  expect_absence({"GET", "k"}, "_\r\n");
  expect_absence({"HGETALL", "k"}, "%0\r\n");
  expect_absence({"SMEMBERS", "k"}, "~0\r\n");
  expect_absence({"LRANGE", "k", "0", "-1"}, "*0\r\n");
  expect_absence({"ZRANGE", "k", "0", "-1", "WITHSCORES"}, "*0\r\n");
  expect_absence({"TYPE", "k"}, "+none\r\n");
  expect_absence({"EXISTS", "k"}, ":0\r\n");
  const store::value none;
  EXPECT_EQ(answer_of(none, {"GET", "k"}), "_\r\n");
  EXPECT_EQ(answer_of(none, {"HGETALL", "k"}), "%0\r\n");
  EXPECT_EQ(answer_of(none, {"TYPE", "k"}), "+none\r\n");
}

TEST(Whole, APartTellsNothingOfTheRest) {
  EXPECT_FALSE(whole({"HGET", "h", "a"}, "$1\r\n1\r\n"));
  EXPECT_FALSE(whole({"HGET", "h", "a"}, "_\r\n")) << "another field may be there";
  EXPECT_FALSE(whole({"HKEYS", "h"}, "*1\r\n$1\r\na\r\n"));
  EXPECT_FALSE(whole({"TYPE", "k"}, "+hash\r\n"));
  EXPECT_FALSE(whole({"EXISTS", "k"}, ":1\r\n"));
  EXPECT_FALSE(whole({"STRLEN", "k"}, ":0\r\n")) << "an empty string is there";
}

// What RESP2 makes of a hash, a set or a score is refused, and so is what no server says.
TEST(Whole, AnotherShapeIsNotBelieved) {
  EXPECT_FALSE(whole({"GET", "k"}, ":1\r\n"));
  EXPECT_FALSE(whole({"GET", "k"}, "*0\r\n"));
  EXPECT_FALSE(whole({"HGETALL", "h"}, "*2\r\n$1\r\na\r\n$1\r\n1\r\n"));
  EXPECT_FALSE(whole({"HGETALL", "h"}, "*0\r\n"));
  EXPECT_FALSE(whole({"HGETALL", "h"}, "%1\r\n$1\r\na\r\n:1\r\n"));
  EXPECT_FALSE(whole({"HGETALL", "h"}, "%1\r\n*0\r\n$1\r\na\r\n"));
  EXPECT_FALSE(whole({"SMEMBERS", "s"}, "*1\r\n$1\r\na\r\n"));
  EXPECT_FALSE(whole({"SMEMBERS", "s"}, "~1\r\n_\r\n"));
  EXPECT_FALSE(whole({"LRANGE", "l", "0", "-1"}, "*1\r\n*0\r\n"));
  EXPECT_FALSE(whole({"LRANGE", "l", "0", "-1"}, "~1\r\n$1\r\na\r\n"));
  const words scored{"ZRANGE", "z", "0", "-1", "WITHSCORES"};
  EXPECT_FALSE(whole(scored, "*2\r\n$1\r\nm\r\n$3\r\n1.5\r\n"));
  EXPECT_FALSE(whole(scored, "*1\r\n*2\r\n$1\r\nm\r\n$3\r\n1.5\r\n"));
  EXPECT_FALSE(whole(scored, "*1\r\n*3\r\n$1\r\nm\r\n,1\r\n,2\r\n"));
  EXPECT_FALSE(whole(scored, "*1\r\n*2\r\n_\r\n,1\r\n"));
  EXPECT_FALSE(whole(scored, "*1\r\n*2\r\n$1\r\nm\r\n,nan\r\n")) << "no score";
}

TEST(Whole, AnotherTypeIsAnsweredAsTheServerDoes) {
  const auto value = store::value::string("text");
  EXPECT_EQ(answer_of(value, {"HGETALL", "k"}), local::wrong_type_reply);
  EXPECT_EQ(answer_of(local::list_of({"a"}), {"GET", "k"}), local::wrong_type_reply);
}

}  // namespace
}  // namespace sandpiper::cache
