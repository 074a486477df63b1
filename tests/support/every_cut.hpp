#pragma once
// The network may cut a stream anywhere. Whatever is parsed in a test goes through here.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "support/feeding.hpp"

namespace sandpiper::test {

inline void expect_same(const outcome& whole, const outcome& cut, const std::string& how) {
  EXPECT_EQ(whole.values, cut.values) << how;
  EXPECT_EQ(whole.end, cut.end) << how;
  EXPECT_EQ(whole.consumed_bytes, cut.consumed_bytes) << how;
}

/// A beginning of sound bytes is sound: it gives the first of their values, and perhaps waits.
inline void expect_prefix(const outcome& whole, const outcome& prefix, const std::string& how) {
  EXPECT_FALSE(prefix.broken()) << how << prefix.end;
  ASSERT_LE(prefix.values.size(), whole.values.size()) << how;
  EXPECT_TRUE(std::equal(prefix.values.begin(), prefix.values.end(), whole.values.begin())) << how;
}

/// Feeds `bytes` whole, byte by byte, cut in two at every place, and in random pieces, and demands
/// the same outcome of all. Of sound bytes every beginning is tried too. Returns the outcome.
inline outcome every_cut(std::string_view bytes, resp::limits l = {}) {
  const auto whole = feed_whole(bytes, l);
  std::vector<std::size_t> each(bytes.empty() ? 0 : bytes.size() - 1);
  std::iota(each.begin(), each.end(), std::size_t{1});

  for (const auto when : {consuming::each_time, consuming::at_the_end}) {
    const std::string habit = when == consuming::each_time ? ", consuming" : "";
    expect_same(whole, feed_cut(bytes, each, l, when), "byte by byte" + habit);
    for (const auto cut : each) {
      expect_same(whole, feed_cut(bytes, {cut}, l, when), "cut at " + std::to_string(cut) + habit);
    }
    for (const std::size_t piece_bytes_max : {3, 17, 200}) {
      for (const std::uint32_t seed : {1, 2, 3}) {
        expect_same(whole,
                    feed_cut(bytes, random_cuts(bytes.size(), piece_bytes_max, seed), l, when),
                    "pieces up to " + std::to_string(piece_bytes_max) + ", seed " +
                        std::to_string(seed) + habit);
      }
    }
  }
  if (!whole.broken()) {
    for (const auto size : each) {
      expect_prefix(whole, feed_whole(bytes.substr(0, size), l),
                    "the first " + std::to_string(size) + " bytes");
    }
  }
  return whole;
}

}  // namespace sandpiper::test
