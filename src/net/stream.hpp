#pragma once
// A connected socket, with or without TLS: bytes go through at once or not at all; waiting is
// apart.

#include <asio/any_io_executor.hpp>
#include <asio/generic/stream_protocol.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/tls_channel.hpp"
#include "net/transfer.hpp"

namespace sandpiper::net {

/// Strand-bound.
class stream {
 public:
  using socket_type = asio::generic::stream_protocol::socket;

  /// `socket` is connected and non-blocking. `tls`, if any, has shaken hands on it.
  stream(socket_type socket, std::unique_ptr<tls_channel> tls) noexcept
      : socket_(std::move(socket)), tls_(std::move(tls)) {}

  transfer read(std::span<char> into);

  /// More can be read although the socket may never be readable again: do not wait, read.
  [[nodiscard]] bool buffered() const noexcept { return tls_ && tls_->buffered(); }

  /// At most pieces_max of them are looked at.
  transfer write(std::span<const std::string_view> pieces);
  static constexpr std::size_t pieces_max = 64;

  /// Why the last transfer failed, for a person.
  [[nodiscard]] const std::string& cause() const noexcept { return cause_; }

  [[nodiscard]] int native_handle() noexcept { return socket_.native_handle(); }

  /// Handlers take an std::error_code.
  template <class Handler>
  void wait_readable(Handler&& handler) {
    socket_.async_wait(socket_type::wait_read, std::forward<Handler>(handler));
  }
  template <class Handler>
  void wait_writable(Handler&& handler) {
    socket_.async_wait(socket_type::wait_write, std::forward<Handler>(handler));
  }

  /// Every wait ends with operation_aborted.
  void close() noexcept;

 private:
  transfer failed(const std::error_code& why);

  socket_type socket_;
  std::unique_ptr<tls_channel> tls_;  // destroyed before the socket
  std::string cause_;
};

}  // namespace sandpiper::net
