#include "sandpiper/base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace sandpiper {
namespace {

TEST(Result, HoldsAValueOrTheReasonThereIsNone) {
  result<std::string> value = std::string("hello");
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, "hello");
  EXPECT_EQ(value->size(), 5u);

  const result<std::string> none = errc::cancelled;
  EXPECT_FALSE(none);
  EXPECT_EQ(none.error(), errc::cancelled);
}

TEST(Result, MovesOutWhatCannotBeCopied) {
  result<std::unique_ptr<int>> value = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(value).value();
  EXPECT_EQ(*taken, 7);
}

TEST(Result, ValueThrowsTheErrorWhole) {
  const result<int> none = error(errc::bad_url, "no host", fate::unsent);
  try {
    static_cast<void>(none.value());
    FAIL() << "value() must throw";
  } catch (const failure& thrown) {
    EXPECT_EQ(thrown.code(), errc::bad_url);
    EXPECT_EQ(thrown.why().text(), "no host");
    EXPECT_STREQ(thrown.what(), "the address cannot be understood: no host");
  }
}

TEST(Result, ValueOrGivesTheOther) {
  EXPECT_EQ(result<int>(errc::closed).value_or(3), 3);
  EXPECT_EQ(result<int>(4).value_or(3), 4);
}

TEST(Result, VoidIsDoneOrNot) {
  const result<void> done;
  EXPECT_TRUE(done);
  EXPECT_NO_THROW(done.value());

  const result<void> not_done = errc::closed;
  EXPECT_FALSE(not_done);
  EXPECT_THROW(not_done.value(), failure);
}

}  // namespace
}  // namespace sandpiper
