#include "support/fault_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <system_error>
#include <utility>

namespace sandpiper::test {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t held_bytes_max = 1 << 20;  // in one direction; more is not taken
constexpr std::size_t pieces_max = 1 << 16;

int check(int done, const char* what) {
  if (done < 0) throw std::system_error(errno, std::generic_category(), what);
  return done;
}

int listen_on_loopback(std::uint16_t& port) {
  const int s = check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  auto* const address = reinterpret_cast<sockaddr*>(&where);
  check(::bind(s, address, size), "bind");
  check(::getsockname(s, address, &size), "getsockname");
  check(::listen(s, 128), "listen");
  port = ntohs(where.sin_port);
  return s;
}

// -1 when the server is down.
int connect_to(const std::string& path) {
  const int s = check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  path.copy(where.sun_path, sizeof where.sun_path - 1);
  if (::connect(s, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0) return s;
  ::close(s);
  return -1;
}

}  // namespace

/// One direction of a connection: what was taken, and when it may arrive.
class fault_proxy::route {
 public:
  route(int from, int to) noexcept : from_(from), to_(to) {}

  [[nodiscard]] bool wants_to_take(bool stalled) const noexcept {
    return !ended_ && !stalled && held_bytes_ < held_bytes_max && pieces_.size() < pieces_max;
  }
  [[nodiscard]] bool wants_to_give(const harm& now) const noexcept {
    return !now.black_hole && !pieces_.empty() && pieces_.front().due <= clock::now();
  }
  /// When something is due that is not yet.
  [[nodiscard]] std::optional<clock::time_point> due() const noexcept {
    if (pieces_.empty()) return std::nullopt;
    return pieces_.front().due;
  }

  void take(const harm& now) {
    std::array<char, 16 << 10> buffer;
    const auto n = ::recv(from_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      ended_ = true;
      return;
    }
    lost_ = lost_ || now.black_hole;
    if (lost_) return;  // no connection goes on behind a hole
    const std::size_t step = now.slice_bytes > 0 ? now.slice_bytes : buffer.size();
    const std::string_view got(buffer.data(), static_cast<std::size_t>(n));
    for (std::size_t at = 0; at < got.size(); at += step) {
      keep(std::string(got.substr(at, step)), clock::now() + now.delay);
    }
  }

  /// False: it cannot be given any more, or was cut.
  bool give() {
    auto& next = pieces_.front();
    if (next.bytes.empty()) return false;  // the cut
    const auto n = ::send(to_, next.bytes.data(), next.bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    held_bytes_ -= static_cast<std::size_t>(n);
    next.bytes.erase(0, static_cast<std::size_t>(n));
    if (next.bytes.empty()) pieces_.pop_front();
    return true;
  }

  [[nodiscard]] bool over() const noexcept { return ended_ && pieces_.empty(); }
  void cut_after(std::size_t bytes) noexcept { cut_ = passed_ + bytes; }
  void corrupt_after(std::size_t bytes) noexcept { corrupt_ = passed_ + bytes; }
  void half_close() noexcept {
    pieces_.clear();
    held_bytes_ = 0;
    closed_ = true;
    ::shutdown(to_, SHUT_WR);
  }

 private:
  struct piece {
    std::string bytes;  // empty: here it ends
    clock::time_point due;
  };

  void keep(std::string bytes, clock::time_point due) {
    if (closed_ || (cut_ && passed_ >= *cut_)) return;
    if (corrupt_ && *corrupt_ < passed_ + bytes.size()) {
      auto& byte = bytes[*corrupt_ - passed_];
      byte = static_cast<char>(~byte);
      corrupt_.reset();
    }
    const bool cut = cut_ && passed_ + bytes.size() >= *cut_;
    if (cut) bytes.resize(*cut_ - passed_);
    passed_ += bytes.size();
    held_bytes_ += bytes.size();
    if (!bytes.empty()) pieces_.push_back({std::move(bytes), due});
    if (cut) pieces_.push_back({{}, due});
  }

  const int from_;
  const int to_;
  std::deque<piece> pieces_;
  std::size_t held_bytes_ = 0;
  std::uint64_t passed_ = 0;
  std::optional<std::uint64_t> cut_;
  std::optional<std::uint64_t> corrupt_;
  bool lost_ = false;
  bool ended_ = false;
  bool closed_ = false;
};

class fault_proxy::pair {
 public:
  pair(int client, int server) noexcept
      : client_(client), server_(server), out_(client, server), back_(server, client) {}
  pair(const pair&) = delete;
  pair& operator=(const pair&) = delete;
  ~pair() {
    ::close(client_);
    ::close(server_);
  }

  [[nodiscard]] route& at(toward where) noexcept { return where == toward::server ? out_ : back_; }

