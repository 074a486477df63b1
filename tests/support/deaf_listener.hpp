#pragma once
// A port that leads nowhere: a connection to it is neither made nor refused.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <vector>

namespace sandpiper::test {

/// Its queue of connections is full and nobody takes one out, so the kernel answers no more.
/// Throws std::system_error.
class deaf_listener {
 public:
  deaf_listener() {
    const int listener = take(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    auto* const address = reinterpret_cast<sockaddr*>(&where);
    check(::bind(listener, address, size));
    check(::getsockname(listener, address, &size));
    check(::listen(listener, 0));
    port_ = ntohs(where.sin_port);
    for (int i = 0; i < 4; ++i) {
      const int filler = take(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      if (::connect(filler, address, size) != 0 && errno != EINPROGRESS) check(-1);
    }
  }
  ~deaf_listener() {
    for (const int one : sockets_) ::close(one);
  }
  deaf_listener(const deaf_listener&) = delete;
  deaf_listener& operator=(const deaf_listener&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  static void check(int done) {
    if (done < 0) throw std::system_error(errno, std::generic_category(), "deaf_listener");
  }
  int take(int socket) {
    check(socket);
    sockets_.push_back(socket);
    return socket;
  }

  std::vector<int> sockets_;
  std::uint16_t port_ = 0;
};

}  // namespace sandpiper::test
