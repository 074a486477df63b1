#include "sandpiper/commands/generic.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
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

TEST(Del, TakesKeysInEveryShape) {
  const std::set<std::string> keys{"a", "b"};
  for (const auto& c : {del("a", "b"), del({"a", "b"}), del(keys), del(words{"a", "b"})}) {
    EXPECT_EQ(c.to_string(), request({"DEL", "a", "b"}));
    EXPECT_EQ(keys_of(c), (words{"a", "b"}));
    EXPECT_EQ(c.flags(), test::writing) << "the second time it deletes nothing";
    static_assert(replies<decltype(c), std::int64_t>);
  }
  EXPECT_EQ(del("a").to_string(), request({"DEL", "a"}));
}

TEST(Exists, TakesKeysInEveryShape) {
  const std::vector<std::string_view> keys{"a", "a"};
  for (const auto& c : {exists("a", "a"), exists({"a", "a"}), exists(keys)}) {
    EXPECT_EQ(c.to_string(), request({"EXISTS", "a", "a"}));
    EXPECT_EQ(c.key_count(), 2u);
    EXPECT_EQ(c.flags(), test::reading);
    static_assert(replies<decltype(c), std::int64_t>);
  }
}

template <class... Ts>
concept can_del = requires(Ts... keys) {
  del(keys...);
};
template <class... Ts>
concept can_exist = requires(Ts... keys) {
  exists(keys...);
};
static_assert(can_del<std::string, const char*> && !can_del<> && !can_del<int>);
static_assert(!can_del<words, words> && !can_del<std::vector<int>>);
static_assert(can_exist<words> && !can_exist<> && !can_exist<double>);

TEST(Expire, IsInSecondsWithConditions) {
  EXPECT_EQ(expire("k", 2min).to_string(), request({"EXPIRE", "k", "120"}));
  EXPECT_EQ(expire("k", 1s).nx().to_string(), request({"EXPIRE", "k", "1", "NX"}));
  EXPECT_EQ(expire("k", 1s).xx().to_string(), request({"EXPIRE", "k", "1", "XX"}));
  EXPECT_EQ(expire("k", 1s).gt().xx().to_string(), request({"EXPIRE", "k", "1", "GT", "XX"}));
  EXPECT_EQ(expire("k", 1s).xx().lt().to_string(), request({"EXPIRE", "k", "1", "XX", "LT"}));
  EXPECT_EQ(keys_of(expire("k", 1s).gt()), words{"k"});
  static_assert(replies<decltype(expire("k", 1s)), bool>);
  static_assert(replies<decltype(expire("k", 1s).xx().gt()), bool>);
}

TEST(Expire, IsIdempotentWhenItAnswersTheSameAgain) {
  EXPECT_EQ(expire("k", 1s).flags(), test::writing_repeatably);
  EXPECT_EQ(expire("k", 0s).flags(), test::writing) << "it deletes, which works once";
  EXPECT_EQ(expire("k", -1s).flags(), test::writing);
  EXPECT_EQ(expire("k", 1s).nx().flags(), test::writing);
  EXPECT_EQ(expire("k", 1s).xx().flags(), test::writing);
  EXPECT_EQ(expire("k", 1s).gt().flags(), test::writing);
  EXPECT_EQ(expire("k", 1s).lt().flags(), test::writing);
}

template <class C>
concept takes_nx = requires(C c) {
  std::move(c).nx();
};
template <class C>
concept takes_xx = requires(C c) {
  std::move(c).xx();
};
template <class C>
concept takes_gt = requires(C c) {
  std::move(c).gt();
};
template <class C>
concept takes_lt = requires(C c) {
  std::move(c).lt();
};
template <class C>
concept takes_none = !takes_nx<C> && !takes_xx<C> && !takes_gt<C> && !takes_lt<C>;
template <class Span>
concept can_expire = requires(Span span) {
  expire("k", span);
};

static_assert(takes_none<decltype(expire("k", 1s).nx())>);
static_assert(takes_none<decltype(expire("k", 1s).xx().gt())>);
static_assert(takes_none<decltype(expire("k", 1s).lt().xx())>);
static_assert(takes_gt<decltype(expire("k", 1s).xx())> && takes_lt<decltype(expire("k", 1s).xx())>);
static_assert(!takes_lt<decltype(expire("k", 1s).gt())> &&
              takes_xx<decltype(expire("k", 1s).gt())>);
static_assert(!takes_nx<decltype(expire("k", 1s).lt())>);
static_assert(can_expire<std::chrono::hours> && !can_expire<std::chrono::milliseconds>);
static_assert(!can_expire<int>);

TEST(Ttl, ReadsOneKeyAndIsNotCacheable) {
  EXPECT_EQ(ttl("k").to_string(), request({"TTL", "k"}));
  EXPECT_EQ(keys_of(ttl("k")), words{"k"});
  EXPECT_EQ(ttl("k").flags(), (command_flags{.read_only = true, .idempotent = true}));
  static_assert(replies<decltype(ttl("k")), lifetime<std::chrono::seconds>>);
}

template <class T>
result<T> decoded(std::string_view bytes) {
  return reply::parse(bytes).value().as<T>();
}

TEST(Lifetime, TellsGoneForEverAndForAWhileApart) {
  const auto gone = decoded<lifetime<>>(":-2\r\n").value();
  EXPECT_FALSE(gone.exists());
  EXPECT_FALSE(gone.expires());
  EXPECT_EQ(gone, lifetime<>());

  const auto for_ever = decoded<lifetime<>>(":-1\r\n").value();
  EXPECT_TRUE(for_ever.exists());
  EXPECT_FALSE(for_ever.expires());
  EXPECT_EQ(for_ever, lifetime<>::unlimited());

  const auto ends = decoded<lifetime<>>(":60\r\n").value();
  EXPECT_TRUE(ends.exists());
  EXPECT_TRUE(ends.expires());
  EXPECT_EQ(ends.left(), 1min);
  EXPECT_EQ(decoded<lifetime<>>(":0\r\n").value().left(), 0s);
}

TEST(Lifetime, CountsInTheUnitAskedFor) {
  EXPECT_EQ(decoded<lifetime<std::chrono::milliseconds>>(":1500\r\n").value().left(), 1500ms);
}

TEST(Lifetime, RefusesWhatIsNone) {
  for (const auto* bytes : {":-3\r\n", "$3\r\nsix\r\n", "_\r\n", "*0\r\n"}) {
    EXPECT_EQ(decoded<lifetime<>>(bytes).error(), errc::wrong_type) << bytes;
  }
  EXPECT_EQ(decoded<lifetime<>>("-ERR no\r\n").error(), server_errc::err);
}

}  // namespace
}  // namespace sandpiper
