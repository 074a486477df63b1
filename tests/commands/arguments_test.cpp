#include "sandpiper/commands/arguments.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/expected.hpp"

namespace sandpiper {
namespace {

using test::request;

static_assert(any_argument<const char*>);
static_assert(any_argument<const char (&)[4]>);
static_assert(any_argument<std::string&>);
static_assert(any_argument<std::string>);
static_assert(any_argument<std::string_view>);
static_assert(any_argument<int>);
static_assert(any_argument<const std::uint64_t&>);
static_assert(any_argument<double>);
static_assert(any_argument<float>);
static_assert(any_argument<argument>);

static_assert(!any_argument<bool>);
static_assert(!any_argument<char>);
static_assert(!any_argument<char32_t>);
static_assert(!any_argument<std::nullptr_t>);
static_assert(!any_argument<std::nullptr_t&>);
static_assert(!any_argument<long double>);
static_assert(!any_argument<std::byte>);
static_assert(!any_argument<std::vector<std::string>>);

static_assert(text_range<std::vector<std::string>>);
static_assert(text_range<const std::list<const char*>&>);
static_assert(text_range<std::span<std::string_view>>);
static_assert(text_range<std::string (&)[3]>);
static_assert(!text_range<std::vector<int>>);
static_assert(argument_range<std::vector<int>>);
static_assert(argument_range<std::array<argument, 2>>);
static_assert(!argument_range<std::vector<bool>>);
static_assert(!argument_range<std::vector<char>>);
static_assert(!argument_range<std::string>);  // one text, not a range of letters
static_assert(!argument_range<int>);

static_assert(pair_range<std::map<std::string, int>>);
static_assert(pair_range<std::vector<std::pair<std::string_view, double>>&>);
static_assert(!pair_range<std::vector<std::string>>);
static_assert(!pair_range<std::map<std::string, std::vector<int>>>);

template <class... Ts>
resp::command command_of(Ts&&... arguments) {
  resp::command c("C");
  (commands::add(c, std::forward<Ts>(arguments)), ...);
  return c;
}

TEST(Arguments, NumbersAreWrittenInFull) {
  EXPECT_EQ(command_of(std::numeric_limits<std::int64_t>::min(),
                       std::numeric_limits<std::uint64_t>::max(), std::int8_t{-5}, 0.1, 0.5F)
                .to_string(),
            request({"C", "-9223372036854775808", "18446744073709551615", "-5", "0.1", "0.5"}));
}

TEST(Arguments, TextsAreWrittenByteForByte) {
  const std::string_view bytes("\0\r\n\xff", 4);
  EXPECT_EQ(command_of(bytes, "", std::string("s")).to_string(), request({"C", bytes, "", "s"}));
}

TEST(Arguments, AnArgumentIsWhatItWasMadeOf) {
  const std::array<argument, 4> mixed{"text", -1, 7U, 2.5};
  resp::command c("C");
  commands::add_all(c, mixed);
  EXPECT_EQ(c.to_string(), request({"C", "text", "-1", "7", "2.5"}));
}

const std::string large(resp::command::referenced_bytes_min, 'x');

// Where the first piece that is not copied lies; nullptr when all of them are.
const char* referenced(const resp::command& c) {
  const char* at = nullptr;
  c.each_piece([&](std::string_view piece, bool by_reference) {
    if (by_reference && at == nullptr) at = piece.data();
  });
  return at;
}

TEST(Memory, ANamedTextIsReferencedWhenItIsLarge) {
  EXPECT_EQ(referenced(command_of(large)), large.data());
  EXPECT_EQ(referenced(command_of(std::string_view(large))), large.data());
  EXPECT_TRUE(command_of(std::string_view(large).substr(1)).flat());

  const std::vector<std::string> range{large};
  resp::command c("C");
  commands::add_all(c, range);
  EXPECT_EQ(referenced(c), range[0].data());
}

TEST(Memory, ATemporaryTextIsMovedIn) {
  std::string text = large;
  const auto* const bytes = text.data();
  const auto c = command_of(std::move(text));
  EXPECT_EQ(referenced(c), bytes);
  EXPECT_EQ(c.to_string(), request({"C", large}));
}

// What would dangle after the call is copied; the sanitizer watches the reading of it.
TEST(Memory, WhatATemporaryRangeHoldsIsCopied) {
  resp::command c("C");
  commands::add_all(c, std::vector<std::string>{large, "small"});
  commands::add_all(c, commands::arguments{std::string(large), 5});
  commands::add_pairs(c, std::map<std::string, std::string>{{large, large}});
  EXPECT_EQ(c.to_string(), request({"C", large, "small", large, "5", large, large}));
}

struct letters {  // hands out strings that nobody keeps
  struct iterator {
    char at;
    std::string operator*() const { return std::string(large.size(), at); }
    iterator& operator++() {
      ++at;
      return *this;
    }
    bool operator!=(const iterator& other) const { return at != other.at; }
  };
  [[nodiscard]] iterator begin() const { return {'a'}; }
  [[nodiscard]] iterator end() const { return {'c'}; }
};

TEST(Memory, WhatARangeHandsOutByValueIsKept) {
  const letters range;
  resp::command c("C");
  commands::add_all(c, range);
  EXPECT_EQ(c.to_string(),
            request({"C", std::string(large.size(), 'a'), std::string(large.size(), 'b')}));
}

TEST(Memory, KeysAreCopiedHoweverLarge) {
  resp::command c("C");
  commands::add_key(c, std::string(large));
  EXPECT_EQ(c.key(0), large);
  EXPECT_EQ(c.to_string(), request({"C", large}));
}

}  // namespace
}  // namespace sandpiper
