#include "net/tls_socket.hpp"

#if SANDPIPER_TLS

#include <openssl/bio.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace sandpiper::net {
namespace {

tls_socket& socket_of(BIO* bio) { return *static_cast<tls_socket*>(BIO_get_data(bio)); }

template <class Call>
ssize_t uninterrupted(Call call) {
  ssize_t n = 0;
  do {
    n = call();
  } while (n < 0 && errno == EINTR);
  return n;
}

// True: try again later. What cannot be tried again is noted.
bool is_only_full(tls_socket& socket) {
  if (errno == EAGAIN || errno == EWOULDBLOCK) return true;
  socket.error = errno;
  return false;
}

// How many bytes went out; -1: none ever will.
ssize_t send_now(tls_socket& socket, const char* from, std::size_t size) {
  const auto n =
      uninterrupted([&] { return ::send(socket.fd, from, size, MSG_NOSIGNAL | MSG_DONTWAIT); });
  if (n < 0) return is_only_full(socket) ? 0 : -1;
  socket.sent_bytes += static_cast<std::uint64_t>(n);
  return n;
}

int write_bytes(BIO* bio, const char* from, std::size_t size, std::size_t* written) {
  auto& socket = socket_of(bio);
  BIO_clear_retry_flags(bio);
  if (socket.unsent.size() >= tls_socket::unsent_bytes_max) {
    BIO_set_retry_write(bio);
    return 0;
  }
  const auto n = socket.unsent.empty() ? send_now(socket, from, size) : 0;
  if (n < 0) return 0;
  socket.unsent.append(from + n, size - static_cast<std::size_t>(n));
  *written = size;
  return 1;
}

int read_bytes(BIO* bio, char* into, std::size_t size, std::size_t* got) {
  auto& socket = socket_of(bio);
  BIO_clear_retry_flags(bio);
  const auto n = uninterrupted([&] { return ::recv(socket.fd, into, size, MSG_DONTWAIT); });
  if (n <= 0) {
    if (n == 0) {
      socket.ended = true;
    } else if (is_only_full(socket)) {
      BIO_set_retry_read(bio);
    }
    return 0;
  }
  *got = static_cast<std::size_t>(n);
  if (socket.first_bytes.size() < tls_socket::first_bytes_max) {
    const auto room = tls_socket::first_bytes_max - socket.first_bytes.size();
    socket.first_bytes.append(into, std::min(*got, room));
  }
  return 1;
}

long control(BIO* bio, int what, long, void*) {
  switch (what) {
    case BIO_CTRL_FLUSH: return 1;  // the channel sees to that
    case BIO_CTRL_EOF: return socket_of(bio).ended ? 1 : 0;
    default: return 0;
  }
}

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

// Made once, and not freed: BIOs may live until the very end of the process.
const BIO_METHOD* method() {
  static const BIO_METHOD* const made = [] {
    auto* const m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sandpiper socket");
    if (m != nullptr) {
      BIO_meth_set_create(m, create);
      BIO_meth_set_write_ex(m, write_bytes);
      BIO_meth_set_read_ex(m, read_bytes);
      BIO_meth_set_ctrl(m, control);
    }
    return m;
  }();
  return made;
}

}  // namespace

bool tls_socket::flush() {
  if (unsent.empty()) return true;
  const auto n = send_now(*this, unsent.data(), unsent.size());
  if (n < 0) return false;
  unsent.erase(0, static_cast<std::size_t>(n));
  return true;
}

BIO* make_bio(tls_socket& socket) {
  if (method() == nullptr) return nullptr;
  BIO* const bio = BIO_new(method());
  if (bio != nullptr) BIO_set_data(bio, &socket);
  return bio;
}

}  // namespace sandpiper::net

#endif
