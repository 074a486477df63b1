#pragma once
// One command at a time over one Unix socket, and the bytes of the reply as they came.

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/parser.hpp"

namespace sandpiper::test {

/// Strand-bound. Throws std::system_error when the socket fails or the server is silent for 30 s.
class raw_link {
 public:
  explicit raw_link(const std::string& socket_path)
      : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof where.sun_path) throw std::runtime_error("set a short TMPDIR");
    std::memcpy(where.sun_path, socket_path.data(), socket_path.size());
    const timeval patience{30, 0};
    check(::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), "setsockopt");
    check(::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where), "connect");
  }
  ~raw_link() { ::close(socket_); }
  raw_link(const raw_link&) = delete;
  raw_link& operator=(const raw_link&) = delete;

  std::string ask(const resp::command& c) {
    const auto bytes = c.to_string();
    std::string_view left = bytes;
    while (!left.empty()) {
      const auto n = ::send(socket_, left.data(), left.size(), MSG_NOSIGNAL);
      check(n, "send");
      left.remove_prefix(static_cast<std::size_t>(n));
    }
    return reply();
  }

 private:
  static void check(ssize_t done, const char* what) {
    if (done < 0) throw std::system_error(errno, std::generic_category(), what);
  }

  std::string reply() {
    resp::parser parser;
    std::string bytes;
    for (resp::reply_view view; !parser.next(view);) {
      if (const auto* why = parser.failure()) throw std::runtime_error(why->message());
      char piece[16384];
      const auto n = ::recv(socket_, piece, sizeof piece, 0);
      check(n, "recv");
      if (n == 0) throw std::runtime_error("the server hung up");
      bytes.append(piece, static_cast<std::size_t>(n));
      parser.parse(bytes);
    }
    return bytes;
  }

  int socket_;
};

}  // namespace sandpiper::test
