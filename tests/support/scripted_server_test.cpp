#include "support/scripted_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

namespace sandpiper::test {
namespace {

class plain_client {
 public:
  explicit plain_client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(port);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
  }
  ~plain_client() { ::close(socket_); }
  plain_client(const plain_client&) = delete;
  plain_client& operator=(const plain_client&) = delete;

  void say(std::string_view bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // Until the server closes, or an error, which is told by name.
  [[nodiscard]] std::string hear_all() const {
    std::string all;
    char piece[256];
    for (;;) {
      const auto n = ::recv(socket_, piece, sizeof piece, 0);
      if (n < 0) return all + std::strerror(errno);
      if (n == 0) return all;
      all.append(piece, static_cast<std::size_t>(n));
    }
  }

 private:
  int socket_;
};

constexpr std::string_view get = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n";

TEST(ScriptedServer, PlaysItsStepsAndHangsUp) {
  scripted_server server({script().read("GET").write(":1\r\n").serve(2)});
  const plain_client client(server.port());
  client.say(get);
  client.say(std::string(get) + std::string(get));
  EXPECT_EQ(client.hear_all(), ":1\r\n+OK\r\n+OK\r\n");
  EXPECT_EQ(server.received("GET"), 3U);
  EXPECT_EQ(server.accepted(), 1U);
}

TEST(ScriptedServer, TheLastScriptIsForAllThatFollow) {
  scripted_server server({script().write("first"), script().write("ab", 3)});
  EXPECT_EQ(plain_client(server.port()).hear_all(), "first");
  EXPECT_EQ(plain_client(server.port()).hear_all(), "ababab");
  EXPECT_EQ(plain_client(server.port()).hear_all(), "ababab");
}

TEST(ScriptedServer, WaitsToBeToldToGoOn) {
  scripted_server server({script().wait().write("x")});
  const plain_client client(server.port());
  server.go();
  EXPECT_EQ(client.hear_all(), "x");
}

TEST(ScriptedServer, AResetIsAnErrorForTheClient) {
  scripted_server server({script().reset()});
  EXPECT_EQ(plain_client(server.port()).hear_all(), std::strerror(ECONNRESET));
}

TEST(ScriptedServer, StopsWhateverItIsDoing) {
  for (auto steps : {script().wait(), script().hang(), script().read("GET"), script().serve(),
                     script().write(std::string(1 << 20, 'x'), 64)}) {
    scripted_server server({std::move(steps)});
    const plain_client client(server.port());
    while (server.accepted() == 0) {
    }
  }
}

}  // namespace
}  // namespace sandpiper::test
