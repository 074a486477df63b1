#include "sandpiper/commands/set.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "commands/expected.hpp"

namespace sandpiper {
namespace {

using test::keys_of;
using test::replies;
using test::request;
using test::words;

TEST(SAdd, TakesMembersInEveryShape) {
  const std::set<std::string> texts{"1", "2"};
  const std::vector<int> numbers{1, 2};
  for (const auto& c : {sadd("s", 1, "2"), sadd("s", {1, "2"}), sadd("s", texts),
                        sadd("s", numbers), sadd("s", std::set(texts))}) {
    EXPECT_EQ(c.to_string(), request({"SADD", "s", "1", "2"}));
    EXPECT_EQ(keys_of(c), words{"s"});
    EXPECT_EQ(c.flags(), test::writing) << "the second time no member is new";
    static_assert(replies<decltype(c), std::int64_t>);
  }
}

template <class... Ts>
concept can_sadd = requires(Ts... members) {
  sadd("s", members...);
};
static_assert(can_sadd<const char*, int> && !can_sadd<> && !can_sadd<bool>);
static_assert(!can_sadd<words, words> && can_sadd<std::unordered_set<std::string>>);

TEST(SMembers, ReadsASet) {
  EXPECT_EQ(smembers("s").to_string(), request({"SMEMBERS", "s"}));
  EXPECT_EQ(keys_of(smembers("s")), words{"s"});
  EXPECT_EQ(smembers("s").flags(), test::reading);
  static_assert(replies<decltype(smembers("s")), std::unordered_set<std::string>>);
}

}  // namespace
}  // namespace sandpiper
