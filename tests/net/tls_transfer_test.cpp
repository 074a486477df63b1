// What a TLS connection does with bytes once it stands: cut anywhere, both ways, to its end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#if SANDPIPER_TLS

#include <fcntl.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "net/tls_client.hpp"
#include "support/certificates.hpp"

namespace sandpiper::net {
namespace {

using sandpiper::test::authority;
using sandpiper::test::tls_server_options;
using sandpiper::test::tls_session;
using test::tls_client;
using ::testing::AllOf;
using ::testing::HasSubstr;

struct keys {
  authority signer;
  sandpiper::test::certificate_files files = signer.issue();
};

const keys& ours() {
  static const keys made;
  return made;
}

tls_options trusting() { return {.enabled = true, .ca_file = ours().signer.certificate_file()}; }

tls_server_options serving(int buffer_bytes = 0) {
  return {.certificate_file = ours().files.certificate,
          .key_file = ours().files.key,
          .buffer_bytes = buffer_bytes};
}

std::string noise(std::size_t bytes) {
  std::mt19937 random(static_cast<unsigned>(bytes));
  std::string out(bytes, '\0');
  std::generate(out.begin(), out.end(), [&] { return static_cast<char>(random()); });
  return out;
}

void echo(tls_session& session) {
  if (!session.accept()) return;
  for (auto bytes = session.read(); !bytes.empty(); bytes = session.read()) session.write(bytes);
}

// The front of what is left, cut into pieces otherwise every time; always more than a record.
std::vector<std::string_view> cut(std::string_view bytes, std::mt19937& random) {
  constexpr std::size_t bytes_min = 20'000;
  std::vector<std::string_view> pieces;
  for (std::size_t total = 0; total < bytes_min && !bytes.empty();) {
    const auto longest = random() % 8 == 0 ? 40'000 : 90;
    const auto size = std::min<std::size_t>(random() % longest, bytes.size());  // 0 now and then
    pieces.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
    total += size;
  }
  return pieces;
}

// Writes `bytes` and reads as many back, as both become possible.
std::string exchanged(tls_client& client, std::string_view bytes, int* refused = nullptr) {
  std::mt19937 random(1);
  std::string back;
  std::string room(9000, '\0');
  const auto size = bytes.size();
  while (back.size() < size) {
    bool moved = false;
    if (!bytes.empty()) {
      const auto pieces = cut(bytes, random);
      const auto step = client.channel().write(pieces);
      if (step.status == io::failed) break;
      if (step.status == io::want_writable && refused != nullptr) ++*refused;
      bytes.remove_prefix(step.bytes);
      moved = step.bytes > 0;
    }
    const auto step = client.channel().read(room);
    if (step.status == io::done) back.append(room, 0, step.bytes);
    if (step.status == io::failed || step.status == io::ended) break;
    if (moved || step.status == io::done) continue;
    pollfd ready{client.socket(), static_cast<short>(bytes.empty() ? POLLIN : POLLIN | POLLOUT), 0};
    ::poll(&ready, 1, 1000);
  }
  return back;
}

TEST(TlsTransfer, LargeTransfersRunBothWaysAtOnce) {
  const auto bytes = noise(6 << 20);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto served = serving();
    served.version_max = version;
    tls_client client(served, echo, trusting());
    ASSERT_EQ(client.handshake().status, io::done);
    EXPECT_TRUE(exchanged(client, bytes) == bytes) << client.channel().why();
  }
}

// The smallest buffers that the system grants: most records go out in several parts.
TEST(TlsTransfer, APartialWriteGoesOnWhereItStopped) {
  const auto bytes = noise(400 << 10);
  tls_client client(serving(1), echo, trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  int refused = 0;
  EXPECT_TRUE(exchanged(client, bytes, &refused) == bytes) << client.channel().why();
  EXPECT_GT(refused, 10);
}

// A command that was not told as sent is sent again on the next connection, so it must not arrive
// on this one.
TEST(TlsTransfer, WhatWasNotToldAsSentDoesNotArrive) {
  std::atomic<std::size_t> told = 0;
  std::size_t arrived = 0;
  const auto listen = [&](tls_session& session) {
    session.accept();
    while (told == 0) std::this_thread::yield();
    arrived = session.read_exactly(told).size();
    session.renew_keys();
    session.write("seen");
    for (auto more = session.read(); !more.empty(); more = session.read()) arrived += more.size();
  };
  tls_client client(serving(1), listen, trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  const std::string bytes(1000, 'x');
  const std::string_view pieces[] = {bytes};
  std::size_t sent = 0;
  for (auto step = client.channel().write(pieces); step.status == io::done;) {
    sent += step.bytes;
    step = client.channel().write(pieces);
  }
  EXPECT_GT(sent, 0u);
  told = std::max<std::size_t>(sent, 1);
  EXPECT_EQ(client.read(), "seen");
  char byte = 0;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(client.channel().read({&byte, 1}).status, io::want_readable);
  }
  client.close();
  EXPECT_EQ(arrived, sent);
}

// TLS 1.3 lets a peer ask for new keys in the middle of everything.
TEST(TlsTransfer, NewKeysChangeNothing) {
  const auto bytes = noise(600 << 10);
  const auto renewing_echo = [](tls_session& session) {
    if (!session.accept()) return;
    for (auto got = session.read(); !got.empty(); got = session.read()) {
      session.renew_keys();
      session.write(got);
    }
  };
  for (const int buffer_bytes : {0, 1}) {
    tls_client client(serving(buffer_bytes), renewing_echo, trusting());
    ASSERT_EQ(client.handshake().status, io::done);
    EXPECT_TRUE(exchanged(client, bytes) == bytes) << client.channel().why();
  }
}

// Carries bytes between two sockets, one at a time.
class trickle {
 public:
  explicit trickle(int far) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    near_ = ends[0];
    inner_ = ends[1];
    for (const int end : {near_, inner_}) ::fcntl(end, F_SETFL, O_NONBLOCK);
    carrier_ = std::thread([this, far] { carry(far); });
  }
  ~trickle() {
    ::shutdown(near_, SHUT_RDWR);
    carrier_.join();
    ::close(near_);
    ::close(inner_);
  }
  [[nodiscard]] int near() const { return near_; }

 private:
  void carry(int far) const {
    while (true) {
      pollfd ready[] = {{far, POLLIN, 0}, {inner_, POLLIN, 0}};
      if (::poll(ready, 2, 60'000) <= 0) return;
      for (const int i : {0, 1}) {
        if (ready[i].revents == 0) continue;
        char byte = 0;
        const auto n = ::recv(ready[i].fd, &byte, 1, MSG_DONTWAIT);
        if (n == 0) return;
        if (n < 0) continue;
        while (::send(ready[1 - i].fd, &byte, 1, MSG_NOSIGNAL) < 0 && errno == EAGAIN) {
          pollfd room{ready[1 - i].fd, POLLOUT, 0};
          ::poll(&room, 1, 60'000);
        }
      }
    }
  }

  int near_ = -1;
  int inner_ = -1;
  std::thread carrier_;
};

TEST(TlsTransfer, BytesThatComeOneByOneAreWaitedFor) {
  sandpiper::test::tls_server server(serving(), echo);
  const trickle link(server.socket());
  auto started = tls_channel::start(trusting(), "localhost", link.near());
  ASSERT_TRUE(started);
  auto& channel = **started;
  ASSERT_EQ(test::handshake(channel, link.near()).status, io::done) << channel.why();
  const auto bytes = noise(3000);
  ASSERT_EQ(test::write_all(channel, link.near(), bytes).status, io::done);
  std::string back;
  while (back.size() < bytes.size()) {
    const auto more = test::read_some(channel, link.near());
    ASSERT_FALSE(more.empty()) << channel.why();
    back += more;
  }
  EXPECT_TRUE(back == bytes);
}

TEST(TlsTransfer, ABatchOfSmallPiecesIsOneRecord) {
  std::string first;
  tls_client client(
      serving(), [&](tls_session& s) { s.accept(), first = s.read(16 << 10); }, trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  std::vector<std::string_view> pieces(64, "*1\r\n$4\r\nPING\r\n");
  const auto step = client.channel().write(pieces);
  EXPECT_EQ(step.status, io::done);
  EXPECT_EQ(step.bytes, 64 * 14u);
  client.close();
  EXPECT_EQ(first.size(), 64 * 14u) << "one read gives one record";
}

TEST(TlsTransfer, OneWriteIsBounded) {
  std::string got;
  tls_client client(
      serving(),
      [&](tls_session& s) {
        s.accept();
        for (auto more = s.read(); !more.empty(); more = s.read()) got += more;
      },
      trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  const auto bytes = noise(3 << 20);
  std::string_view left = bytes;
  while (!left.empty()) {
    const std::string_view pieces[] = {left, ""};
    const auto step =
        test::settled(client.socket(), [&] { return client.channel().write(pieces); });
    ASSERT_EQ(step.status, io::done);
    EXPECT_LE(step.bytes, tls_channel::write_bytes_max);
    left.remove_prefix(step.bytes);
  }
  EXPECT_EQ(client.channel().write({}).status, io::done);
  client.close();
  EXPECT_TRUE(got == bytes);
}

// What has left the socket is never announced by the socket again.
TEST(TlsTransfer, SaysWhenMoreCanBeReadWithoutWaiting) {
  const auto send_much = [](tls_session& session) {
    session.accept();
    session.write(std::string(40'000, 'x'));
    session.read();
  };
  tls_client client(serving(), send_much, trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  EXPECT_FALSE(client.channel().buffered());
  std::string room(10, '\0');
  std::size_t got =
      test::settled(client.socket(), [&] { return client.channel().read(room); }).bytes;
  EXPECT_EQ(got, 10u);
  EXPECT_TRUE(client.channel().buffered());
  while (got < 40'000) {
    const auto step = test::settled(client.socket(), [&] { return client.channel().read(room); });
    ASSERT_EQ(step.status, io::done);
    got += step.bytes;
  }
  EXPECT_FALSE(client.channel().buffered());
  EXPECT_EQ(client.channel().read(room).status, io::want_readable);
}

TEST(TlsTransfer, ACloseInOrderIsAnEndAndStaysOne) {
  const auto bye = [](tls_session& session) {
    session.accept();
    session.write("last words");
    session.close_notify();
  };
  tls_client client(serving(), bye, trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  const auto [text, how] = test::read_to_end(client.channel(), client.socket());
  EXPECT_EQ(text, "last words");
  EXPECT_EQ(how, io::ended);
  char byte = 0;
  EXPECT_EQ(client.channel().read({&byte, 1}).status, io::ended);
  EXPECT_EQ(client.channel().why(), "");
}

TEST(TlsTransfer, AConnectionCutIsAFailureWithWords) {
  const auto cut_off = [](tls_session& session) {
    session.accept();
    session.write("last words");
    session.hang_up();
  };
  tls_client client(serving(), cut_off, trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  const auto [text, how] = test::read_to_end(client.channel(), client.socket());
  EXPECT_EQ(text, "last words");
  EXPECT_EQ(how, io::failed);
  EXPECT_THAT(client.channel().why(),
              AllOf(HasSubstr("the server closed the connection without TLS's closing message"),
                    HasSubstr("it was killed"), HasSubstr("cut the line")));
  char byte = 0;
  EXPECT_EQ(client.channel().read({&byte, 1}).status, io::failed);
  const std::string_view pieces[] = {"x"};
  EXPECT_EQ(client.channel().write(pieces).status, io::failed);
}

TEST(TlsTransfer, BytesChangedOnTheWayAreRefused) {
  const auto forge = [](tls_session& session) {
    session.accept();
    session.write("sound");
    session.write_raw(std::string_view("\x17\x03\x03\x00\x20", 5));
    session.write_raw(std::string(32, 'f'));
    session.read_raw();
  };
  tls_client client(serving(), forge, trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  const auto [text, how] = test::read_to_end(client.channel(), client.socket());
  EXPECT_EQ(text, "sound");
  EXPECT_EQ(how, io::failed);
  EXPECT_THAT(client.channel().why(), HasSubstr("changed on its way"));
}

TEST(TlsTransfer, WritingToAPeerThatLeftRaisesNoSignal) {
  ::signal(SIGPIPE, SIG_DFL);
  const auto leave = [](tls_session& session) { session.accept(), session.hang_up(); };
  tls_client client(serving(), leave, trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  while (client.write("ping").status == io::done) {
  }
  EXPECT_THAT(client.channel().why(), HasSubstr("without TLS's closing message"));
}

TEST(TlsTransfer, ClosingTellsThePeerThatNothingFollows) {
  bool in_order = false;
  const auto listen = [&](tls_session& session) {
    session.accept();
    session.read();
    in_order = session.ended_in_order();
  };
  tls_client client(serving(), listen, trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  client.close();
  EXPECT_TRUE(in_order);
}

// The child has a copy of the channel, and the connection is the parent's.
TEST(TlsTransfer, AChildProcessSaysNothingOnItsParentsConnection) {
  tls_client client(serving(), echo, trusting());
  ASSERT_EQ(client.handshake().status, io::done);
  const auto child = ::fork();
  if (child == 0) {
    client.drop();
    ::_exit(0);
  }
  int status = 1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  ASSERT_EQ(client.write("still here").status, io::done);
  EXPECT_EQ(client.read(), "still here") << client.channel().why();
}

}  // namespace
}  // namespace sandpiper::net

#endif
