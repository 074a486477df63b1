#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <deque>

#include "load/contenders.hpp"

namespace load {
namespace {

constexpr std::size_t reply_bytes = sizeof("$16\r\nvalue-of-0000000\r\n") - 1;

int connect_to(const task& t) {
  const int s = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(t.port);
  ::inet_pton(AF_INET, t.host.c_str(), &where.sin_addr);
  const int on = 1;
  ::setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(s, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
    ::close(s);
    return -1;
  }
  return s;
}

// `depth` commands in a row; any `n` of them are a prefix.
std::string encoded(std::size_t depth) {
  std::string all;
  for (std::size_t i = 0; i < depth; ++i) all += "*2\r\n$3\r\nGET\r\n$8\r\n" + key_of(i) + "\r\n";
  return all;
}

struct sample {
  std::uint64_t reply;  // the one that ends it
  clock::time_point sent;
};

}  // namespace

outcome raw_socket(const task& t) {
  outcome done;
  const int s = connect_to(t);
  if (s < 0) return {.trouble = "raw: cannot connect"};
  const auto commands = encoded(t.depth);
  const auto command_bytes = commands.size() / t.depth;
  std::array<char, 256 << 10> buffer;
  std::deque<sample> samples;
  std::uint64_t sent = 0;

  const auto send_some = [&](std::size_t n) {
    samples.push_back({sent + 1, clock::now()});
    sent += n;
    ++done.sends;
    return ::send(s, commands.data(), n * command_bytes, MSG_NOSIGNAL) > 0;
  };
  const meter m;
  const auto end = clock::now() + t.span;
  std::uint64_t bytes = 0;
  bool alive = send_some(t.depth);
  while (alive && done.operations < sent) {
    const auto got = ::recv(s, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    ++done.receives;
    bytes += static_cast<std::uint64_t>(got);
    const auto replies = bytes / reply_bytes - done.operations;
    done.operations += replies;
    const auto now = clock::now();
    while (!samples.empty() && samples.front().reply <= done.operations) {
      const std::chrono::duration<double, std::micro> took = now - samples.front().sent;
      done.latencies_us.push_back(took.count());
      samples.pop_front();
    }
    if (replies > 0 && now < end) alive = send_some(replies);
  }
  m.stop(done);
  ::close(s);
  if (done.operations < sent) done.trouble = "raw: the server closed the connection";
  return done;
}

}  // namespace load
