// A tls_channel and a real server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#if SANDPIPER_TLS

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "net/tls_client.hpp"
#include "support/certificates.hpp"
#include "support/redis_server.hpp"

namespace sandpiper::net {
namespace {

using sandpiper::test::authority;
using sandpiper::test::redis_server;
using sandpiper::test::redis_server_options;
using ::testing::HasSubstr;

const authority& ours() {
  static const authority made;
  return made;
}

redis_server_options with_tls(bool asks_clients = false) {
  static const auto files = ours().issue();
  return {.tls_certificate_file = files.certificate,
          .tls_key_file = files.key,
          .tls_ca_file = ours().certificate_file(),
          .tls_asks_clients = asks_clients};
}

tls_options trusting() { return {.enabled = true, .ca_file = ours().certificate_file()}; }

class link {
 public:
  link(const redis_server& server, const tls_options& options)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(server.tls_port());
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
    ::fcntl(socket_, F_SETFL, O_NONBLOCK);
    channel_ = tls_channel::start(options, "localhost", socket_).value();
  }
  ~link() {
    channel_.reset();
    ::close(socket_);
  }

  tls_channel& channel() { return *channel_; }
  transfer handshake() { return test::handshake(*channel_, socket_); }
  transfer write(std::string_view bytes) { return test::write_all(*channel_, socket_, bytes); }
  std::string read() { return test::read_some(*channel_, socket_); }
  std::string read(std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) {
      const auto more = read();
      if (more.empty()) break;
      out += more;
    }
    return out;
  }

 private:
  int socket_;
  std::unique_ptr<tls_channel> channel_;
};

TEST(TlsRedis, CommandsAndLargeValuesGoBothWays) {
  const redis_server server(with_tls());
  link db(server, trusting());
  ASSERT_EQ(db.handshake().status, io::done) << db.channel().why();
  ASSERT_EQ(db.write("PING\r\n").status, io::done);
  EXPECT_EQ(db.read(), "+PONG\r\n");

  const std::string value(5 << 20, 'v');
  const auto length = std::to_string(value.size());
  ASSERT_EQ(db.write("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + length + "\r\n" + value + "\r\n").status,
            io::done);
  EXPECT_EQ(db.read(), "+OK\r\n");
  ASSERT_EQ(db.write("GET k\r\n").status, io::done);
  const auto expected = "$" + length + "\r\n" + value + "\r\n";
  EXPECT_TRUE(db.read(expected.size()) == expected);
}

TEST(TlsRedis, AClientCertificateIsShownOrItsLackTold) {
  const redis_server server(with_tls(true));
  const auto mine = ours().issue_for_client("ann");
  auto options = trusting();
  options.certificate_file = mine.certificate;
  options.key_file = mine.key;
  link known(server, options);
  ASSERT_EQ(known.handshake().status, io::done) << known.channel().why();
  ASSERT_EQ(known.write("PING\r\n").status, io::done);
  EXPECT_EQ(known.read(), "+PONG\r\n");

  link unknown(server, trusting());
  ASSERT_EQ(unknown.handshake().status, io::done) << unknown.channel().why();
  EXPECT_EQ(unknown.read(), "");
  EXPECT_THAT(unknown.channel().why(), HasSubstr("asks for a client certificate"));
}

TEST(TlsRedis, AServerThatStopsEndsTheConnection) {
  redis_server server(with_tls());
  link stopped(server, trusting());
  ASSERT_EQ(stopped.handshake().status, io::done);
  server.restart();
  EXPECT_EQ(stopped.read(), "");

  link killed(server, trusting());
  ASSERT_EQ(killed.handshake().status, io::done);
  ASSERT_EQ(killed.write("PING\r\n").status, io::done);
  EXPECT_EQ(killed.read(), "+PONG\r\n");
  server.kill();
  EXPECT_EQ(killed.read(), "");
  EXPECT_THAT(killed.channel().why(), HasSubstr("without TLS's closing message"));
}

}  // namespace
}  // namespace sandpiper::net

#endif
