#pragma once
// A tls_channel as a connection would use it, for tests: it waits where a connection would.

#include <gtest/gtest.h>
#include <poll.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/tls_channel.hpp"
#include "support/tls_server.hpp"

namespace sandpiper::net::test {

/// Repeats `step`, waiting in between as it says, until it is done, ended or failed.
template <class Step>
transfer settled(int socket, Step step) {
  constexpr int patience_ms = 60'000;
  while (true) {
    const transfer now = step();
    if (now.status != io::want_readable && now.status != io::want_writable) return now;
    const short wanted = now.status == io::want_readable ? POLLIN : POLLOUT;
    pollfd ready{socket, wanted, 0};
    if (::poll(&ready, 1, patience_ms) == 1) continue;
    ADD_FAILURE() << "the other side does nothing any more";
    return {io::failed, 0};
  }
}

inline transfer handshake(tls_channel& channel, int socket) {
  return settled(socket, [&] { return channel.handshake(); });
}

/// How the writing of all `bytes` came out; done when they are written.
inline transfer write_all(tls_channel& channel, int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view pieces[] = {bytes};
    const auto step = settled(socket, [&] { return channel.write(pieces); });
    if (step.status != io::done) return step;
    bytes.remove_prefix(step.bytes);
  }
  return {io::done, 0};
}

/// What was read until there was nothing more, and how that came out.
inline std::pair<std::string, io> read_to_end(tls_channel& channel, int socket) {
  std::pair<std::string, io> out{"", io::done};
  std::string room(5000, '\0');
  while (out.second == io::done) {
    const auto step = settled(socket, [&] { return channel.read(room); });
    out.first.append(room, 0, step.bytes);
    out.second = step.status;
  }
  return out;
}

/// At least one byte, unless it ended or failed.
inline std::string read_some(tls_channel& channel, int socket) {
  std::string room(5000, '\0');
  const auto step = settled(socket, [&] { return channel.read(room); });
  room.resize(step.bytes);
  return room;
}

/// A channel, and the server it talks to.
class tls_client {
 public:
  tls_client(sandpiper::test::tls_server_options served, sandpiper::test::tls_server::script script,
             const tls_options& options, std::string_view host = "localhost")
      : server_(std::move(served), std::move(script)) {
    auto started = tls_channel::start(options, host, server_.socket());
    if (started) {
      channel_ = *std::move(started);
    } else {
      why_not_ = started.error().text();
      ADD_FAILURE() << why_not_;
    }
  }

  [[nodiscard]] tls_channel& channel() { return *channel_; }
  [[nodiscard]] int socket() const { return server_.socket(); }

  transfer handshake() { return test::handshake(*channel_, socket()); }

  /// What a person reads when the handshake fails; empty when it does not.
  std::string refusal() { return handshake().status == io::failed ? channel_->why() : ""; }

  transfer write(std::string_view bytes) { return write_all(*channel_, socket(), bytes); }
  std::string read() { return read_some(*channel_, socket()); }

  void drop() { channel_.reset(); }

  /// As a connection that is closed.
  void close() {
    drop();
    server_.finish();
  }

 private:
  sandpiper::test::tls_server server_;  // the socket outlives the channel
  std::unique_ptr<tls_channel> channel_;
  std::string why_not_;
};

}  // namespace sandpiper::net::test
