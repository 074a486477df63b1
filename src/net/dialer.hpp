#pragma once
// From an address to a connected stream: resolve, connect, shake hands.

#include <asio/any_io_executor.hpp>
#include <asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/settings.hpp"
#include "net/stream.hpp"

namespace sandpiper::net {

/// The steps from an address to a server that can be used; the dialer takes all but the last.
enum class dialing : std::uint8_t { resolving, connecting, handshake, greeting };
[[nodiscard]] std::string_view to_string(dialing step) noexcept;

/// One attempt: every address that the name resolves to, in turn. Strand-bound.
class dialer : public std::enable_shared_from_this<dialer> {
 public:
  using handler = std::function<void(result<stream>)>;

  dialer(asio::any_io_executor executor, const settings& what)
      : executor_(std::move(executor)), what_(what), resolver_(executor_) {}

  /// `done` is called once, not from within, unless cancel() comes first.
  /// Errors    connect_failed, tls_failed; the text tells cause and cure
  void start(handler done);

  /// Nothing more is called.
  void cancel();

  /// What it is doing, for whoever waits in vain.
  [[nodiscard]] dialing doing() const noexcept { return doing_; }

 private:
  void connect_unix();
  void resolve();
  void connect_next();
  void connected(stream::socket_type socket);
  result<void> configure(stream::socket_type& socket) const;
  void shake_hands();
  void finish(result<stream> outcome);
  void fail(errc code, std::string text);

  asio::any_io_executor executor_;
  const settings& what_;
  handler done_;
  asio::ip::tcp::resolver resolver_;
  asio::ip::tcp::resolver::results_type addresses_;
  asio::ip::tcp::resolver::results_type::const_iterator next_address_;
  std::shared_ptr<asio::ip::tcp::socket> connecting_;
  std::optional<stream::socket_type> socket_;
  std::unique_ptr<tls_channel> tls_;
  std::string refusals_;
  dialing doing_ = dialing::resolving;
};

}  // namespace sandpiper::net
