#pragma once
// A redis-server of a test's own: on a Unix socket in a temporary folder, and on loopback ports
// when asked. It stays at the same address however often it is killed and started again.

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sandpiper::test {

struct redis_server_options {
  bool tcp = false;                      // listen on a free loopback port as well
  std::string password = {};             // requirepass
  std::string users = {};                // lines of an ACL file: "user ann on >pw ~* +@all"
  bool durable = false;                  // what was acknowledged survives kill()
  std::vector<std::string> config = {};  // more lines of redis.conf: "maxmemory 10mb"

  // A free loopback port that speaks TLS, when the certificate is given. PEM files.
  std::string tls_certificate_file = {};
  std::string tls_key_file = {};
  std::string tls_ca_file = {};
  bool tls_asks_clients = false;  // for a certificate signed by tls_ca_file
};

/// Not thread-safe, but its functions may be called from any thread in turn. Whatever becomes of
/// the process, the server dies with it.
class redis_server {
 public:
  /// Answers commands when this returns. Throws std::runtime_error with what the server logged.
  explicit redis_server(redis_server_options options = {});
  ~redis_server();
  redis_server(const redis_server&) = delete;
  redis_server& operator=(const redis_server&) = delete;

  [[nodiscard]] std::string url() const;      // unix:///.../redis.sock
  [[nodiscard]] std::string tcp_url() const;  // redis://127.0.0.1:PORT; requires tcp
  [[nodiscard]] std::string tls_url() const;  // rediss://localhost:PORT; requires a certificate
  [[nodiscard]] std::string socket_path() const;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::uint16_t tls_port() const noexcept { return tls_port_; }
  [[nodiscard]] const std::string& folder() const noexcept;
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }  // 0 when it is down

  /// Down at once, as in a crash. Does nothing when it is down.
  void kill();
  /// Down in order: the server closes its connections itself.
  void stop();
  /// Up again at the same address; with `durable`, with the same data. Requires that it is down.
  void start();
  void restart() { stop(), start(); }

  /// It keeps its connections and answers nobody; what is sent waits until resume().
  void pause();
  void resume();

  /// Sends one inline command ("CONFIG GET save", quoted as in redis-cli) on a connection of its
  /// own, apart from what is being tested. The answer is a bulk string's bytes, or else the first
  /// line with its type byte: "+OK", ":1", "-ERR ...". Throws when there is none.
  std::string ask(std::string_view command) const;

  /// The last lines that the server logged.
  [[nodiscard]] std::string log_tail() const;

 private:
  class home;

  void write_config() const;
  void spawn();
  bool gone();
  bool came_up();
  void wait_for_exit();
  void signal(int number) const;

  redis_server_options options_;
  std::unique_ptr<home> home_;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
  pid_t pid_ = 0;
};

}  // namespace sandpiper::test
