// Snapshots a real server wrote, against what that server said they hold.

#include <gtest/gtest.h>

#include "rdb/json_lines.hpp"
#include "rdb/reading.hpp"
#include "rdb/samples.hpp"
#include "sandpiper/rdb/dump.hpp"

namespace sandpiper::rdb {
namespace {

TEST(Fixtures, HoldWhatTheServerThatWroteThemSaid) {
  for (const auto& path : files("fixtures", ".rdb")) {
    const auto bytes = read_file(path);
    json_lines told;
    reader reads(told);
    EXPECT_EQ(reads.feed(bytes), progress::done) << path;
    EXPECT_EQ(reads.unread_bytes(), 0u);
    EXPECT_EQ(reads.offset(), bytes.size());
    auto expected = path;
    EXPECT_EQ(told.text(), read_file(expected.replace_extension(".jsonl"))) << path;
  }
}

TEST(Fixtures, TellTheSameHoweverTheyAreCut) {
  for (const auto& path : files("fixtures", ".rdb")) {
    SCOPED_TRACE(path);
    const auto whole = every_cut(read_file(path));
    EXPECT_TRUE(whole.done()) << whole.why;
    EXPECT_EQ(whole.warnings, 0) << whole.text;
  }
}

TEST(Fixtures, AreTruncatedWhereverTheyEndEarly) {
  for (const auto& path : files("fixtures", ".rdb")) {
    SCOPED_TRACE(path);
    const auto bytes = read_file(path);
    expect_truncated_everywhere(bytes, record_offsets(bytes));
  }
}

// Raw bytes must be worth as much as the elements: what DUMP would give is made of them and read
// again.
TEST(Fixtures, RawValuesMakePayloadsOfTheSameElements) {
  class payloads final : public visitor {
   public:
    depth key(const key_info& k) override {
      type_ = k.type;
      name_ = k.name;
      raw_.clear();
      return depth::raw;
    }
    void raw(std::string_view bytes) override { raw_ += bytes; }
    void end_key(const key_end&) override {
      const auto payload = dump_raw(type_, raw_, 10);
      const auto fault = dump_reader(told).read(payload, name_);
      EXPECT_FALSE(fault) << fault->message();
    }
    json_lines told;

   private:
    std::uint8_t type_ = 0;
    std::string name_;
    std::string raw_;
  };

  for (const std::string name : {"strings", "lists", "sets", "hashes", "zsets", "streams"}) {
    payloads seen;
    reader reads(seen);
    ASSERT_EQ(reads.feed(read_file(samples("fixtures") / (name + ".rdb"))), progress::done);
    EXPECT_EQ(seen.told.text(), read_file(samples("fixtures") / (name + ".jsonl")));
  }
}

// A flipped bit anywhere is found by the checksum at the latest, and harms nobody before.
TEST(Fixtures, NoFlippedBitGoesUnnoticed) {
  for (const std::string name : {"hashes", "zsets", "streams", "attributes", "lists"}) {
    const auto sound = read_file(samples("fixtures") / (name + ".rdb"));
    for (std::size_t at = 0; at < sound.size(); ++at) {
      auto flipped = sound;
      flipped[at] = static_cast<char>(flipped[at] ^ 1 << at % 8);
      EXPECT_EQ(read_whole(flipped).state, progress::failed) << name << ", byte " << at;
    }
  }
}

// The same without the checksum to catch them: any answer is right that comes, and comes without
// harm. What is read over must end where what is decoded ends.
TEST(Fixtures, FlippedBitsWithoutChecksumAreHarmless) {
  for (const std::string name : {"hashes", "zsets", "streams", "attributes", "lists"}) {
    const auto sound = read_file(samples("fixtures") / (name + ".rdb"));
    for (std::size_t at = 0; at < sound.size(); ++at) {
      auto flipped = sound;
      flipped[at] = static_cast<char>(flipped[at] ^ 1 << at % 8);
      const auto elements = read_whole(flipped, depth::elements, {.checksum = false});
      const auto over = read_whole(flipped, depth::skip, {.checksum = false});
      if (elements.done()) {
        EXPECT_TRUE(over.done()) << name << ", byte " << at << ": " << over.why;
      }
    }
  }
}

}  // namespace
}  // namespace sandpiper::rdb
