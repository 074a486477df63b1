#include "sandpiper/commands/string.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands/expected.hpp"

namespace sandpiper {
namespace {

using namespace std::chrono_literals;
using test::keys_of;
using test::replies;
using test::request;
using test::words;

TEST(Set, TakesTextsAndNumbers) {
  EXPECT_EQ(set("k", "v").to_string(), request({"SET", "k", "v"}));
  EXPECT_EQ(set("k", std::string("v")).to_string(), request({"SET", "k", "v"}));
  EXPECT_EQ(set("k", std::string_view("v\0w", 3)).to_string(),
            request({"SET", "k", std::string_view("v\0w", 3)}));
  EXPECT_EQ(set("k", -7).to_string(), request({"SET", "k", "-7"}));
  EXPECT_EQ(set("k", 0.1).to_string(), request({"SET", "k", "0.1"}));
  EXPECT_EQ(keys_of(set("k", "v")), words{"k"});
  static_assert(replies<decltype(set("k", "v")), void>);
}

TEST(Set, OptionsFollowInTheirOrder) {
  EXPECT_EQ(set("k", "v").nx().ex(60s).to_string(), request({"SET", "k", "v", "NX", "EX", "60"}));
  EXPECT_EQ(set("k", "v").xx().get().keep_ttl().to_string(),
            request({"SET", "k", "v", "XX", "GET", "KEEPTTL"}));
  EXPECT_EQ(set("k", "v").ex(2min).to_string(), request({"SET", "k", "v", "EX", "120"}));
  EXPECT_EQ(set("k", "v").ex(1500ms).to_string(), request({"SET", "k", "v", "PX", "1500"}));
  const std::chrono::system_clock::time_point time(1'700'000'000'001'500us);
  EXPECT_EQ(set("k", "v").exat(time).to_string(),
            request({"SET", "k", "v", "PXAT", "1700000000002"}));
}

TEST(Set, RepliesByItsOptions) {
  using old = std::optional<std::string>;
  static_assert(replies<decltype(set("k", "v").ex(1s)), void>);
  static_assert(replies<decltype(set("k", "v").keep_ttl()), void>);
  static_assert(replies<decltype(set("k", "v").nx()), bool>);
  static_assert(replies<decltype(set("k", "v").ex(1s).xx()), bool>);
  static_assert(replies<decltype(set("k", "v").get()), old>);
  static_assert(replies<decltype(set("k", "v").nx().get()), old>);
  static_assert(replies<decltype(set("k", "v").get().nx().ex(1s)), old>);
  static_assert(replies<decltype(set("k", "v").get().as<int>()), int>);
}

TEST(Set, IsIdempotentUnlessItsReplyTellsTheFirstTimeFromTheSecond) {
  EXPECT_EQ(set("k", "v").flags(), test::writing_repeatably);
  EXPECT_EQ(set("k", 1).ex(1s).flags(), test::writing_repeatably);
  EXPECT_EQ(set("k", 1).keep_ttl().flags(), test::writing_repeatably);
  EXPECT_EQ(set("k", "v").nx().flags(), test::writing);
  EXPECT_EQ(set("k", "v").xx().ex(1s).flags(), test::writing);
  EXPECT_EQ(set("k", "v").get().flags(), test::writing);
}

template <class C>
concept takes_condition = requires(C c) {
  std::move(c).nx();
}
|| requires(C c) { std::move(c).xx(); };
template <class C>
concept takes_expiry = requires(C c) {
  std::move(c).ex(1s);
}
|| requires(C c) { std::move(c).keep_ttl(); }
|| requires(C c, std::chrono::system_clock::time_point t) { std::move(c).exat(t); };
template <class C>
concept takes_get = requires(C c) {
  std::move(c).get();
};
template <class C, class Span>
concept takes_span = requires(C c, Span span) {
  std::move(c).ex(span);
};
template <class Value>
concept can_be_set = requires(Value value) {
  set("k", value);
};

using plain = decltype(set("k", "v"));
static_assert(takes_condition<plain> && takes_expiry<plain> && takes_get<plain>);
static_assert(!takes_condition<decltype(set("k", "v").nx())>);
static_assert(!takes_condition<decltype(set("k", "v").xx().get())>);
static_assert(!takes_expiry<decltype(set("k", "v").ex(1s))>);
static_assert(!takes_expiry<decltype(set("k", "v").keep_ttl().nx())>);
static_assert(!takes_get<decltype(set("k", "v").get().nx())>);
static_assert(takes_span<plain, std::chrono::hours>);
static_assert(!takes_span<plain, std::chrono::microseconds>);  // would be rounded
static_assert(!takes_span<plain, int>);                        // of what unit?
static_assert(can_be_set<std::string> && can_be_set<long> && can_be_set<float>);
static_assert(!can_be_set<bool> && !can_be_set<char> && !can_be_set<std::vector<int>>);

TEST(Get, ReadsOneKey) {
  EXPECT_EQ(get("k").to_string(), request({"GET", "k"}));
  EXPECT_EQ(keys_of(get("k")), words{"k"});
  EXPECT_EQ(get("k").flags(), test::reading);
  static_assert(replies<decltype(get("k")), std::optional<std::string>>);
}

TEST(Counters, AddToOneKeyAndAreNeverRepeated) {
  EXPECT_EQ(incr("k").to_string(), request({"INCR", "k"}));
  EXPECT_EQ(decr("k").to_string(), request({"DECR", "k"}));
  EXPECT_EQ(incrby("k", -5).to_string(), request({"INCRBY", "k", "-5"}));
  for (const auto& c : {incr("k"), decr("k"), incrby("k", 1)}) {
    EXPECT_EQ(keys_of(c), words{"k"});
    EXPECT_EQ(c.flags(), test::writing);
    static_assert(replies<decltype(c), std::int64_t>);
  }
}

TEST(MGet, TakesKeysInEveryShape) {
  const std::vector<std::string> keys{"a", "b"};
  for (const auto& c : {mget("a", "b"), mget({"a", "b"}), mget(keys), mget(std::vector(keys)),
                        mget(std::string("a"), std::string_view("b"))}) {
    EXPECT_EQ(c.to_string(), request({"MGET", "a", "b"}));
    EXPECT_EQ(keys_of(c), keys);
    EXPECT_EQ(c.flags(), test::reading);
    static_assert(replies<decltype(c), std::vector<std::optional<std::string>>>);
  }
  EXPECT_EQ(mget("a").to_string(), request({"MGET", "a"}));
  EXPECT_EQ(mget({"a"}).to_string(), request({"MGET", "a"}));
  EXPECT_EQ(mget(std::vector<std::string>{}).key_count(), 0u);
}

TEST(MSet, TakesPairsInEveryShape) {
  const std::map<std::string, int> map{{"a", 1}, {"b", 2}};
  const std::vector<std::pair<const char*, argument>> vector{{"a", 1}, {"b", "2"}};
  for (const auto& c : {mset("a", 1, "b", "2"), mset({{"a", "1"}, {"b", 2}}), mset(map),
                        mset(std::map(map)), mset(vector)}) {
    EXPECT_EQ(c.to_string(), request({"MSET", "a", "1", "b", "2"}));
    EXPECT_EQ(keys_of(c), (words{"a", "b"}));
    EXPECT_EQ(c.flags(), test::writing_repeatably);
    static_assert(replies<decltype(c), void>);
  }
  EXPECT_EQ(mset({{"a", "b"}}).to_string(), request({"MSET", "a", "b"}));
  EXPECT_EQ(mset("a", 0.5).to_string(), request({"MSET", "a", "0.5"}));
}

template <class... Ts>
concept can_mget = requires(Ts... keys) {
  mget(keys...);
};
template <class... Ts>
concept can_mset = requires(Ts... pairs) {
  mset(pairs...);
};
static_assert(can_mget<const char*> && !can_mget<> && !can_mget<int>);
static_assert(!can_mget<const char*, int> && !can_mget<std::vector<int>>);
static_assert(can_mset<const char*, int> && !can_mset<>);
static_assert(!can_mset<const char*>);                            // no value
static_assert(!can_mset<const char*, const char*, const char*>);  // nor here
static_assert(!can_mset<int, const char*>);                       // a key is a text
static_assert(!can_mset<std::map<int, int>>);                     // here too
static_assert(!can_mset<std::vector<std::string>>);               // not pairs

}  // namespace
}  // namespace sandpiper
