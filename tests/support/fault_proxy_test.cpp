#include "support/fault_proxy.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "support/redis_server.hpp"

namespace sandpiper::test {
namespace {

using namespace std::chrono_literals;

constexpr int soon_ms = 10'000;  // what must come, comes long before
constexpr int never_ms = 100;    // what must not come has had the time to

/// A client that sees bytes.
class plain_client {
 public:
  explicit plain_client(const fault_proxy& to) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const auto url = to.url();
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  }
  plain_client(const plain_client&) = delete;
  plain_client& operator=(const plain_client&) = delete;
  ~plain_client() { ::close(socket_); }

  void say(std::string_view bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// What comes until there are `bytes` of it, the end, an error ("!"), or nothing more ("?").
  [[nodiscard]] std::string hear(std::size_t bytes, int patience_ms = soon_ms) const {
    std::string all;
    while (all.size() < bytes) {
      pollfd one{socket_, POLLIN, 0};
      if (::poll(&one, 1, patience_ms) == 0) return all + "?";
      char byte = 0;
      const auto n = ::recv(socket_, &byte, 1, 0);
      if (n < 0) return all + "!";
      if (n == 0) return all;
      all += byte;
    }
    return all;
  }

 private:
  int socket_;
};

struct way {
  redis_server server;
  fault_proxy proxy{server.socket_path()};
  plain_client client{proxy};

  void greet() const {
    client.say("PING\r\n");
    EXPECT_EQ(client.hear(7), "+PONG\r\n");
  }
};

TEST(FaultProxy, LeavesAlone) {
  way w;
  w.greet();
  const std::string large(300'000, 'x');
  w.client.say("*2\r\n$4\r\nECHO\r\n$300000\r\n" + large + "\r\n");
  EXPECT_EQ(w.client.hear(9 + large.size() + 2), "$300000\r\n" + large + "\r\n");
  EXPECT_EQ(w.proxy.accepted(), 1u);
  EXPECT_EQ(w.proxy.open(), 1u);
}

TEST(FaultProxy, DelaysAndSlicesWithoutChangingAByte) {
  way w;
  w.proxy.set({.delay = 5ms, .slice_bytes = 1});
  const auto began = std::chrono::steady_clock::now();
  w.greet();
  EXPECT_GE(std::chrono::steady_clock::now() - began, 10ms);
}

TEST(FaultProxy, CutsAfterSoManyBytes) {
  way w;
  w.greet();
  w.proxy.cut_after(toward::client, 3);
  w.client.say("PING\r\n");
  EXPECT_EQ(w.client.hear(7).substr(0, 3), "+PO");
}

TEST(FaultProxy, TurnsAByteOver) {
  way w;
  w.greet();
  w.proxy.corrupt_after(toward::client, 1);
  w.client.say("PING\r\n");
  EXPECT_EQ(w.client.hear(7), std::string("+") + static_cast<char>(~'P') + "ONG\r\n");
  w.greet();
}

TEST(FaultProxy, Resets) {
  way w;
  w.greet();
  w.proxy.reset();
  EXPECT_EQ(w.client.hear(1), "!");
  EXPECT_EQ(w.proxy.open(), 0u);
}

TEST(FaultProxy, ClosesOneHalf) {
  way w;
  w.greet();
  w.proxy.half_close(toward::client);
  EXPECT_EQ(w.client.hear(1), "");
  w.client.say("SET k v\r\n");
  std::string arrived;
  for (int i = 0; i < soon_ms && arrived != "v"; ++i) {
    arrived = w.server.ask("GET k");
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(arrived, "v");
}

TEST(FaultProxy, SwallowsAsABlackHole) {
  way w;
  w.greet();
  w.proxy.set({.black_hole = true});
  w.client.say("PING\r\n");
  EXPECT_EQ(w.client.hear(1, never_ms), "?");
  w.proxy.set({});
  w.client.say("PING\r\n");
  EXPECT_EQ(w.client.hear(1, never_ms), "?") << "what came behind the hole went on";
}

TEST(FaultProxy, Stalls) {
  way w;
  w.greet();
  w.proxy.set({.stall = toward::client});
  w.client.say("PING\r\n");
  EXPECT_EQ(w.client.hear(1, never_ms), "?");
  w.proxy.set({});
  EXPECT_EQ(w.client.hear(7), "+PONG\r\n");
}

TEST(FaultProxy, Refuses) {
  way w;
  w.greet();
  w.proxy.set({.refuse = true});
  const plain_client other(w.proxy);
  EXPECT_NE(other.hear(1), "?");
  w.proxy.set({});
  w.greet();
}

}  // namespace
}  // namespace sandpiper::test
