#include "support/tls_server.hpp"

#if SANDPIPER_TLS

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace sandpiper::test {
namespace {

void must(bool good, const std::string& what) {
  if (!good) {
    throw std::runtime_error(what + ": " + ERR_error_string(ERR_peek_last_error(), nullptr));
  }
}

SSL_CTX* context_for(const tls_server_options& options) {
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  must(context != nullptr, "SSL_CTX_new");
  if (options.old) {
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
  } else if (options.version_max != 0) {
    SSL_CTX_set_max_proto_version(context, options.version_max);
  }
  if (!options.certificate_file.empty()) {
    must(SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) == 1,
         options.certificate_file);
    must(SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) == 1,
         options.key_file);
  }
  if (!options.ca_file.empty()) {
    must(SSL_CTX_load_verify_file(context, options.ca_file.c_str()) == 1, options.ca_file);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

// OpenSSL's own sockets raise it when the client has gone.
void block_broken_pipes() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

struct tls_session::state {
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
  int socket = -1;

  ~state() {
    SSL_free(ssl);
    SSL_CTX_free(context);
    if (socket >= 0) ::close(socket);
  }
};

tls_session::tls_session(const tls_server_options& options, int socket)
    : state_(std::make_unique<state>()) {
  state_->socket = socket;
  state_->context = context_for(options);
  state_->ssl = SSL_new(state_->context);
  must(state_->ssl != nullptr && SSL_set_fd(state_->ssl, socket) == 1, "SSL_new");
}

tls_session::~tls_session() = default;

bool tls_session::accept() {
  ERR_clear_error();
  return SSL_accept(state_->ssl) == 1;
}

std::string tls_session::read(std::size_t bytes_max) {
  std::string out(bytes_max, '\0');
  std::size_t n = 0;
  ERR_clear_error();
  if (SSL_read_ex(state_->ssl, out.data(), out.size(), &n) != 1) return {};
  out.resize(n);
  return out;
}

std::string tls_session::read_exactly(std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) {
    const auto more = read(bytes - out.size());
    if (more.empty()) break;
    out += more;
  }
  return out;
}

bool tls_session::write(std::string_view bytes) {
  std::size_t n = 0;
  ERR_clear_error();
  return bytes.empty() || SSL_write_ex(state_->ssl, bytes.data(), bytes.size(), &n) == 1;
}

bool tls_session::renew_keys() {
  return SSL_key_update(state_->ssl, SSL_KEY_UPDATE_REQUESTED) == 1;
}

void tls_session::close_notify() { SSL_shutdown(state_->ssl); }
void tls_session::hang_up() { ::shutdown(state_->socket, SHUT_RDWR); }

void tls_session::write_raw(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto n = ::send(state_->socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string tls_session::read_raw() const {
  char bytes[4096];
  const auto n = ::recv(state_->socket, bytes, sizeof bytes, 0);
  return {bytes, static_cast<std::size_t>(std::max<ssize_t>(n, 0))};
}

bool tls_session::ended_in_order() const {
  return (SSL_get_shutdown(state_->ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
}

std::string tls_session::name_asked() const {
  const char* const name = SSL_get_servername(state_->ssl, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

std::string tls_session::version() const { return SSL_get_version(state_->ssl); }

tls_server::tls_server(tls_server_options options, script what) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  socket_ = ends[0];
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
  for (const int end : ends) {
    if (options.buffer_bytes == 0) continue;
    for (const int which : {SO_SNDBUF, SO_RCVBUF}) {
      ::setsockopt(end, SOL_SOCKET, which, &options.buffer_bytes, sizeof options.buffer_bytes);
    }
  }
  thread_ = std::thread([options = std::move(options), what = std::move(what), end = ends[1]] {
    block_broken_pipes();
    tls_session session(options, end);
    what(session);
  });
}

tls_server::~tls_server() { finish(); }

void tls_server::finish() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  if (thread_.joinable()) thread_.join();
}

}  // namespace sandpiper::test

#endif
