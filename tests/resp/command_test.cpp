#include "sandpiper/resp/command.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/feeding.hpp"

namespace sandpiper::resp {
namespace {

constexpr auto large = command::referenced_bytes_min;

TEST(Command, IsAnArrayOfBulkStrings) {
  EXPECT_EQ(command("PING").bytes(), "*1\r\n$4\r\nPING\r\n");
  command c("SET");
  c.add_key("k").add("").add(std::string("v w"));
  EXPECT_EQ(c.bytes(), "*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n$3\r\nv w\r\n");
  EXPECT_EQ(c.size_bytes(), c.bytes().size());
  EXPECT_EQ(c.size(), 4u);
  EXPECT_EQ(c.name(), "SET");
  EXPECT_EQ(c.argument(2), "");
  EXPECT_EQ(c.argument(3), "v w");
}

TEST(Command, TakesBytesAsTheyAre) {
  const std::string bytes("\0\r\n\xff$1\r\n", 8);
  command c("ECHO");
  c.add(bytes);
  EXPECT_EQ(c.argument(1), bytes);
  EXPECT_EQ(c.bytes(), "*2\r\n$4\r\nECHO\r\n$8\r\n" + bytes + "\r\n");
}

TEST(Command, WritesNumbersInTheirShortestForm) {
  command c("X");
  c.add(0).add(-1).add(INT64_MIN).add(UINT64_MAX).add(std::int8_t{-128}).add(std::uint8_t{255});
  c.add(0.1).add(1e300).add(-2.5).add(3.0);
  c.add(std::numeric_limits<double>::infinity()).add(-std::numeric_limits<double>::infinity());
  c.add(-std::numeric_limits<double>::quiet_NaN());
  const std::vector<std::string_view> expected{"X",
                                               "0",
                                               "-1",
                                               "-9223372036854775808",
                                               "18446744073709551615",
                                               "-128",
                                               "255",
                                               "0.1",
                                               "1e+300",
                                               "-2.5",
                                               "3",
                                               "inf",
                                               "-inf",
                                               "nan"};
  ASSERT_EQ(c.size(), expected.size());
  for (std::uint32_t i = 0; i < c.size(); ++i) EXPECT_EQ(c.argument(i), expected[i]);
}

template <class T>
concept addable = requires(command c, T value) {
  c.add(value);
};

// As numbers they would be "1" and "120".
TEST(Command, RefusesBooleansAndCharacters) {
  EXPECT_TRUE(addable<int>);
  EXPECT_TRUE(addable<unsigned char>);
  EXPECT_TRUE(addable<const char*>);
  EXPECT_FALSE(addable<bool>);
  EXPECT_FALSE(addable<char>);
}

// The header grows to the left, over room that was left for it.
TEST(Command, CountsAnyNumberOfArguments) {
  command c("MGET");
  std::string arguments = "$4\r\nMGET\r\n";
  for (std::size_t n = 2; n <= 12'000; ++n) {
    c.add("k");
    arguments += "$1\r\nk\r\n";
    if (n < 12 || n == 99 || n == 100 || n == 1'000 || n == 12'000) {
      EXPECT_EQ(c.bytes(), "*" + std::to_string(n) + "\r\n" + arguments);
    }
  }
  EXPECT_EQ(c.argument(11'999), "k");
}

TEST(Command, KeysStandAtEqualDistances) {
  command one("GET");
  EXPECT_FALSE(one.keys_known());
  one.add_key("a");
  EXPECT_TRUE(one.keys_known());
  EXPECT_EQ(one.key_count(), 1u);
  EXPECT_EQ(one.key(0), "a");

  command each("MGET");
  each.add_key("a").add_key(std::string("b")).add_key("c");
  EXPECT_EQ(each.key(2), "c");

  command every_second("MSET");
  every_second.add_key("a").add("1").add_key("b").add("2").add_key("c").add("3");
  ASSERT_EQ(every_second.key_count(), 3u);
  EXPECT_EQ(every_second.key(0), "a");
  EXPECT_EQ(every_second.key(1), "b");
  EXPECT_EQ(every_second.key(2), "c");

  command behind_a_count("EVAL");
  behind_a_count.add("return 1").add(2).add_key("a").add_key("b").add("argument");
  EXPECT_EQ(behind_a_count.key(0), "a");
  EXPECT_EQ(behind_a_count.key(1), "b");
}

TEST(Command, ItsFirstKeyMayStandApartFromTheOthers) {
  command c("ZUNIONSTORE");
  c.add_key("to").add(3).add_key("a").add_key("b").add_key("c").add("WITHSCORES");
  const command copied = c;
  const command moved = std::move(c);
  for (const auto* one : {&copied, &moved}) {
    ASSERT_EQ(one->key_count(), 4u);
    EXPECT_EQ(one->key(0), "to");
    EXPECT_EQ(one->key(1), "a");
    EXPECT_EQ(one->key(2), "b");
    EXPECT_EQ(one->key(3), "c");
  }
}

TEST(Command, TheFirstMisuseStaysWithIt) {
  command c("DEL");
  EXPECT_EQ(c.misused(), misuse::none);
  c.note(misuse::nothing_given);
  c.note(misuse::negative);
  const command copied = c;
  const command moved = std::move(c);
  EXPECT_EQ(copied.misused(), misuse::nothing_given);
  EXPECT_EQ(moved.misused(), misuse::nothing_given);
  EXPECT_EQ(c.misused(), misuse::none);  // NOLINT(bugprone-use-after-move): it may be used again
  for (const auto one : {misuse::nothing_given, misuse::not_positive, misuse::negative,
                         misuse::not_a_number, misuse::counts_differ}) {
    EXPECT_NE(to_string(one), to_string(misuse::none));
  }
}

TEST(Command, FlagsTravelWithIt) {
  command c("PING", {.idempotent = true, .keyless = true});
  EXPECT_TRUE(c.keys_known());
  EXPECT_EQ(c.key_count(), 0u);
  c.set_flags({.read_only = true});
  const command copy = c;
  EXPECT_EQ(copy.flags(), (command_flags{.read_only = true}));
  const command moved = std::move(c);
  EXPECT_EQ(moved.flags(), copy.flags());
}

// Commands of every size about that of the bytes held inside, and far above.
TEST(Command, CopiesAndMovesAtEverySize) {
  for (std::size_t n = 0; n < 300; ++n) {
    command original("SET");
    original.add_key("key").add(std::string(n, 'v'));
    const auto bytes = original.to_string();

    command copy = original;
    EXPECT_EQ(copy.bytes(), bytes);
    copy.add("EX").add(60);
    EXPECT_EQ(original.bytes(), bytes) << "a copy stands on its own";
    EXPECT_EQ(copy.argument(3), "EX");

    command moved = std::move(original);
    EXPECT_EQ(moved.bytes(), bytes);
    EXPECT_EQ(moved.key(0), "key");
    moved = std::move(copy);
    EXPECT_EQ(moved.argument(4), "60");
    copy = moved;
    EXPECT_EQ(copy.bytes(), moved.bytes());
    auto& same = moved;
    moved = same;
    EXPECT_EQ(copy.bytes(), moved.bytes());
  }
}

std::vector<std::string> pieces_of(const command& c) {
  std::vector<std::string> pieces;
  c.each_piece([&](std::string_view piece, bool referenced) {
    pieces.push_back((referenced ? "&" : "") + std::to_string(piece.size()));
  });
  return pieces;
}

TEST(Command, AWalkMeetsEveryArgumentOnce) {
  const std::string referenced(large, 'r');
  const std::string bytes("\r\n$3\r\n\0", 8);
  const std::vector<std::string> expected{"MSET", "", bytes, referenced, "l", referenced, "12"};
  command c(expected[0]);
  for (std::size_t i = 1; i < 6; ++i) c.add(expected[i]);
  c.add(12);

  auto walk = c.walk();
  std::vector<std::string> met;
  while (walk.left() > 0) met.emplace_back(walk.next());
  EXPECT_EQ(met, expected);
}

TEST(Command, ReferencesLargeArguments) {
  const std::string below(large - 1, 'a');
  const std::string at(large, 'b');
  command c("MSET");
  c.add_key("k").add(below);
  EXPECT_TRUE(c.flat());
  c.add_key("l").add(at).add_key("m").add(at);
  EXPECT_FALSE(c.flat());
  EXPECT_EQ(c.argument(4).data(), at.data()) << "the bytes themselves, not a copy";
  EXPECT_EQ(c.argument(2), below);
  EXPECT_EQ(c.argument(6), at);
  EXPECT_EQ(c.key(2), "m");
  EXPECT_EQ(pieces_of(c), (std::vector<std::string>{"16429", "&16384", "17", "&16384", "2"}));

  const auto all = c.to_string();
  EXPECT_EQ(all.size(), c.size_bytes());
  EXPECT_EQ(test::feed_whole(all).text(), "{\"*\":[{\"$\":\"MSET\"},{\"$\":\"k\"},{\"$\":\"" +
                                              below + "\"},{\"$\":\"l\"},{\"$\":\"" + at +
                                              "\"},{\"$\":\"m\"},{\"$\":\"" + at + "\"}]}");
}

TEST(Command, ReferencesMayStandNextToEachOtherAndAtTheEnd) {
  const std::string one(large, '1');
  const std::string two(large + 1, '2');
  command c("X");
  c.add(one).add(two).add("").add(one);
  EXPECT_EQ(c.argument(1), one);
  EXPECT_EQ(c.argument(2), two);
  EXPECT_EQ(c.argument(3), "");
  EXPECT_EQ(c.argument(4), one);
  for (int i = 0; i < 10; ++i) c.add("y");  // the header becomes longer; the places do not move
  EXPECT_EQ(c.argument(4), one);
  EXPECT_EQ(c.to_string().size(), c.size_bytes());
  EXPECT_TRUE(c.to_string().starts_with("*15\r\n$1\r\nX\r\n$16384\r\n1111"));
}

TEST(Command, TakesStringsInAndKeepsThemThroughCopiesAndMoves) {
  command c("SET");
  c.add_key("k").add(std::string(large, 'v'));
  c.add(std::string(large, 'w')).add(std::string("short"));
  const auto all = c.to_string();

  command copy = c;
  EXPECT_NE(copy.argument(2).data(), c.argument(2).data());
  command moved = std::move(c);
  EXPECT_EQ(moved.to_string(), all);
  moved = command("PING");
  EXPECT_EQ(copy.to_string(), all);
}

TEST(Command, OwnsWhatItReferencedOnceAsked) {
  auto value = std::make_unique<std::string>(large, 'v');
  command c("SET");
  c.add("k").add(std::string_view(*value)).add(std::string(large, 'w'));
  const auto all = c.to_string();
  c.own();
  value.reset();
  EXPECT_EQ(c.to_string(), all);
  const command copy = c;
  c = command("PING");
  EXPECT_EQ(copy.to_string(), all);

  command flat("GET");
  flat.add("k");
  flat.own();
  EXPECT_TRUE(flat.flat());
}

TEST(Command, MovedFromItMayBeUsedForAnother) {
  command c("SET");
  c.add_key("k").add(std::string(500, 'v')).add(std::string(large, 'w'));
  const command taken = std::move(c);
  EXPECT_EQ(c.size(), 0u);  // NOLINT(bugprone-use-after-move): that is what is promised
  c.add("PING");
  EXPECT_EQ(c.bytes(), "*1\r\n$4\r\nPING\r\n");
  EXPECT_EQ(c.key_count(), 0u);
  EXPECT_EQ(taken.size(), 4u);
}

}  // namespace
}  // namespace sandpiper::resp