  void ask(std::vector<pollfd>& all, const harm& now) const {
    const auto events = [&](const route& from_here, const route& to_here, bool stalled) {
      return static_cast<short>((from_here.wants_to_take(stalled) ? POLLIN : 0) |
                                (to_here.wants_to_give(now) ? POLLOUT : 0));
    };
    const auto push = [&](int socket, short wanted) {
      all.push_back({wanted == 0 ? -1 : socket, wanted, 0});  // else its end would be told for ever
    };
    push(client_, events(out_, back_, now.stall == toward::server));
    push(server_, events(back_, out_, now.stall == toward::client));
  }

  void answer(const pollfd& client, const pollfd& server, const harm& now) {
    step(out_, client, server, now, now.stall == toward::server);
    step(back_, server, client, now, now.stall == toward::client);
    ended_ = ended_ || out_.over() || back_.over();
  }

  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(client_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ended_ = true;
  }

  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] std::optional<clock::time_point> due() const noexcept {
    const auto one = out_.due();
    const auto other = back_.due();
    if (one && other) return std::min(*one, *other);
    return one ? one : other;
  }

 private:
  void step(route& way, const pollfd& from, const pollfd& to, const harm& now, bool stalled) {
    constexpr short readable = POLLIN | POLLHUP | POLLERR;
    if ((from.revents & readable) != 0 && way.wants_to_take(stalled)) way.take(now);
    if ((to.revents & POLLOUT) != 0 && way.wants_to_give(now) && !way.give()) ended_ = true;
  }

  const int client_;
  const int server_;
  route out_;
  route back_;
  bool ended_ = false;
};

fault_proxy::fault_proxy(std::string server_path)
    : server_path_(std::move(server_path)),
      listener_(listen_on_loopback(port_)),
      wake_(check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      thread_([this] { work(); }) {}

fault_proxy::~fault_proxy() {
  stop_ = true;
  nudge();
  thread_.join();
  ::close(listener_);
  ::close(wake_);
}

std::string fault_proxy::url() const { return "redis://127.0.0.1:" + std::to_string(port_); }

void fault_proxy::nudge() const {
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);
}

void fault_proxy::set(const harm& what) {
  const std::scoped_lock lock(mutex_);
  harm_ = what;
  nudge();
}

void fault_proxy::cut_after(toward where, std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  for (const auto& one : pairs_) one->at(where).cut_after(bytes);
  nudge();
}

void fault_proxy::corrupt_after(toward where, std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  for (const auto& one : pairs_) one->at(where).corrupt_after(bytes);
}

void fault_proxy::reset() {
  const std::scoped_lock lock(mutex_);
  for (const auto& one : pairs_) one->reset();
  forget_ended();
  nudge();
}

void fault_proxy::half_close(toward where) {
  const std::scoped_lock lock(mutex_);
  for (const auto& one : pairs_) one->at(where).half_close();
  nudge();
}

std::size_t fault_proxy::open() const {
  const std::scoped_lock lock(mutex_);
  return pairs_.size();
}

void fault_proxy::forget_ended() {
  std::erase_if(pairs_, [](const auto& one) { return one->ended(); });
}

void fault_proxy::accept_one() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  ++accepted_;
  const int server = harm_.refuse ? -1 : connect_to(server_path_);
  if (server < 0) {
    ::close(client);
    return;
  }
  pairs_.push_back(std::make_unique<pair>(client, server));
}

// The sockets of all pairs are waited for without the lock, so what a pair is told meanwhile counts
// from the next round; a pair that went meanwhile is found by its number no more.
void fault_proxy::work() {
  std::vector<pollfd> all;
  while (!stop_) {
    all.assign({{wake_, POLLIN, 0}, {listener_, POLLIN, 0}});
    std::optional<clock::time_point> due;
    std::vector<pair*> asked;
    {
      const std::scoped_lock lock(mutex_);
      for (const auto& one : pairs_) {
        one->ask(all, harm_);
        asked.push_back(one.get());
        const auto next = harm_.black_hole ? std::nullopt : one->due();
        if (next && *next > clock::now()) due = due ? std::min(*due, *next) : *next;
      }
    }
    int wait_ms = -1;
    if (due) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - clock::now());
      wait_ms = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }
    if (::poll(all.data(), all.size(), wait_ms) < 0) continue;

    const std::scoped_lock lock(mutex_);
    if (all[0].revents != 0) {
      std::uint64_t count = 0;
      (void)!::read(wake_, &count, sizeof count);
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const auto still = std::find_if(pairs_.begin(), pairs_.end(),
                                      [&](const auto& one) { return one.get() == asked[i]; });
      if (still != pairs_.end()) (*still)->answer(all[2 + 2 * i], all[3 + 2 * i], harm_);
    }
    if (all[1].revents != 0) accept_one();
    forget_ended();
  }
}

}  // namespace sandpiper::test
