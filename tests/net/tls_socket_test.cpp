#include "net/tls_socket.hpp"

#include <gtest/gtest.h>

#if SANDPIPER_TLS

#include <fcntl.h>
#include <openssl/bio.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "net/tls_owned.hpp"

namespace sandpiper::net {
namespace {

class TlsSocket : public ::testing::Test {
 protected:
  TlsSocket() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    socket.fd = ends[0];
    peer = ends[1];
    bio.reset(make_bio(socket));
  }
  ~TlsSocket() override {
    leave();
    ::close(socket.fd);
  }

  void leave() {
    if (peer >= 0) ::close(std::exchange(peer, -1));
  }

  std::string heard() const {
    std::array<char, 65536> bytes{};
    const auto n = ::recv(peer, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return {bytes.data(), static_cast<std::size_t>(n < 0 ? 0 : n)};
  }

  std::string read(std::size_t bytes) {
    std::string out(bytes, '\0');
    std::size_t n = 0;
    if (BIO_read_ex(bio.get(), out.data(), bytes, &n) != 1) return {};
    out.resize(n);
    return out;
  }

  bool write(const std::string& bytes) {
    std::size_t n = 0;
    return BIO_write_ex(bio.get(), bytes.data(), bytes.size(), &n) == 1 && n == bytes.size();
  }

  // Writes until something has to be kept. Returns what was given.
  std::string fill() {
    std::string all;
    while (socket.unsent.empty()) {
      const std::string more(10'000, static_cast<char>('a' + all.size() / 10'000 % 26));
      EXPECT_TRUE(write(more));
      all += more;
    }
    return all;
  }

  tls_socket socket;
  int peer = -1;
  owned<BIO, BIO_free> bio;
};

TEST_F(TlsSocket, ReadsWhatIsThereAndOtherwiseSaysLater) {
  EXPECT_EQ(read(10), "");
  EXPECT_TRUE(BIO_should_read(bio.get()));
  EXPECT_FALSE(BIO_eof(bio.get()));
  ASSERT_EQ(::send(peer, "hello", 5, 0), 5);
  EXPECT_EQ(read(3), "hel");
  EXPECT_EQ(read(10), "lo");
  EXPECT_EQ(socket.first_bytes, "hello");
  EXPECT_EQ(socket.error, 0);
}

// The socket need not be non-blocking for that.
TEST_F(TlsSocket, NeverBlocks) {
  ASSERT_EQ(::fcntl(socket.fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(read(1), "");
  fill();
  EXPECT_TRUE(socket.flush());
  EXPECT_FALSE(socket.unsent.empty());
}

TEST_F(TlsSocket, TellsTheEndOfTheStream) {
  leave();
  EXPECT_EQ(read(10), "");
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_TRUE(BIO_eof(bio.get()));
  EXPECT_TRUE(socket.ended);
}

TEST_F(TlsSocket, APeerThatLeftIsAnErrorAndNoSignal) {
  ::signal(SIGPIPE, SIG_DFL);
  leave();
  EXPECT_FALSE(write("x"));
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_EQ(socket.error, EPIPE);
  socket.unsent = "x";
  EXPECT_FALSE(socket.flush());
  EXPECT_EQ(socket.unsent, "x");
}

TEST_F(TlsSocket, KeepsWhatTheSocketDoesNotTakeAndSendsItInOrder) {
  auto all = fill();
  ASSERT_TRUE(write("and this"));
  all += "and this";
  EXPECT_EQ(socket.sent_bytes + socket.unsent.size(), all.size());

  std::string got = heard();
  const auto before = socket.sent_bytes;
  ASSERT_TRUE(write(", too"));
  all += ", too";
  EXPECT_EQ(socket.sent_bytes, before) << "what is kept leaves by flush() alone";
  while (got.size() < all.size()) {
    EXPECT_TRUE(socket.flush());
    got += heard();
  }
  EXPECT_TRUE(got == all);
  EXPECT_EQ(socket.sent_bytes, all.size());
  EXPECT_TRUE(socket.unsent.empty());
}

TEST_F(TlsSocket, KeepsSoMuchAndNoMore) {
  fill();
  const std::string record(16 << 10, 'r');
  int taken = 0;
  while (write(record)) ASSERT_LT(++taken, 10);
  EXPECT_TRUE(BIO_should_write(bio.get()));
  EXPECT_LT(socket.unsent.size(), tls_socket::unsent_bytes_max + record.size());
}

TEST_F(TlsSocket, RemembersTheFirstBytesAlone) {
  const std::string flood(1000, 'f');
  ASSERT_EQ(::send(peer, flood.data(), flood.size(), 0), 1000);
  EXPECT_EQ(read(20).size(), 20u);
  EXPECT_EQ(read(2000).size(), 980u);
  EXPECT_EQ(socket.first_bytes, std::string(tls_socket::first_bytes_max, 'f'));
}

}  // namespace
}  // namespace sandpiper::net

#endif
