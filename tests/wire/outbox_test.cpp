#include "sandpiper/wire/outbox.hpp"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "support/memory_count.hpp"

namespace sandpiper::wire {
namespace {

constexpr auto large = resp::command::referenced_bytes_min;

resp::command set(std::string_view value) {
  resp::command command("SET");
  command.add_key("k").add(value);
  return command;
}

// Takes `bytes_max` of what is gathered in `pieces_max` pieces.
std::string take(outbox& out, std::size_t bytes_max, std::size_t pieces_max) {
  std::vector<std::string_view> pieces(pieces_max);
  const auto count = out.gather(pieces);
  std::string taken;
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_FALSE(pieces[i].empty()) << "a piece for nothing";
    taken += pieces[i].substr(0, bytes_max - taken.size());
  }
  out.advance(taken.size());
  return taken;
}

std::string take_all(outbox& out, std::size_t bytes_max, std::size_t pieces_max) {
  std::string all;
  while (out.size() > 0) {
    const auto some = take(out, bytes_max, pieces_max);
    if (some.empty()) {
      ADD_FAILURE() << "nothing gathered of " << out.size() << " bytes";
      break;
    }
    all += some;
  }
  return all;
}

TEST(Outbox, SmallCommandsAreOneRun) {
  outbox out;
  const auto one = set("1");
  for (int i = 0; i < 3; ++i) out.append(one, nullptr);
  std::array<std::string_view, 8> pieces;
  ASSERT_EQ(out.gather(pieces), 1U);
  EXPECT_EQ(pieces[0], one.to_string() + one.to_string() + one.to_string());
  EXPECT_EQ(out.size(), 3 * one.size_bytes());
  EXPECT_EQ(out.staged(), 3 * one.size_bytes());
}

TEST(Outbox, LargeArgumentsAreGivenInPlace) {
  outbox out;
  const std::string value(large, 'v');
  const auto command = set(value);
  out.append(set("1"), nullptr);
  out.append(command, &command);
  std::array<std::string_view, 8> pieces;
  ASSERT_EQ(out.gather(pieces), 3U);
  EXPECT_EQ(pieces[1].data(), value.data()) << "no copy";
  EXPECT_EQ(pieces[1].size(), value.size());
  EXPECT_EQ(pieces[2], "\r\n");
}

TEST(Outbox, NeighbouringReferencesNeedNoRunBetween) {
  const std::string a(large, 'a');
  const std::string b(large + 1, 'b');
  resp::command command("MSET");
  command.add_key("k").add(a).add_key("l").add(b);
  for (std::size_t pieces_max = 1; pieces_max < 7; ++pieces_max) {
    outbox out;
    out.append(command, &command);
    out.append(command, &command);
    EXPECT_EQ(take_all(out, SIZE_MAX, pieces_max), command.to_string() + command.to_string());
  }
}

TEST(Outbox, PartialWritesOfEverySize) {
  const std::string value(large + 7, 'v');
  const auto big = set(value);
  const auto small = set("1");
  const auto expected = small.to_string() + big.to_string() + small.to_string() + big.to_string();
  for (const std::size_t bytes :
       {1, 2, 3, 5, 7, 11, 16, 27, 28, 29, 100, 1000, 16383, 16384, 16400, 20'000, 40'000}) {
    outbox out;
    for (const auto* each : {&small, &big, &small, &big}) out.append(*each, each);
    EXPECT_EQ(take_all(out, bytes, 4), expected) << bytes;
    EXPECT_EQ(out.sent(), expected.size());
    EXPECT_EQ(out.staged(), expected.size());
  }
}

TEST(Outbox, EveryFirstWriteOfAShortRun) {
  const std::string value(large, 'v');
  const auto big = set(value);
  const auto whole = big.to_string();
  for (std::size_t first = 1; first < 64; ++first) {
    for (const auto from_end : {false, true}) {
      outbox out;
      out.append(big, &big);
      const auto cut = from_end ? whole.size() - first : first;
      EXPECT_EQ(take(out, cut, 8), whole.substr(0, cut));
      EXPECT_EQ(take_all(out, SIZE_MAX, 8), whole.substr(cut)) << cut;
    }
  }
}

TEST(Outbox, WhatIsKeptNeedsItsOwnerNoMore) {
  const std::string other(large, 'o');
  const auto neighbour = set(other);
  for (const std::size_t sent : {std::size_t{0}, std::size_t{10}, large / 2, large + 20}) {
    outbox out;
    std::string expected;
    {
      const std::string value(large, 'v');
      const auto going = set(value);
      out.append(going, &going);
      out.append(neighbour, &neighbour);
      expected = going.to_string() + neighbour.to_string();
      EXPECT_EQ(take(out, sent, 8), expected.substr(0, sent));
      out.keep(&going);
    }
    EXPECT_EQ(take_all(out, 1000, 8), expected.substr(sent));
  }
}

TEST(Outbox, KeepingTouchesNobodyElses) {
  const std::string value(large, 'v');
  const auto command = set(value);
  outbox out;
  out.append(command, &command);
  out.keep(&out);
  std::array<std::string_view, 8> pieces;
  ASSERT_EQ(out.gather(pieces), 3U);
  EXPECT_EQ(pieces[1].data(), value.data());
}

TEST(Outbox, ClearForgetsAllAndBeginsAtZero) {
  const std::string value(large, 'v');
  const auto command = set(value);
  outbox out;
  out.append(command, &command);
  out.advance(100);
  out.clear();
  EXPECT_EQ(out.size(), 0U);
  EXPECT_EQ(out.sent(), 0U);
  out.append("PING\r\n");
  EXPECT_EQ(take_all(out, SIZE_MAX, 8), "PING\r\n");
}

// A socket that is always full: something is appended before the last byte was ever taken.
TEST(Outbox, NeverEmptyItStaysInStepAndBounded) {
  std::mt19937 random(1);
  outbox out;
  std::deque<resp::command> commands;
  const std::string value(large, 'v');
  std::string expected;
  std::string taken;
  for (int round = 0; round < 3000; ++round) {
    commands.push_back(random() % 4 == 0 ? set(value) : set(std::string(random() % 900, 's')));
    out.append(commands.back(), &commands.back());
    expected += commands.back().to_string();
    if (random() % 8 == 0) out.keep(&commands.back());
    while (out.size() > 60'000) taken += take(out, 1 + random() % 9000, 1 + random() % 6);
    ASSERT_EQ(out.staged() - out.sent(), out.size());
    if (taken.size() > 1'000'000) {
      ASSERT_TRUE(expected.starts_with(taken)) << round;
      expected.erase(0, taken.size());
      taken.clear();
    }
  }
  taken += take_all(out, 5000, 3);
  EXPECT_TRUE(taken == expected);
}

TEST(Outbox, NeverEmptyItKeepsNothingOfWhatWasWritten) {
  const auto small = set(std::string(1000, 's'));
  const std::string value(large, 'v');
  const auto referenced = set(value);
  outbox out;
  const test::memory_watch watch;
  for (int i = 0; i < 50'000; ++i) {
    const auto& command = i % 10 == 0 ? referenced : small;
    out.append(command, &command);
    if (i % 100 == 0) out.keep(&command);
    while (out.size() > 100'000) {
      std::array<std::string_view, 4> pieces;
      ASSERT_GT(out.gather(pieces), 0U);
      out.advance(pieces[0].size() - pieces[0].size() / 3);
    }
  }
  EXPECT_GT(out.sent(), 100U << 20);
  EXPECT_LE(watch.peak_bytes(), 1U << 20);
}

}  // namespace
}  // namespace sandpiper::wire
