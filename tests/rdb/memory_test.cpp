// What readers take from the heap: nothing per key, little per value, and nothing on a length's
// word.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "rdb/building.hpp"
#include "rdb/hostile.hpp"
#include "rdb/samples.hpp"
#include "sandpiper/rdb/dump.hpp"
#include "sandpiper/rdb/reader.hpp"
#include "support/memory_count.hpp"

namespace sandpiper::rdb {
namespace {

constexpr std::size_t small_bytes_max = 256 << 10;  // for any small input, however it lies

class deaf final : public visitor {
 public:
  explicit deaf(depth how_deep) : how_deep_(how_deep) {}
  depth key(const key_info&) override { return how_deep_; }

 private:
  depth how_deep_;
};

// Buffers grow to the largest string met, and then nothing is allocated any more, whatever comes.
TEST(Memory, NoneIsTakenPerKey) {
  std::string all;
  for (const std::string name : {"strings", "lists", "sets", "hashes", "zsets", "streams", "lfu"}) {
    const auto bytes = read_file(samples("fixtures") / (name + ".rdb"));
    all += bytes.substr(9, bytes.size() - 9 - 9);
  }
  const auto bytes = snapshot(all, "REDIS0010");
  for (const auto level : {depth::skip, depth::raw, depth::structure, depth::elements}) {
    deaf nobody(level);
    reader reads(nobody);
    for (const std::size_t step : {bytes.size(), std::size_t{1000}, std::size_t{7}}) {
      const auto read = [&] {
        reads.restart();
        for (std::size_t at = 0; at < bytes.size(); at += step) {
          reads.feed(std::string_view(bytes).substr(at, step));
        }
        ASSERT_EQ(reads.state(), progress::done);
      };
      read();
      const test::memory_watch watch;
      read();
      EXPECT_EQ(watch.allocations(), 0u) << step << ", depth " << static_cast<int>(level);
    }
  }
}

// A list of many megabytes, a string of as many, and a compressed one: fed in pieces, they take the
// memory of a piece.
TEST(Memory, NoneIsTakenPerByteOfAValue) {
  constexpr std::size_t memory_bytes_max = 512 << 10;
  constexpr std::uint64_t many = 3000000;
  const std::string element = str("an element");
  const options how{.limits = {.whole_bytes_max = 64 << 10}, .checksum = false};
  deaf nobody(depth::elements);
  const test::memory_watch watch;
  reader reads(nobody, how);
  reads.feed("REDIS0011" + std::string(1, '\1') + str("list") + len(many));
  std::string piece;
  for (int i = 0; i < 1000; ++i) piece += element;
  for (std::uint64_t i = 0; i < many; i += 1000) reads.feed(piece);

  reads.feed(std::string(1, '\0') + str("string") + len(many * 10));
  for (std::uint64_t left = many * 10; left != 0;) {
    const auto n = std::min<std::uint64_t>(left, piece.size());
    reads.feed(std::string_view(piece).substr(0, n));
    left -= n;
  }
  EXPECT_EQ(reads.state(), progress::more);
  EXPECT_LE(watch.peak_bytes(), memory_bytes_max);
  EXPECT_EQ(reads.feed("\xff" + std::string(8, '\0')), progress::done) << reads.why()->message();
}

TEST(Memory, NoHostileFileTakesMoreThanItIsWorth) {
  for (const auto& [file, verdict, oracle, bytes] : hostile_files()) {
    deaf nobody(depth::elements);
    const test::memory_watch watch;
    reader reads(nobody);
    reads.feed(bytes);
    EXPECT_LE(watch.peak_bytes(), small_bytes_max) << file;
  }
}

TEST(Memory, NoHostilePayloadTakesMoreThanItIsWorth) {
  for (const auto& [bytes, checksum_right, verdict] : hostile_payloads()) {
    deaf nobody(depth::elements);
    const test::memory_watch watch;
    (void)dump_reader(nobody, {.checksum = false}).read(bytes);
    EXPECT_LE(watch.peak_bytes(), small_bytes_max) << verdict;
  }
}

TEST(Memory, NoneIsTakenOnACountsWord) {
  for (const unsigned type : {1u, 2u, 3u, 4u, 5u, 14u, 15u, 18u, 22u, 24u, 28u, 31u}) {
    const auto bytes = "REDIS0015" + record(type, "k", len(UINT64_MAX / 3));
    for (const auto level : {depth::elements, depth::structure, depth::raw, depth::skip}) {
      deaf nobody(level);
      const test::memory_watch watch;
      reader reads(nobody);
      reads.feed(bytes);
      EXPECT_LE(watch.peak_bytes(), small_bytes_max) << type;
    }
  }
}

TEST(Memory, NoneIsTakenOnALengthsWord) {
  for (const unsigned type : {0u, 9u, 11u, 16u, 20u}) {
    const std::string head = "REDIS0011" + record(type, "k", len(500 << 20));
    for (const auto& bytes :
         {head, "REDIS0011" + std::string(1, static_cast<char>(type)) + len(500 << 20)}) {
      deaf nobody(depth::elements);
      const test::memory_watch watch;
      reader reads(nobody);
      EXPECT_EQ(reads.feed(bytes + "some bytes"), progress::more);
      EXPECT_LE(watch.peak_bytes(), small_bytes_max) << type;
    }
  }
}

}  // namespace
}  // namespace sandpiper::rdb
