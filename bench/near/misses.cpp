// What a read that is to be kept costs the server, by the commands that ask for it.

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "near/figures.hpp"
#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/parser.hpp"

namespace near {
namespace {

namespace resp = sandpiper::resp;

std::string bytes_of(std::initializer_list<std::string_view> words) {
  resp::command one(*words.begin());
  for (const auto* word = words.begin() + 1; word != words.end(); ++word) one.add(*word);
  return one.to_string();
}

/// A socket that sends and counts replies, and does nothing else.
class bare {
 public:
  explicit bare(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    path.copy(where.sun_path, sizeof where.sun_path - 1);
    good_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0;
  }
  bare(const bare&) = delete;
  bare& operator=(const bare&) = delete;
  ~bare() { ::close(socket_); }

  [[nodiscard]] bool good() const noexcept { return good_; }

  /// False when an answer is an error, or none came.
  bool ask(const std::string& bytes, std::size_t replies) {
    good_ = good_ && ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                         static_cast<ssize_t>(bytes.size());
    while (good_ && replies > 0) replies -= std::min(replies, read_some());
    return good_;
  }

 private:
  std::size_t read_some() {
    const auto got = ::read(socket_, buffer_.data() + held_, buffer_.size() - held_);
    if (got <= 0) good_ = false;
    if (!good_) return 0;
    held_ += static_cast<std::size_t>(got);
    parser_.parse({buffer_.data(), held_});
    std::size_t replies = 0;
    resp::reply_view one;
    while (parser_.next(one)) {
      if (one.is_error()) good_ = false;
      if (one.type() != resp::kind::push) ++replies;
    }
    const auto done = parser_.consume();
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(done),
              buffer_.begin() + static_cast<std::ptrdiff_t>(held_), buffer_.begin());
    held_ -= done;
    return replies;
  }

  int socket_;
  bool good_ = false;
  std::array<char, 256 << 10> buffer_{};
  std::size_t held_ = 0;
  resp::parser parser_;
};

struct variant {
  const char* name;
  std::vector<std::string> greeting;
  std::size_t replies;  // for each read
  std::string (*read)(const std::string& key);
  bool mget = false;  // and all values by one MGET behind them: one reply more for the batch
};

std::vector<variant> variants() {
  const auto hello = bytes_of({"HELLO", "3"});
  const auto tracking = bytes_of({"CLIENT", "TRACKING", "ON"});
  const auto opt_in = bytes_of({"CLIENT", "TRACKING", "ON", "OPTIN"});
  const auto broadcast = bytes_of({"CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "miss:"});
  const auto get = [](const std::string& key) { return bytes_of({"GET", key}); };
  const auto nothing = [](const std::string&) { return std::string(); };
  const auto pttl = [](const std::string& key) { return bytes_of({"PTTL", key}); };
  const auto pttl_get = [](const std::string& key) {
    return bytes_of({"PTTL", key}) + bytes_of({"GET", key});
  };
  const auto five = [](const std::string& key) {
    return bytes_of({"CLIENT", "CACHING", "YES"}) + bytes_of({"MULTI"}) + bytes_of({"PTTL", key}) +
           bytes_of({"GET", key}) + bytes_of({"EXEC"});
  };
  return {{"GET, not tracked", {hello}, 1, get},
          {"GET, tracked", {hello, tracking}, 1, get},
          {"PTTL GET, tracked", {hello, tracking}, 2, pttl_get},
          {"PTTL GET, broadcast", {hello, broadcast}, 2, pttl_get},
          {"MGET, tracked", {hello, tracking}, 0, nothing, true},
          {"PTTL ... MGET, tracked", {hello, tracking}, 1, pttl, true},
          {"CACHING MULTI PTTL GET EXEC", {hello, opt_in}, 5, five}};
}

/// Server CPU for one read of a key that was not read before; 0 when something went wrong.
double cost_ns(const sandpiper::test::redis_server& server, const variant& v, std::size_t depth,
               std::size_t reads, const std::string& prefix) {
  bare socket(server.socket_path());
  for (const auto& one : v.greeting) {
    if (!socket.ask(one, 1)) return 0;
  }
  std::vector<std::string> batches;
  for (std::size_t i = 0; i < reads; i += depth) {
    auto& batch = batches.emplace_back();
    resp::command all("MGET");
    for (std::size_t k = i; k < i + depth; ++k) {
      batch += v.read(prefix + std::to_string(k));
      all.add(prefix + std::to_string(k));
    }
    if (v.mget) batch += all.to_string();
  }
  const auto before = server_cpu_ns(server);
  for (const auto& batch : batches) {
    if (!socket.ask(batch, depth * v.replies + (v.mget ? 1 : 0))) return 0;
  }
  return (server_cpu_ns(server) - before) / static_cast<double>(reads);
}

}  // namespace

bool misses(const plan& p) {
  sandpiper::test::redis_server server;
  int fresh = 0;
  for (const std::size_t depth : {1, 100}) {
    double plain = 0;
    for (const auto& v : variants()) {
      std::vector<double> rounds;
      for (int i = 0; i < p.rounds; ++i) {
        const auto prefix = "miss:" + std::to_string(fresh++) + ":";
        server.ask("EVAL \"for i=0," + std::to_string(p.reads - 1) +
                   " do redis.call('SET', ARGV[1]..i, '0123456789abcdef', 'EX', 1000) end\" 0 " +
                   prefix);
        rounds.push_back(cost_ns(server, v, depth, p.reads, prefix));
        server.ask("FLUSHALL");
      }
      std::sort(rounds.begin(), rounds.end());
      const auto cost = rounds[rounds.size() / 2];
      if (rounds.front() == 0) return false;
      if (plain == 0) plain = cost;
      std::printf("miss, %3zu at once, %-28s %7.0f ns of the server's CPU, %.2f of a GET\n", depth,
                  v.name, cost, cost / plain);
    }
  }
  return true;
}

}  // namespace near
