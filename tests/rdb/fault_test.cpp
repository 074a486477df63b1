#include "sandpiper/rdb/fault.hpp"

#include <gtest/gtest.h>

namespace sandpiper::rdb {
namespace {

fault some_fault() {
  fault why;
  why.kind = fault_kind::corrupt;
  why.about = subject::listpack;
  why.detail = "an entry passes the end";
  why.offset = 42;
  return why;
}

TEST(Fault, SaysWhatAndWhere) {
  auto why = some_fault();
  EXPECT_EQ(why.message(), "corrupt listpack at byte 42: an entry passes the end");
  why.inner = 7;
  why.db = 3;
  why.key = "user:1";
  why.type = 16;
  EXPECT_EQ(
      why.message(),
      "corrupt listpack at byte 42+7: an entry passes the end (db 3, key \"user:1\", type 16)");
  why.number = 99;
  EXPECT_NE(why.message().find("passes the end (99) (db"), std::string::npos);
}

// A key is the file's, so nothing of it may reach a terminal as it is.
TEST(Fault, AKeyIsShownAsPrintableText) {
  auto why = some_fault();
  why.key = std::string("\x1b[2J\"\\\xff\0", 8);
  EXPECT_NE(why.message().find(R"("\x1b[2J\x22\x5c\xff\x00")"), std::string::npos) << why.message();
}

TEST(Fault, AKeyThatWasShortenedSaysSo) {
  auto why = some_fault();
  why.key = std::string(fault::key_bytes_max, 'k');
  EXPECT_NE(why.message().find("k\"..."), std::string::npos);
}

TEST(Fault, IsAnErrorLikeAnyOther) {
  auto why = some_fault();
  EXPECT_EQ(to_error(why).code(), errc::malformed);
  EXPECT_EQ(to_error(why).text(), why.message());
  why.kind = fault_kind::over_limit;
  EXPECT_EQ(to_error(why).code(), errc::over_limit);
}

TEST(Fault, EveryKindAndSubjectHasItsWord) {
  for (int k = 0; k <= static_cast<int>(fault_kind::io); ++k) {
    EXPECT_FALSE(to_string(static_cast<fault_kind>(k)).empty());
  }
  for (int s = 0; s <= static_cast<int>(subject::input); ++s) {
    EXPECT_FALSE(to_string(static_cast<subject>(s)).empty());
  }
}

}  // namespace
}  // namespace sandpiper::rdb
