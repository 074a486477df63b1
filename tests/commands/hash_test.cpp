#include "sandpiper/commands/hash.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "commands/expected.hpp"

namespace sandpiper {
namespace {

using test::keys_of;
using test::replies;
using test::request;
using test::words;

TEST(HSet, TakesPairsInEveryShape) {
  const std::map<std::string, std::string> map{{"a", "1"}, {"b", "2"}};
  const std::vector<std::pair<std::string_view, int>> vector{{"a", 1}, {"b", 2}};
  for (const auto& c : {hset("h", "a", 1, "b", "2"), hset("h", {{"a", 1}, {"b", "2"}}),
                        hset("h", map), hset("h", std::map(map)), hset("h", vector)}) {
    EXPECT_EQ(c.to_string(), request({"HSET", "h", "a", "1", "b", "2"}));
    EXPECT_EQ(keys_of(c), words{"h"});
    EXPECT_EQ(c.flags(), test::writing) << "the second time no field is new";
    static_assert(replies<decltype(c), std::int64_t>);
  }
  EXPECT_EQ(hset("h", {{"a", "b"}}).to_string(), request({"HSET", "h", "a", "b"}));
  EXPECT_EQ(hset("h", 7, 0.5).to_string(), request({"HSET", "h", "7", "0.5"}));
}

template <class... Ts>
concept can_hset = requires(Ts... pairs) {
  hset("h", pairs...);
};
static_assert(can_hset<const char*, int> && !can_hset<>);
static_assert(!can_hset<const char*>);  // a field without a value
static_assert(!can_hset<const char*, int, const char*>);
static_assert(!can_hset<const char*, bool>);
static_assert(!can_hset<words> && can_hset<std::unordered_map<int, double>>);

TEST(HGet, ReadsOneField) {
  EXPECT_EQ(hget("h", "f").to_string(), request({"HGET", "h", "f"}));
  EXPECT_EQ(hget("h", 7).to_string(), request({"HGET", "h", "7"}));
  EXPECT_EQ(keys_of(hget("h", "f")), words{"h"});
  EXPECT_EQ(hget("h", "f").flags(), test::reading);
  static_assert(replies<decltype(hget("h", "f")), std::optional<std::string>>);
}

TEST(HGetAll, ReadsAMap) {
  EXPECT_EQ(hgetall("h").to_string(), request({"HGETALL", "h"}));
  EXPECT_EQ(keys_of(hgetall("h")), words{"h"});
  EXPECT_EQ(hgetall("h").flags(), test::reading);
  static_assert(replies<decltype(hgetall("h")), std::unordered_map<std::string, std::string>>);
}

}  // namespace
}  // namespace sandpiper
