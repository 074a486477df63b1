#include "sandpiper/commands/list.hpp"

#include <gtest/gtest.h>

#include <list>
#include <string>
#include <vector>

#include "commands/expected.hpp"

namespace sandpiper {
namespace {

using test::keys_of;
using test::replies;
using test::request;
using test::words;

TEST(Push, TakesElementsInEveryShape) {
  const std::list<std::string> texts{"1", "2"};
  const std::vector<int> numbers{1, 2};
  for (const auto& c : {lpush("l", 1, "2"), lpush("l", {1, "2"}), lpush("l", texts),
                        lpush("l", numbers), lpush("l", words{"1", "2"})}) {
    EXPECT_EQ(c.to_string(), request({"LPUSH", "l", "1", "2"}));
    EXPECT_EQ(keys_of(c), words{"l"});
    EXPECT_EQ(c.flags(), test::writing);
    static_assert(replies<decltype(c), std::int64_t>);
  }
  for (const auto& c : {rpush("l", 1, "2"), rpush("l", {1, "2"}), rpush("l", texts),
                        rpush("l", numbers), rpush("l", words{"1", "2"})}) {
    EXPECT_EQ(c.to_string(), request({"RPUSH", "l", "1", "2"}));
    EXPECT_EQ(keys_of(c), words{"l"});
    EXPECT_EQ(c.flags(), test::writing);
    static_assert(replies<decltype(c), std::int64_t>);
  }
  EXPECT_EQ(rpush("l", "ab").to_string(), request({"RPUSH", "l", "ab"}));
}

template <class... Ts>
concept can_push = requires(Ts... elements) {
  lpush("l", elements...);
  rpush("l", elements...);
};
static_assert(can_push<const char*, int, std::string> && !can_push<>);
static_assert(!can_push<bool> && !can_push<const char*, char> && !can_push<std::vector<bool>>);
static_assert(!can_push<words, words>);

TEST(LRange, ReadsPlacesFromEitherEnd) {
  EXPECT_EQ(lrange("l", 0, -1).to_string(), request({"LRANGE", "l", "0", "-1"}));
  EXPECT_EQ(keys_of(lrange("l", 0, -1)), words{"l"});
  EXPECT_EQ(lrange("l", 0, -1).flags(), test::reading);
  static_assert(replies<decltype(lrange("l", 0, -1)), std::vector<std::string>>);
}

}  // namespace
}  // namespace sandpiper
