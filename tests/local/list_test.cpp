#include <gtest/gtest.h>

#include "local/answering.hpp"

namespace sandpiper::local {
namespace {

const auto letters = list_of({"a", "b", "c", "1", "2", "3", "c", "c"});
const store::value nothing;

TEST(Lists, LrangeTakesWhatThereIs) {
  EXPECT_EQ(answer_to(letters, {"LRANGE", "k", "0", "1"}), "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  EXPECT_EQ(answer_to(letters, {"LRANGE", "k", "-1", "99"}), "*1\r\n$1\r\nc\r\n");
  EXPECT_EQ(answer_to(letters, {"LRANGE", "k", "3", "2"}), "*0\r\n");
  EXPECT_EQ(answer_to(nothing, {"LRANGE", "k", "0", "-1"}), "*0\r\n");
}

TEST(Lists, LindexLooksForTheKeyBeforeTheIndex) {
  EXPECT_EQ(answer_to(letters, {"LINDEX", "k", "-8"}), "$1\r\na\r\n");
  EXPECT_EQ(answer_to(letters, {"LINDEX", "k", "8"}), "$-1\r\n");
  EXPECT_EQ(answer_to(letters, {"LINDEX", "k", "-9"}, 3), "_\r\n");
  EXPECT_EQ(answer_to(letters, {"LINDEX", "k", "x"}),
            "-ERR value is not an integer or out of range\r\n");
  EXPECT_EQ(answer_to(nothing, {"LINDEX", "k", "x"}), "$-1\r\n");
}

TEST(Lists, LlenCounts) {
  EXPECT_EQ(answer_to(letters, {"LLEN", "k"}), ":8\r\n");
  EXPECT_EQ(answer_to(nothing, {"LLEN", "k"}), ":0\r\n");
  EXPECT_EQ(answer_to(set_of({"a"}), {"LLEN", "k"}), wrong_type_reply);
}

TEST(Lists, LposFindsFromEitherEnd) {
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c"}), ":2\r\n");
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c", "RANK", "2"}), ":6\r\n");
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c", "RANK", "-1"}), ":7\r\n");
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c", "RANK", "4"}), "$-1\r\n");
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c", "COUNT", "2"}), "*2\r\n:2\r\n:6\r\n");
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c", "COUNT", "0"}), "*3\r\n:2\r\n:6\r\n:7\r\n");
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c", "RANK", "-2", "COUNT", "0"}),
            "*2\r\n:6\r\n:2\r\n");
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c", "COUNT", "0", "MAXLEN", "7"}),
            "*2\r\n:2\r\n:6\r\n");
  EXPECT_EQ(answer_to(nothing, {"LPOS", "k", "c", "COUNT", "0"}), "*0\r\n");
}

TEST(Lists, LposSaysWhatIsWrongWithANumber) {
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c", "COUNT", "-1"}),
            "-ERR COUNT can't be negative\r\n");
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c", "MAXLEN", "x"}),
            "-ERR MAXLEN can't be negative\r\n");
  EXPECT_TRUE(
      answer_to(letters, {"LPOS", "k", "c", "RANK", "0"}).starts_with("-ERR RANK can't be zero: "));
  EXPECT_EQ(answer_to(letters, {"LPOS", "k", "c", "RANK"}), "-ERR syntax error\r\n");
}

}  // namespace
}  // namespace sandpiper::local
