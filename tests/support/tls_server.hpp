#pragma once
// The other end of a TLS connection, in a thread of the test: it does what the test tells it to.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

struct ssl_st;

namespace sandpiper::test {

/// A value. PEM files.
struct tls_server_options {
  std::string certificate_file = {};
  std::string key_file = {};
  std::string ca_file = {};  // when given, clients must show a certificate it signed
  int version_max = 0;       // TLS1_2_VERSION ...; 0: the newest
  bool old = false;          // TLS 1.1 at best
  int buffer_bytes = 0;      // of the sockets, both ends; 0: the system's choice
};

/// The server's side of a connection. Its functions wait; none raises SIGPIPE.
class tls_session {
 public:
  tls_session(const tls_server_options& options, int socket);
  ~tls_session();
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;

  /// False when the client is refused or goes away.
  bool accept();

  /// What comes, `bytes_max` at most; empty at the end or after a failure.
  std::string read(std::size_t bytes_max = 16 << 10);
  std::string read_exactly(std::size_t bytes);
  bool write(std::string_view bytes);

  /// TLS 1.3: new keys for both directions, with the next write.
  bool renew_keys();

  void close_notify();
  void hang_up();  // without another word

  /// Past TLS, to the socket itself.
  void write_raw(std::string_view bytes) const;
  std::string read_raw() const;

  /// The client sent its close_notify.
  [[nodiscard]] bool ended_in_order() const;

  [[nodiscard]] std::string name_asked() const;  // by SNI
  [[nodiscard]] std::string version() const;     // "TLSv1.3"

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Runs `script` on one end of a pair of connected sockets and gives the other to the test.
class tls_server {
 public:
  using script = std::function<void(tls_session&)>;

  tls_server(tls_server_options options, script what);
  ~tls_server();  // hangs up its client and waits for the script
  tls_server(const tls_server&) = delete;
  tls_server& operator=(const tls_server&) = delete;

  /// Non-blocking; closed by the destructor.
  [[nodiscard]] int socket() const noexcept { return socket_; }

  /// Closes the client's end and waits until the script is done.
  void finish();

 private:
  int socket_ = -1;
  std::thread thread_;
};

}  // namespace sandpiper::test
