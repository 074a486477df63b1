#include "support/redis_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "support/temporary_folder.hpp"

extern char** environ;

namespace sandpiper::test {
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 30s;  // far more than it takes; reached only when something is wrong
constexpr auto glance = 2ms;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

template <class Condition>
bool wait_until(Condition condition) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(glance);
  }
  return true;
}

class descriptor {
 public:
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

// Nobody holds the port from here on, so the server may find it taken; then another one is tried.
std::uint16_t free_port() {
  const descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  auto* const address = reinterpret_cast<sockaddr*>(&where);
  if (::bind(probe.get(), address, size) != 0) fail("bind");
  if (::getsockname(probe.get(), address, &size) != 0) fail("getsockname");
  return ntohs(where.sin_port);
}

descriptor connect_to(const std::string& path) {
  descriptor link(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (path.size() >= sizeof where.sun_path) throw std::runtime_error(path + ": set a short TMPDIR");
  std::memcpy(where.sun_path, path.data(), path.size());
  if (::connect(link.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
    return descriptor(-1);
  }
  return link;
}

// The first reply on `link`, in the form that ask() gives; empty when the server hangs up.
std::string first_reply(const descriptor& link) {
  std::string got;
  char piece[4096];
  while (true) {
    const auto line_end = got.find("\r\n");
    if (line_end != got.npos) {
      if (got[0] != '$' || got[1] == '-') return got.substr(0, line_end);
      const auto length = std::strtoul(got.c_str() + 1, nullptr, 10);
      if (got.size() >= line_end + 2 + length + 2) return got.substr(line_end + 2, length);
    }
    pollfd ready{link.get(), POLLIN, 0};
    if (::poll(&ready, 1, std::chrono::milliseconds(patience).count()) <= 0) return {};
    const auto n = ::recv(link.get(), piece, sizeof piece, 0);
    if (n <= 0) return {};
    got.append(piece, static_cast<std::size_t>(n));
  }
}

std::string asked(const descriptor& link, std::string_view command) {
  const auto line = std::string(command) + "\r\n";
  if (::send(link.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) return {};
  return first_reply(link);
}

// As redis.conf and inline commands read it, whatever the bytes.
std::string hex_quoted(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out + "\"";
}

// `log` takes what the program says against itself.
pid_t spawned(std::vector<std::string> words, int input, const std::string& log) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (input >= 0) {
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  pid_t pid = 0;
  errno = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (errno == ENOENT && words[0] == "redis-server") {
    throw std::runtime_error(
        "redis-server is not installed (Debian: apt-get install redis-server)");
  }
  if (errno != 0) fail("starting " + words[0]);
  return pid;
}

}  // namespace

// The folder, and a shell that outlives this process if need be: it is told the server's pid, and
// when its input ends it kills the server and removes the folder. A crashed test leaves nothing.
class redis_server::home {
 public:
  home() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
    line_ = ends[0];
    const descriptor theirs(ends[1]);
    const char* const script =
        "trap '' INT TERM HUP; p=; while read -r line; do p=$line; done; "
        "[ -n \"$p\" ] && kill -9 \"$p\" 2>/dev/null; rm -rf \"$1\"";
    pid_ = spawned({"/bin/sh", "-c", script, "keeper", folder.path()}, theirs.get(), "/dev/null");
  }
  ~home() {
    ::close(line_);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  home(const home&) = delete;
  home& operator=(const home&) = delete;

  void tell(pid_t server) const {
    const auto line = (server == 0 ? std::string() : std::to_string(server)) + "\n";
    if (::send(line_, line.data(), line.size(), MSG_NOSIGNAL) < 0) fail("the keeper is gone");
  }

  const temporary_folder folder;

 private:
  int line_ = -1;
  pid_t pid_ = 0;
};

redis_server::redis_server(redis_server_options options)
    : options_(std::move(options)), home_(std::make_unique<home>()) {
  constexpr int attempts_max = 5;
  for (int attempt = 1;; ++attempt) {
    if (options_.tcp) port_ = free_port();
    if (!options_.tls_certificate_file.empty()) tls_port_ = free_port();
    write_config();
    spawn();
    if (came_up()) return;
    const auto log = log_tail();
    kill();
    const bool taken = log.find("Address already in use") != log.npos;
    if (!taken || attempt == attempts_max) {
      throw std::runtime_error("redis-server did not start:\n" + log);
    }
  }
}

redis_server::~redis_server() {
  try {
    kill();
  } catch (const std::exception&) {  // the keeper does the rest
  }
}

std::string redis_server::url() const { return "unix://" + socket_path(); }
std::string redis_server::tcp_url() const { return "redis://127.0.0.1:" + std::to_string(port_); }
std::string redis_server::tls_url() const {
  return "rediss://localhost:" + std::to_string(tls_port_);
}
std::string redis_server::socket_path() const { return home_->folder.path("redis.sock"); }
const std::string& redis_server::folder() const noexcept { return home_->folder.path(); }

void redis_server::write_config() const {
  const auto& folder = home_->folder;
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    text.append(name).append(" ").append(value).append("\n");
  };
  line("port", std::to_string(port_));
  line("bind", "127.0.0.1");
  line("unixsocket", socket_path());
  line("dir", folder.path());
  line("logfile", folder.path("log"));
  line("save", "\"\"");
  line("appendonly", options_.durable ? "yes" : "no");
  line("appendfsync", "always");
  if (!options_.password.empty()) line("requirepass", hex_quoted(options_.password));
  if (!options_.users.empty()) line("aclfile", folder.write("users.acl", options_.users));
  if (tls_port_ != 0) {
    line("tls-port", std::to_string(tls_port_));
    line("tls-cert-file", options_.tls_certificate_file);
    line("tls-key-file", options_.tls_key_file);
    line("tls-ca-cert-file", options_.tls_ca_file);
    line("tls-auth-clients", options_.tls_asks_clients ? "yes" : "no");
  }
  for (const auto& more : options_.config) text.append(more).append("\n");
  folder.write("redis.conf", text);
}

void redis_server::spawn() {
  ::unlink(socket_path().c_str());
  pid_ = spawned({"redis-server", home_->folder.path("redis.conf")}, -1, home_->folder.path("log"));
  home_->tell(pid_);
}

// Answering is being up: the socket exists a little before it is listened on, and while the data
// is being loaded everything but PING's like is refused.
bool redis_server::came_up() {
  return wait_until([&] {
           if (gone()) return true;
           const auto link = connect_to(socket_path());
           if (link.get() < 0) return false;
           const auto answer = asked(link, "PING");
           return answer == "+PONG" || answer.starts_with("-NOAUTH");
         }) &&
         pid_ != 0;
}

bool redis_server::gone() {
  int status = 0;
  if (pid_ != 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    pid_ = 0;
    home_->tell(0);
  }
  return pid_ == 0;
}

void redis_server::wait_for_exit() {
  if (wait_until([&] { return gone(); })) return;
  signal(SIGKILL);
  if (!wait_until([&] { return gone(); })) throw std::runtime_error("the server does not die");
}

void redis_server::signal(int number) const {
  if (pid_ != 0 && ::kill(pid_, number) != 0) fail("kill " + std::to_string(pid_));
}

void redis_server::kill() {
  signal(SIGKILL);
  wait_for_exit();
}

void redis_server::stop() {
  signal(SIGTERM);
  signal(SIGCONT);
  wait_for_exit();
}

void redis_server::start() {
  if (pid_ != 0) throw std::logic_error("the server is up");
  spawn();
  if (!came_up()) throw std::runtime_error("redis-server did not start again:\n" + log_tail());
}

void redis_server::pause() { signal(SIGSTOP); }
void redis_server::resume() { signal(SIGCONT); }

std::string redis_server::ask(std::string_view command) const {
  const auto link = connect_to(socket_path());
  if (link.get() < 0) fail("connecting to " + socket_path());
  if (!options_.password.empty()) {
    const auto welcome = asked(link, "AUTH " + hex_quoted(options_.password));
    if (welcome != "+OK") throw std::runtime_error("AUTH: " + welcome);
  }
  auto answer = asked(link, command);
  if (answer.empty()) throw std::runtime_error("no answer to " + std::string(command));
  return answer;
}

std::string redis_server::log_tail() const {
  constexpr std::size_t bytes_max = 4096;
  std::ifstream in(home_->folder.path("log"), std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(in), {});
  return whole.size() <= bytes_max ? whole : whole.substr(whole.size() - bytes_max);
}

}  // namespace sandpiper::test
