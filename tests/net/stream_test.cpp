#include "net/stream.hpp"

#include <asio/io_context.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace sandpiper::net {
namespace {

class Stream : public testing::Test {
 protected:
  Stream() {
    asio::local::stream_protocol::socket mine(context);
    asio::local::connect_pair(mine, peer);
    mine.non_blocking(true);
    ours.emplace(std::move(mine), nullptr);
  }

  void peer_says(std::string_view text) { peer.send(asio::buffer(text.data(), text.size())); }
  std::string peer_hears() {
    std::array<char, 4096> bytes;
    return {bytes.data(), peer.read_some(asio::buffer(bytes))};
  }
  void expect_read(std::string_view text) {
    std::array<char, 64> bytes;
    const auto [status, n] = ours->read(bytes);
    ASSERT_EQ(status, io::done);
    EXPECT_EQ(std::string_view(bytes.data(), n), text);
  }

  asio::io_context context;
  asio::local::stream_protocol::socket peer{context};
  std::optional<stream> ours;
  std::array<char, 64> into{};
};

TEST_F(Stream, ReadsWhatIsThereAndNeverWaits) {
  EXPECT_EQ(ours->read(into).status, io::want_readable);
  peer_says("hello");
  expect_read("hello");
  EXPECT_EQ(ours->read(into).status, io::want_readable);
  EXPECT_FALSE(ours->buffered());
}

TEST_F(Stream, WritesPiecesAsOne) {
  const std::array<std::string_view, 1> one{"abc"};
  EXPECT_EQ(ours->write(one).bytes, 3U);
  EXPECT_EQ(peer_hears(), "abc");
  const std::array<std::string_view, 3> three{"ab", "cde", "f"};
  EXPECT_EQ(ours->write(three).bytes, 6U);
  EXPECT_EQ(peer_hears(), "abcdef");
}

TEST_F(Stream, LooksAtNoMorePiecesThanItSays) {
  const std::vector<std::string_view> many(stream::pieces_max + 9, "x");
  EXPECT_EQ(ours->write(many).bytes, stream::pieces_max);
}

TEST_F(Stream, AFullSocketTakesAPartAndThenNothing) {
  const std::string large(8U << 20, 'x');
  const std::array<std::string_view, 1> piece{large};
  const auto first = ours->write(piece);
  EXPECT_EQ(first.status, io::done);
  EXPECT_LT(first.bytes, large.size());
  auto more = ours->write(piece);
  while (more.status == io::done) more = ours->write(piece);
  EXPECT_EQ(more.status, io::want_writable);
  EXPECT_EQ(more.bytes, 0U);
}

TEST_F(Stream, ThePeersEndIsAnEndOnceAllIsRead) {
  peer_says("bye");
  peer.close();
  expect_read("bye");
  EXPECT_EQ(ours->read(into).status, io::ended);
}

TEST_F(Stream, AWriteToNobodyFailsWithACause) {
  peer.close();
  const std::array<std::string_view, 1> piece{"abc"};
  auto done = ours->write(piece);
  if (done.status == io::done) done = ours->write(piece);
  EXPECT_EQ(done.status, io::failed);
  EXPECT_FALSE(ours->cause().empty());
}

TEST_F(Stream, TellsWhenItIsReadableAndWritable) {
  int readable = 0;
  int writable = 0;
  ours->wait_readable([&](const std::error_code& why) { readable += !why; });
  ours->wait_writable([&](const std::error_code& why) { writable += !why; });
  context.run_one();
  EXPECT_EQ(writable, 1);
  EXPECT_EQ(readable, 0);
  peer_says("x");
  context.run();
  EXPECT_EQ(readable, 1);
}

// What was readable before, and was not read, is readable still.
TEST_F(Stream, WaitingAgainIsToldOfWhatIsThereAlready) {
  peer_says("xy");
  for (int i = 0; i < 2; ++i) {
    bool told = false;
    ours->wait_readable([&](const std::error_code& why) { told = !why; });
    context.restart();
    context.run();
    EXPECT_TRUE(told);
    EXPECT_EQ(ours->read(std::span(into).first(1)).bytes, 1U);
  }
}

TEST_F(Stream, ClosingEndsEveryWait) {
  std::vector<std::error_code> ends;
  ours->wait_readable([&](const std::error_code& why) { ends.push_back(why); });
  ours->close();
  context.run();
  EXPECT_EQ(ends, std::vector<std::error_code>{asio::error::operation_aborted});
  EXPECT_EQ(ours->read(into).status, io::failed);
}

}  // namespace
}  // namespace sandpiper::net
