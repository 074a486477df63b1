#include "rdb/input.hpp"

#include <gtest/gtest.h>

#include "rdb/building.hpp"
#include "rdb/transcript.hpp"
#include "sandpiper/rdb/crc64.hpp"

namespace sandpiper::rdb {
namespace {

// An input that is fed from memory which is gone after each feed.
class Input : public testing::Test {
 protected:
  Input() {
    in.restart();
    in.open({});
  }

  // Starts a read, then feeds `bytes` in pieces until it is complete or the bytes are used up.
  template <class Read>
  bool read(Read read, std::string_view bytes, std::size_t step) {
    bool complete = read.await_ready();
    while (!complete && !in.failed() && !bytes.empty()) {
      in.settle();
      piece_ = std::make_unique<std::string>(bytes.substr(0, step));
      bytes.remove_prefix(piece_->size());
      in.open(*piece_);
      complete = in.advance();
    }
    return complete;
  }
  // The pieces fed so far are no longer needed.
  void go_on() {
    in.settle();
    in.open({});
    piece_.reset();
  }

  transcript told;
  options how;
  input in{told, how};

 private:
  std::unique_ptr<std::string> piece_;
};

TEST_F(Input, NumbersMayBeCutAnywhere) {
  for (const std::size_t step : {1, 2, 3, 9}) {
    auto number = in.u64();
    ASSERT_TRUE(read(number, le(std::uint64_t{0x0102030405060708}), step));
    EXPECT_EQ(number.await_resume(), 0x0102030405060708u);
    go_on();
    auto length = in.length();
    ASSERT_TRUE(read(length, hex("81 ff ff ff ff ff ff ff ff"), step));
    EXPECT_EQ(length.await_resume(), UINT64_MAX);
    go_on();
    auto text = in.fixed(200);
    ASSERT_TRUE(read(text, std::string(200, 'x'), step));
    EXPECT_EQ(std::string(text.await_resume(), 200), std::string(200, 'x'));
    go_on();
  }
}

TEST_F(Input, StringsOutliveTheirInput) {
  ASSERT_TRUE(read(in.name(slot::key), str("key"), 100));
  go_on();
  ASSERT_TRUE(read(in.name(slot::a), str(std::string(100, 'a')), 7));
  go_on();
  ASSERT_TRUE(read(in.name(slot::b), hex("c3 09 28 01 61 61 e0 1b 00 01 61 61"), 5));
  go_on();
  ASSERT_TRUE(read(in.name(slot::c), hex("c1 18 fc"), 1));
  go_on();
  EXPECT_EQ(in.at(slot::key).bytes(), "key");
  EXPECT_EQ(in.at(slot::a).bytes(), std::string(100, 'a'));
  EXPECT_EQ(in.at(slot::b).bytes(), std::string(40, 'a'));
  EXPECT_EQ(in.at(slot::c).number(), -1000);
}

TEST_F(Input, ASlotIsReadAgainWithoutHarm) {
  for (const auto* text : {"first", "the second is longer", "3"}) {
    ASSERT_TRUE(read(in.name(slot::a), str(text), 4));
    EXPECT_EQ(in.at(slot::a).bytes(), text);
    go_on();
    EXPECT_EQ(in.at(slot::a).bytes(), text);
  }
  in.drop(slot::a);
  EXPECT_EQ(in.at(slot::a).bytes(), "");
}

TEST_F(Input, ABlobIsAlwaysBytes) {
  ASSERT_TRUE(read(in.blob(slot::a), hex("c1 18 fc"), 100));
  EXPECT_EQ(in.at(slot::a).bytes(), "-1000");
}

TEST_F(Input, TheChecksumIsOfAllThatWasTaken) {
  const std::string bytes = str("some text") + le(std::uint64_t{7});
  ASSERT_TRUE(read(in.name(slot::a), str("some text"), 3));
  go_on();
  ASSERT_TRUE(read(in.u64(), le(std::uint64_t{7}), 5));
  go_on();
  EXPECT_EQ(in.checksum(), crc64(0, bytes));
  EXPECT_EQ(in.offset(), bytes.size());
}

TEST_F(Input, AFaultIsWhereItsReadBegan) {
  ASSERT_TRUE(read(in.byte(), "x", 1));
  go_on();
  EXPECT_FALSE(read(in.name(slot::a), hex("c3 05 82"), 1)) << "82 begins no length";
  ASSERT_TRUE(in.failed());
  EXPECT_EQ(in.why()->offset, 1u);
  in.set_fault(fault_kind::io, subject::input, "another", 9);
  EXPECT_EQ(in.why()->offset, 1u) << "the first counts";
}

}  // namespace
}  // namespace sandpiper::rdb
