#include <gtest/gtest.h>

#include "local/answering.hpp"

namespace sandpiper::local {
namespace {

const auto hello = store::value::string("Hello");
const store::value nothing;
const std::string not_a_place = "-ERR bit offset is not an integer or out of range\r\n";

TEST(Strings, GetAnswersTheValue) {
  EXPECT_EQ(answer_to(hello, {"GET", "k"}), "$5\r\nHello\r\n");
  EXPECT_EQ(answer_to(nothing, {"GET", "k"}, 2), "$-1\r\n");
  EXPECT_EQ(answer_to(nothing, {"GET", "k"}, 3), "_\r\n");
  EXPECT_EQ(answer_to(list_of({"x"}), {"GET", "k"}), wrong_type_reply);
}

TEST(Strings, StrlenCountsBytes) {
  EXPECT_EQ(answer_to(hello, {"STRLEN", "k"}), ":5\r\n");
  EXPECT_EQ(answer_to(nothing, {"STRLEN", "k"}), ":0\r\n");
}

TEST(Strings, GetrangeTakesWhatThereIs) {
  EXPECT_EQ(answer_to(hello, {"GETRANGE", "k", "1", "2"}), "$2\r\nel\r\n");
  EXPECT_EQ(answer_to(hello, {"SUBSTR", "k", "-3", "-1"}), "$3\r\nllo\r\n");
  EXPECT_EQ(answer_to(hello, {"GETRANGE", "k", "0", "99"}), "$5\r\nHello\r\n");
  EXPECT_EQ(answer_to(hello, {"GETRANGE", "k", "0", "-99"}), "$1\r\nH\r\n") << "not LRANGE's way";
  EXPECT_EQ(answer_to(hello, {"GETRANGE", "k", "-1", "-2"}), "$0\r\n\r\n");
  EXPECT_EQ(answer_to(nothing, {"GETRANGE", "k", "0", "1"}), "$0\r\n\r\n");
}

TEST(Strings, ABadIndexComesBeforeAWrongType) {
  EXPECT_EQ(answer_to(list_of({"x"}), {"GETRANGE", "k", "a", "1"}),
            "-ERR value is not an integer or out of range\r\n");
}

TEST(Strings, GetbitCountsFromTheTopOfEachByte) {
  EXPECT_EQ(answer_to(hello, {"GETBIT", "k", "1"}), ":1\r\n") << "'H' is 01001000";
  EXPECT_EQ(answer_to(hello, {"GETBIT", "k", "2"}), ":0\r\n");
  EXPECT_EQ(answer_to(hello, {"GETBIT", "k", "4"}), ":1\r\n");
  EXPECT_EQ(answer_to(hello, {"GETBIT", "k", "4294967295"}), ":0\r\n");
  EXPECT_EQ(answer_to(hello, {"GETBIT", "k", "4294967296"}), not_a_place);
  EXPECT_EQ(answer_to(hello, {"GETBIT", "k", "-1"}), not_a_place);
}

TEST(Strings, BitcountTakesBytesOrBits) {
  const auto foobar = store::value::string("foobar");
  EXPECT_EQ(answer_to(foobar, {"BITCOUNT", "k"}), ":26\r\n");
  EXPECT_EQ(answer_to(foobar, {"BITCOUNT", "k", "1", "1"}), ":6\r\n");
  EXPECT_EQ(answer_to(foobar, {"BITCOUNT", "k", "1", "1", "BYTE"}), ":6\r\n");
  EXPECT_EQ(answer_to(foobar, {"BITCOUNT", "k", "5", "30", "BIT"}), ":17\r\n");
  EXPECT_EQ(answer_to(foobar, {"BITCOUNT", "k", "1", "1", "BIT"}), ":1\r\n");
  EXPECT_EQ(answer_to(foobar, {"BITCOUNT", "k", "-1", "-2"}), ":0\r\n");
  EXPECT_EQ(answer_to(foobar, {"BITCOUNT", "k", "1"}), "-ERR syntax error\r\n");
  EXPECT_EQ(answer_to(nothing, {"BITCOUNT", "k", "1"}), ":0\r\n") << "it looks for the key first";
}

}  // namespace
}  // namespace sandpiper::local
