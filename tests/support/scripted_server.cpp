#include "support/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "sandpiper/resp/parser.hpp"

namespace sandpiper::test {
namespace {

void check(int done, const char* what) {
  if (done < 0) throw std::system_error(errno, std::generic_category(), what);
}

constexpr std::size_t log_bytes_max = 1 << 20;  // what received() looks at

}  // namespace

// One client, for as long as its script lasts.
class scripted_server::connection {
 public:
  connection(scripted_server& home, int socket) : home_(home), socket_(socket) {}
  ~connection() { ::close(socket_); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  // False: the client is gone, or the server is to stop.
  bool play(const script::line& line) {
    using step = script::step;
    switch (line.what) {
      case step::read: return read_until(line.bytes);
      case step::write: return write_times(line.bytes, line.n);
      case step::wait: return home_.wait_for_go();
      case step::hang:
        while (receive()) {
        }
        return false;
      case step::serve: return serve(line.n);
      case step::reset: return reset();
    }
    return false;
  }

 private:
  bool ready(short events) const {
    pollfd both[] = {{socket_, events, 0}, {home_.stop_, POLLIN, 0}};
    while (::poll(both, 2, -1) < 0 && errno == EINTR) {
    }
    return both[1].revents == 0;
  }

  bool receive() {
    char piece[16 << 10];
    if (!ready(POLLIN)) return false;
    const auto n = ::recv(socket_, piece, sizeof piece, 0);
    if (n <= 0) return false;
    const auto size = static_cast<std::size_t>(n);
    got_.append(piece, size);
    const std::scoped_lock lock(home_.mutex_);
    if (home_.received_.size() < log_bytes_max) home_.received_.append(piece, size);
    return true;
  }

  // `command` is good until the next call.
  bool next_command(resp::reply_view& command) {
    while (!parser_.next(command)) {
      if (parser_.failure() != nullptr) return false;
      got_.erase(0, parser_.consume());
      if (!receive()) return false;
      parser_.parse(got_);
    }
    return true;
  }

  bool read_until(const std::string& bytes) {
    resp::reply_view command;
    while (next_command(command)) {
      for (const auto argument : command) {
        if (argument.text().find(bytes) != std::string_view::npos) return true;
      }
    }
    return false;
  }

  bool write_times(const std::string& bytes, std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) {
      if (!write(bytes)) return false;
    }
    return true;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!ready(POLLOUT)) return false;
      const auto n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
      bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    }
    return true;
  }

  bool serve(std::size_t commands_max) {
    resp::reply_view command;
    for (std::size_t served = 0; served < commands_max; ++served) {
      if (!next_command(command) || !write("+OK\r\n")) return false;
    }
    return true;
  }

  bool reset() const {
    const linger hard{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    return false;
  }

  scripted_server& home_;
  int socket_;
  std::string got_;
  resp::parser parser_;
};

scripted_server::scripted_server(std::vector<script> scripts)
    : scripts_(std::move(scripts)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  check(listener_, "socket");
  check(stop_, "eventfd");
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  auto* const address = reinterpret_cast<sockaddr*>(&where);
  check(::bind(listener_, address, size), "bind");
  check(::getsockname(listener_, address, &size), "getsockname");
  check(::listen(listener_, 16), "listen");
  port_ = ntohs(where.sin_port);
  thread_ = std::thread([this] { run(); });
}

scripted_server::~scripted_server() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  gone_on_.notify_all();
  const std::uint64_t one = 1;
  while (::write(stop_, &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
  ::close(listener_);
  ::close(stop_);
}

void scripted_server::go() {
  {
    const std::scoped_lock lock(mutex_);
    ++passes_;
  }
  gone_on_.notify_one();
}

bool scripted_server::wait_for_go() {
  std::unique_lock lock(mutex_);
  gone_on_.wait(lock, [this] { return passes_ > 0 || stopping_; });
  if (stopping_) return false;
  --passes_;
  return true;
}

std::size_t scripted_server::received(std::string_view bytes) const {
  const std::scoped_lock lock(mutex_);
  std::size_t times = 0;
  for (auto at = received_.find(bytes); at != received_.npos; at = received_.find(bytes, at + 1)) {
    ++times;
  }
  return times;
}

void scripted_server::run() {
  for (;;) {
    pollfd both[] = {{listener_, POLLIN, 0}, {stop_, POLLIN, 0}};
    if (::poll(both, 2, -1) < 0) continue;
    if (both[1].revents != 0) return;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const auto n = accepted_++;
    play(client, scripts_[std::min(n, scripts_.size() - 1)]);
    ++ended_;
  }
}

void scripted_server::play(int socket, const script& s) {
  connection one(*this, socket);
  for (const auto& line : s.lines_) {
    if (!one.play(line)) return;
  }
}

}  // namespace sandpiper::test
