#include "net/dialer.hpp"

#include <asio/connect.hpp>
#include <asio/error.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>

#include <cerrno>

#ifdef __linux__
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

namespace sandpiper::net {
namespace {

std::string with_cure(const std::error_code& why) {
  auto text = why.message();
  if (why == asio::error::connection_refused) {
    text += ": no server is listening there; check host and port, and that it runs";
  } else if (why == asio::error::timed_out || why == asio::error::host_unreachable ||
             why == asio::error::network_unreachable) {
    text += ": check the address, the route and the firewall";
  } else if (why.value() == ENOENT) {
    text += ": no socket has this path; check the path and the server's \"unixsocket\"";
  } else if (why == asio::error::no_buffer_space) {
    text += ": the server does not take the connections that wait; see its \"tcp-backlog\"";
  } else if (why.value() == EACCES) {
    text += ": check the server's \"unixsocketperm\" and this user's groups";
  }
  return text;
}

template <int Level, int Name>
using integer_option = asio::detail::socket_option::integer<Level, Name>;

}  // namespace

std::string_view to_string(dialing step) noexcept {
  switch (step) {
    case dialing::resolving: return "resolving the name";
    case dialing::connecting: return "connecting";
    case dialing::handshake: return "shaking hands over TLS";
    case dialing::greeting: return "greeting the server";
  }
  return "connecting";
}

void dialer::start(handler done) {
  done_ = std::move(done);
  what_.place.path.empty() ? resolve() : connect_unix();
}

void dialer::cancel() {
  done_ = nullptr;
  resolver_.cancel();
  if (connecting_) {
    std::error_code ignored;
    connecting_->close(ignored);
  }
  connecting_.reset();
  tls_.reset();
  socket_.reset();
}

void dialer::connect_unix() {
  doing_ = dialing::connecting;
  auto where = std::make_shared<asio::local::stream_protocol::socket>(executor_);
  const auto answer = [self = shared_from_this(), where](const std::error_code& why) {
    if (!self->done_) return;
    if (why) return self->fail(errc::connect_failed, with_cure(why));
    self->connected(std::move(*where));
  };
  if (what_.place.path.size() >= sizeof(sockaddr_un::sun_path)) {
    asio::post(executor_, [self = shared_from_this()] {
      if (self->done_) self->fail(errc::connect_failed, "the path is too long for a Unix socket");
    });
    return;
  }
  where->async_connect(asio::local::stream_protocol::endpoint(what_.place.path), answer);
}

void dialer::resolve() {
  doing_ = dialing::resolving;
  resolver_.async_resolve(
      what_.place.host, std::to_string(what_.place.port), asio::ip::tcp::resolver::numeric_service,
      [self = shared_from_this()](const std::error_code& why, const auto& addresses) {
        if (!self->done_) return;
        if (why) {
          return self->fail(errc::connect_failed, "the name \"" + self->what_.place.host +
                                                      "\" cannot be resolved (" + why.message() +
                                                      "): check the host");
        }
        self->addresses_ = addresses;
        self->next_address_ = self->addresses_.begin();
        self->connect_next();
      });
}

void dialer::connect_next() {
  doing_ = dialing::connecting;
  if (next_address_ == addresses_.end()) return fail(errc::connect_failed, refusals_);
  const auto address = (next_address_++)->endpoint();
  auto socket = connecting_ = std::make_shared<asio::ip::tcp::socket>(executor_);
  socket->async_connect(address,
                        [self = shared_from_this(), socket, address](const std::error_code& why) {
                          if (!self->done_) return;
                          if (!why) return self->connected(std::move(*socket));
                          if (!self->refusals_.empty()) self->refusals_ += "; ";
                          self->refusals_ += address.address().to_string() + ": " + with_cure(why);
                          self->connect_next();
                        });
}

result<void> dialer::configure(stream::socket_type& socket) const {
  std::error_code why;
  socket.non_blocking(true, why);
  if (why || !what_.place.path.empty()) {
    if (why) return error(errc::connect_failed, why.message());
    return {};
  }
  // What a system does not know of these it does without.
  socket.set_option(asio::ip::tcp::no_delay(true), why);
  if (what_.keep_alive.count() > 0) {
    socket.set_option(asio::socket_base::keep_alive(true), why);
#ifdef __linux__
    const auto seconds = static_cast<int>((what_.keep_alive.count() + 999) / 1000);
    socket.set_option(integer_option<IPPROTO_TCP, TCP_KEEPIDLE>(seconds), why);
    socket.set_option(integer_option<IPPROTO_TCP, TCP_KEEPINTVL>(std::max(1, seconds / 3)), why);
    socket.set_option(integer_option<IPPROTO_TCP, TCP_KEEPCNT>(3), why);
#endif
  }
#ifdef __linux__
  if (what_.tcp_user_timeout.count() > 0) {
    const auto ms = static_cast<int>(what_.tcp_user_timeout.count());
    socket.set_option(integer_option<IPPROTO_TCP, TCP_USER_TIMEOUT>(ms), why);
  }
#endif
  return {};
}

void dialer::connected(stream::socket_type socket) {
  if (auto done = configure(socket); !done) return finish(done.error());
  if (!what_.tls.enabled) return finish(stream(std::move(socket), nullptr));

  doing_ = dialing::handshake;
  socket_.emplace(std::move(socket));
  auto tls = tls_channel::start(what_.tls, what_.place.host, socket_->native_handle());
  if (!tls) return finish(tls.error());
  tls_ = *std::move(tls);
  shake_hands();
}

void dialer::shake_hands() {
  const auto step = tls_->handshake();
  if (step.status == io::done) return finish(stream(*std::move(socket_), std::move(tls_)));
  if (step.status == io::failed || step.status == io::ended) {
    return fail(errc::tls_failed, step.status == io::failed
                                      ? tls_->why()
                                      : "the server closed the connection: does it speak TLS?");
  }
  const auto wait = step.status == io::want_readable ? stream::socket_type::wait_read
                                                     : stream::socket_type::wait_write;
  socket_->async_wait(wait, [self = shared_from_this()](const std::error_code& why) {
    if (!self->done_) return;
    if (why) return self->fail(errc::tls_failed, why.message());
    self->shake_hands();
  });
}

void dialer::finish(result<stream> outcome) {
  const auto done = std::exchange(done_, nullptr);
  done(std::move(outcome));
}

void dialer::fail(errc code, std::string text) { finish(error(code, std::move(text))); }

}  // namespace sandpiper::net
