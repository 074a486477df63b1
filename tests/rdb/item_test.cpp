#include "sandpiper/rdb/item.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sandpiper::rdb {
namespace {

static_assert(sizeof(item) == 24);
static_assert(std::is_trivially_copyable_v<item>);

TEST(Item, ShowsWhatAClientWouldSee) {
  EXPECT_EQ(item(std::string_view("a\0b", 3)).str(), std::string_view("a\0b", 3));
  EXPECT_EQ(item().str(), "");
  EXPECT_EQ(item(std::int64_t{-5}).str(), "-5");
  EXPECT_EQ(item(std::numeric_limits<std::int64_t>::min()).str(), "-9223372036854775808");
  EXPECT_EQ(item(0.1).str(), "0.1");
  EXPECT_EQ(item(-1.7976931348623157e308).str(), "-1.7976931348623157e+308");
  EXPECT_EQ(item::chunked(5).str(), "");
}

TEST(Item, ATextIsNotCopied) {
  const std::string bytes = "bytes";
  item_room room;
  EXPECT_EQ(item(std::string_view(bytes)).text(room).data(), bytes.data());
  EXPECT_EQ(item(std::int64_t{42}).text(room).data(), room.data());
}

TEST(Item, KnowsItsSizeWithoutWriting) {
  EXPECT_EQ(item(std::string_view("four")).size_bytes(), 4u);
  EXPECT_EQ(item(std::int64_t{-100}).size_bytes(), 4u);
  EXPECT_EQ(item::chunked(1ULL << 40).size_bytes(), 1ULL << 40);
  EXPECT_EQ(item(1.5).size_bytes(), 3u);
}

TEST(Item, SaysWhatFormItHas) {
  EXPECT_TRUE(item(std::string_view("5")).is_text());
  EXPECT_TRUE(item(std::int64_t{5}).is_integer());
  EXPECT_EQ(item(std::int64_t{5}).number(), 5);
  EXPECT_EQ(item(2.5).value(), 2.5);
  EXPECT_EQ(item::chunked(1).what(), item::form::chunked);
}

}  // namespace
}  // namespace sandpiper::rdb
