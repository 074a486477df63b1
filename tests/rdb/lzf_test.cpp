#include "rdb/lzf.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "rdb/building.hpp"

namespace sandpiper::rdb {
namespace {

std::optional<std::string> whole(std::string_view stored, std::size_t size) {
  std::string to(size, '?');
  if (!lzf_decompress(stored, to.data(), size)) return std::nullopt;
  return to;
}

// Feeds `step` bytes at a time.
std::optional<std::string> streamed(std::string_view stored, std::size_t step) {
  const auto stream = std::make_unique<lzf_stream>();
  stream->restart();
  std::string to;
  while (!stored.empty()) {
    auto piece = stored.substr(0, step);
    stored.remove_prefix(piece.size());
    for (;;) {
      const auto state = stream->feed(piece);
      if (state == lzf_stream::state::bad) return std::nullopt;
      to += stream->piece();
      stream->drop();
      if (state == lzf_stream::state::hungry) break;
    }
  }
  if (!stream->between_runs()) return std::nullopt;
  return to;
}

const std::string run_of_40 = hex("01 61 61 e0 1b 00 01 61 61");  // as a server writes 40 times "a"

TEST(Lzf, DecompressesWhatAServerWrote) {
  EXPECT_EQ(whole(run_of_40, 40), std::string(40, 'a'));
  EXPECT_EQ(whole("", 0), "");
}

TEST(Lzf, TakesNothingButTheExactSize) {
  for (const std::size_t size : {1, 39, 41, 80}) EXPECT_FALSE(whole(run_of_40, size)) << size;
}

TEST(Lzf, RefusesWhatReachesBeyondItsInputOrOutput) {
  EXPECT_FALSE(whole(hex("01 61"), 2)) << "one of two literals is missing";
  EXPECT_FALSE(whole(hex("00 61 e0 1b"), 40)) << "the offset is missing";
  EXPECT_FALSE(whole(hex("00 61 e0"), 40)) << "the length is missing";
  EXPECT_FALSE(whole(hex("00 61 20 01"), 4)) << "two back, and only one is there";
  EXPECT_FALSE(whole(hex("20 00"), 3)) << "nothing is there to repeat";
}

TEST(Lzf, AHeadThatPromisesTooMuchLies) {
  EXPECT_TRUE(lzf_plausible(0, 0));
  EXPECT_FALSE(lzf_plausible(0, 1));
  EXPECT_FALSE(lzf_plausible(1, 0));
  EXPECT_TRUE(lzf_plausible(10, 880));
  EXPECT_FALSE(lzf_plausible(10, 881));
  EXPECT_FALSE(lzf_plausible(1, UINT64_MAX));
  EXPECT_FALSE(lzf_plausible(UINT64_MAX, 1));
  EXPECT_TRUE(lzf_plausible(UINT64_MAX, UINT64_MAX));
}

TEST(Lzf, CompressesOnlyWhatSavesFourBytes) {
  std::string to = "before";
  EXPECT_FALSE(lzf_compress("abcdefghijklmnopqrstuvwxyz", to));
  EXPECT_FALSE(lzf_compress("aaaa", to));
  EXPECT_EQ(to, "before");

  const std::string text(1000, 'x');
  ASSERT_TRUE(lzf_compress(text, to));
  EXPECT_EQ(whole(std::string_view(to).substr(6), text.size()), text);
}

// Larger than the stream's room, with matches as far back as they can reach.
TEST(Lzf, TheStreamGivesTheSameInAnyPieces) {
  std::string text;
  for (int i = 0; text.size() < 300000; ++i) {
    text += "line " + std::to_string(i * 7919 % 10007) + " of a text that repeats itself\n";
    if (i % 50 == 0) text += std::string(700, static_cast<char>('a' + i % 26));
  }
  std::string stored;
  ASSERT_TRUE(lzf_compress(text, stored));
  for (const std::size_t step :
       {std::size_t{1}, std::size_t{3}, std::size_t{1000}, stored.size()}) {
    EXPECT_EQ(streamed(stored, step), text) << step;
  }
}

TEST(Lzf, TheStreamRefusesTheSame) {
  EXPECT_FALSE(streamed(hex("01 61"), 9));
  EXPECT_FALSE(streamed(hex("00 61 e0 1b"), 1));
  EXPECT_FALSE(streamed(hex("00 61 e0"), 2));
  EXPECT_FALSE(streamed(hex("00 61 20 01"), 9));
  EXPECT_FALSE(streamed(hex("20 00"), 1));
  EXPECT_EQ(streamed(run_of_40, 2), std::string(40, 'a'));
}

}  // namespace
}  // namespace sandpiper::rdb
