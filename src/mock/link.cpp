#include "mock/link.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace sandpiper::mock {
namespace {

constexpr std::size_t pending_max = 1 << 16;
constexpr std::size_t unsent_bytes_max = 64 << 20;

bool would_block() noexcept { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

link::link(int socket, rulebook& book, std::uint64_t number)
    : socket_(socket), talk_(book, number) {}

link::~link() { ::close(socket_); }

short link::awaited() const noexcept {
  short events = out_.empty() ? 0 : POLLOUT;
  if (talk_.pending() < pending_max && out_.size() < unsent_bytes_max) events |= POLLIN;
  return events;
}

bool link::go_on() {
  if (!ended_ && (awaited() & POLLIN) != 0 && !receive()) return false;
  if (ended_) return false;
  if (!ending_ && !talk_.speak(out_)) ending_ = true;
  return send() && (!ending_ || !out_.empty());
}

bool link::receive() {
  char piece[16 << 10];
  for (;;) {
    const auto n = ::recv(socket_, piece, sizeof piece, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return would_block();
    if (n == 0) return false;
    in_.append(piece, static_cast<std::size_t>(n));
    return hear();
  }
}

// A command is an array of strings; whoever sends anything else is no client.
bool link::hear() {
  parser_.parse(in_);
  for (resp::reply_view command; parser_.next(command);) {
    if (command.type() != resp::kind::array || command.empty()) return false;
    words all;
    all.reserve(command.size());
    for (const auto word : command) all.emplace_back(word.text());
    talk_.hear(all);
  }
  if (parser_.failure() != nullptr) return false;
  in_.erase(0, parser_.consume());
  return true;
}

bool link::send() {
  while (!out_.empty()) {
    const auto n = ::send(socket_, out_.data(), out_.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return would_block();
    out_.erase(0, static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace sandpiper::mock
