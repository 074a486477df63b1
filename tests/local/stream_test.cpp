#include <gtest/gtest.h>

#include "local/answering.hpp"

namespace sandpiper::local {
namespace {

store::value two_entries() {
  store::value made(store::value_type::stream);
  std::string fields;
  store::append_field(fields, "f", "v");
  made.add(store::stream_id{1, 5}, fields);
  store::append_field(fields, "g", "w");
  made.add(store::stream_id{2, 0}, fields);
  return made;
}

const auto two = two_entries();
const store::value nothing;
const std::string first = "*2\r\n$3\r\n1-5\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n";
const std::string second = "*2\r\n$3\r\n2-0\r\n*4\r\n$1\r\nf\r\n$1\r\nv\r\n$1\r\ng\r\n$1\r\nw\r\n";

TEST(Streams, XlenCounts) {
  EXPECT_EQ(answer_to(two, {"XLEN", "k"}), ":2\r\n");
  EXPECT_EQ(answer_to(nothing, {"XLEN", "k"}), ":0\r\n");
  EXPECT_EQ(answer_to(list_of({"x"}), {"XLEN", "k"}), wrong_type_reply);
}

TEST(Streams, ARangeGoesEitherWay) {
  EXPECT_EQ(answer_to(two, {"XRANGE", "k", "-", "+"}), "*2\r\n" + first + second);
  EXPECT_EQ(answer_to(two, {"XREVRANGE", "k", "+", "-"}, 3), "*2\r\n" + second + first);
  EXPECT_EQ(answer_to(two, {"XRANGE", "k", "1", "1"}), "*1\r\n" + first);
  EXPECT_EQ(answer_to(two, {"XRANGE", "k", "(1-5", "+"}), "*1\r\n" + second);
  EXPECT_EQ(answer_to(two, {"XRANGE", "k", "-", "(2"}), "*2\r\n" + first + second)
      << "an end without a sequence is the last of its millisecond";
  EXPECT_EQ(answer_to(two, {"XRANGE", "k", "-", "(2-0"}), "*1\r\n" + first);
  EXPECT_EQ(answer_to(two, {"XRANGE", "k", "2", "1"}), "*0\r\n");
  EXPECT_EQ(answer_to(nothing, {"XRANGE", "k", "-", "+"}), "*0\r\n");
}

TEST(Streams, ACountLimitsAndNoneIsANull) {
  EXPECT_EQ(answer_to(two, {"XREVRANGE", "k", "+", "-", "COUNT", "1"}), "*1\r\n" + second);
  EXPECT_EQ(answer_to(two, {"XRANGE", "k", "-", "+", "COUNT", "1"}), "*1\r\n" + first);
  EXPECT_EQ(answer_to(two, {"XRANGE", "k", "-", "+", "COUNT", "0"}, 2), "*-1\r\n");
  EXPECT_EQ(answer_to(two, {"XRANGE", "k", "-", "+", "COUNT", "-9"}, 3), "_\r\n");
}

TEST(Streams, ABadIdIsSaid) {
  const std::string bad = "-ERR Invalid stream ID specified as stream command argument\r\n";
  EXPECT_EQ(answer_to(nothing, {"XRANGE", "k", "x", "+"}), bad);
  EXPECT_EQ(answer_to(nothing, {"XRANGE", "k", "(-", "+"}), bad);
  EXPECT_EQ(answer_to(nothing, {"XRANGE", "k", "(18446744073709551615-18446744073709551615", "+"}),
            "-ERR invalid start ID for the interval\r\n");
  EXPECT_EQ(answer_to(nothing, {"XREVRANGE", "k", "(0-0", "-"}),
            "-ERR invalid end ID for the interval\r\n");
}

}  // namespace
}  // namespace sandpiper::local
