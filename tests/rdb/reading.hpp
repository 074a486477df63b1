#pragma once
// Reads snapshots in every way they can be cut, and demands the same of all.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rdb/transcript.hpp"
#include "sandpiper/rdb/reader.hpp"

namespace sandpiper::rdb {

struct outcome {
  progress state = progress::more;
  std::string text;  // all that was told
  std::string why;   // fault::message, empty when there is none
  std::optional<rdb::fault> fault;
  std::size_t unread_bytes = 0;
  int warnings = 0;

  [[nodiscard]] bool done() const { return state == progress::done; }
  [[nodiscard]] bool tells(std::string_view line) const { return text.find(line) != text.npos; }
};

/// A piece of the input in memory of its own, gone after the feed: a sanitizer sees any later look.
inline progress feed_piece(reader& to, std::string_view bytes) {
  const auto piece = std::make_unique<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), piece.get());
  return to.feed({piece.get(), bytes.size()});
}

/// Cuts `bytes` at the ascending places `cuts`.
inline outcome read_cut(std::string_view bytes, const std::vector<std::size_t>& cuts,
                        depth how_deep = depth::elements, const options& how = {}) {
  transcript told(how_deep);
  reader reads(told, how);
  std::size_t from = 0;
  std::size_t unread = 0;
  const auto feed = [&](std::size_t to) {
    feed_piece(reads, bytes.substr(from, to - from));
    unread = reads.unread_bytes() + (bytes.size() - to);
    from = to;
  };
  for (const auto cut : cuts) {
    if (reads.state() == progress::more) feed(cut);
  }
  if (reads.state() == progress::more) feed(bytes.size());
  reads.finish();

  outcome seen{reads.state(), told.text(), {}, std::nullopt, unread, told.warnings()};
  if (reads.why() != nullptr) {
    seen.fault = *reads.why();
    seen.why = seen.fault->message();
  }
  return seen;
}

inline outcome read_whole(std::string_view bytes, depth how_deep = depth::elements,
                          const options& how = {}) {
  return read_cut(bytes, {}, how_deep, how);
}

inline std::vector<std::size_t> every(std::size_t step, std::size_t size) {
  std::vector<std::size_t> cuts;
  for (std::size_t at = step; at < size; at += step) cuts.push_back(at);
  return cuts;
}

inline std::vector<std::size_t> random_cuts(std::size_t size, std::size_t piece_max,
                                            std::uint32_t seed) {
  std::minstd_rand random(seed);
  std::vector<std::size_t> cuts;
  for (std::size_t at = random() % (piece_max + 1); at < size; at += random() % (piece_max + 1)) {
    cuts.push_back(at);
  }
  return cuts;
}

inline void expect_same(const outcome& whole, const outcome& cut, const std::string& how) {
  EXPECT_EQ(whole.state, cut.state) << how;
  EXPECT_EQ(whole.text, cut.text) << how;
  EXPECT_EQ(whole.why, cut.why) << how;
  EXPECT_EQ(whole.unread_bytes, cut.unread_bytes) << how;
}

/// Whole, byte by byte, in pieces of fixed and of random size, at every depth. Returns what the
/// decoder says of the whole. What it takes for sound must be passed over at the other depths.
inline outcome every_cut(std::string_view bytes, const options& how = {}) {
  const bool sound = read_whole(bytes, depth::elements, how).done();
  for (const auto level : {depth::skip, depth::raw, depth::structure, depth::elements}) {
    const auto whole = read_whole(bytes, level, how);
    const auto name = ", depth " + std::to_string(static_cast<int>(level));
    EXPECT_TRUE(whole.done() || !sound) << whole.why << name;
    for (const std::size_t step : {1, 2, 3, 7, 64, 4096}) {
      expect_same(whole, read_cut(bytes, every(step, bytes.size()), level, how),
                  "pieces of " + std::to_string(step) + name);
    }
    for (const std::uint32_t seed : {1, 2, 3, 4, 5}) {
      expect_same(whole, read_cut(bytes, random_cuts(bytes.size(), 40, seed), level, how),
                  "random pieces, seed " + std::to_string(seed) + name);
    }
    if (level == depth::elements) return whole;
  }
  return {};
}

/// Every beginning of a sound snapshot is `truncated`, and said to end where it ends. Of one over
/// 8 KiB, only the beginnings near its ends and near its records are tried.
inline void expect_truncated_everywhere(std::string_view bytes,
                                        const std::vector<std::size_t>& records = {}) {
  constexpr std::size_t all_bytes_max = 8 << 10;
  constexpr std::size_t margin_bytes = 2 << 10;
  const auto near_a_record = [&](std::size_t size) {
    return std::any_of(records.begin(), records.end(),
                       [&](std::size_t at) { return size + 16 >= at && size <= at + 16; });
  };
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const bool try_it = bytes.size() <= all_bytes_max || size <= margin_bytes ||
                        size + margin_bytes >= bytes.size() || near_a_record(size);
    if (!try_it) continue;
    const auto seen = read_whole(bytes.substr(0, size));
    ASSERT_EQ(seen.state, progress::failed) << "the first " << size << " bytes";
    EXPECT_EQ(seen.fault->kind, fault_kind::truncated) << size << ": " << seen.why;
    EXPECT_EQ(seen.fault->offset, size) << seen.why;
  }
}

/// The byte offsets of all keys in the text of an outcome.
inline std::vector<std::size_t> record_offsets(std::string_view bytes) {
  class offsets final : public visitor {
   public:
    depth key(const key_info& k) override {
      of.push_back(k.offset);
      return depth::skip;
    }
    std::vector<std::size_t> of;
  } seen;
  reader(seen).feed(bytes);
  return seen.of;
}

}  // namespace sandpiper::rdb
