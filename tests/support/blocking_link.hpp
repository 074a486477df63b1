#pragma once
// One command at a time over one Unix socket: what a server says to a command, with nothing between
// the two but the encoder, the parser and the decoder.

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "sandpiper/commands/any.hpp"
#include "sandpiper/resp/decode.hpp"
#include "sandpiper/resp/parser.hpp"

namespace sandpiper::test {

/// Strand-bound. Throws std::system_error when the socket fails or the server is silent for 30 s.
class blocking_link {
 public:
  explicit blocking_link(const std::string& socket_path)
      : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof where.sun_path) throw std::runtime_error("set a short TMPDIR");
    std::memcpy(where.sun_path, socket_path.data(), socket_path.size());
    const timeval patience{30, 0};
    check(::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), "setsockopt");
    check(::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where), "connect");
  }
  ~blocking_link() { ::close(socket_); }
  blocking_link(const blocking_link&) = delete;
  blocking_link& operator=(const blocking_link&) = delete;

  /// Sends `c` and decodes the reply to what `c` says it is. A T that borrows lives until the next
  /// call.
  template <any_command C>
  [[nodiscard]] result<reply_of<C>> run(const C& c) {
    send(c.to_string());
    return resp::decode<reply_of<C>>(receive());
  }

  /// Sends `c`; the bytes of the reply as they came.
  std::string bytes_of(const resp::command& c) {
    send(c.to_string());
    (void)receive();
    return {input_.begin(), input_.end()};
  }

 private:
  static void check(ssize_t done, const char* what) {
    if (done < 0) throw std::system_error(errno, std::generic_category(), what);
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      check(n, "send");
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  resp::reply_view receive() {
    const auto done = static_cast<std::ptrdiff_t>(parser_.consume());
    input_.erase(input_.begin(), input_.begin() + done);
    resp::reply_view view;
    while (!parser_.next(view)) {
      if (const auto* why = parser_.failure()) throw std::runtime_error(why->message());
      char piece[4096];
      const auto n = ::recv(socket_, piece, sizeof piece, 0);
      check(n, "recv");
      if (n == 0) throw std::runtime_error("the server hung up");
      input_.insert(input_.end(), piece, piece + n);
      parser_.parse(input_);
    }
    return view;
  }

  int socket_;
  std::vector<char> input_;
  resp::parser parser_;
};

}  // namespace sandpiper::test
