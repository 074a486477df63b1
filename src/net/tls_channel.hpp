#pragma once
// TLS over a connected, non-blocking socket. In a build without OpenSSL start() says so.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/transfer.hpp"
#include "sandpiper/base/result.hpp"
#include "sandpiper/net/endpoint.hpp"

namespace sandpiper::net {

/// TLS 1.2 or newer; the peer's certificate and its name are verified and SNI is sent, unless
/// tls_options say otherwise. Strand-bound. Never raises SIGPIPE, never blocks.
class tls_channel {
 public:
  /// `host` is verified and sent as SNI when `options.server_name` is empty. `socket` stays the
  /// caller's and must outlive the channel.
  /// Errors    tls_failed: a file that cannot be read, a key that does not match; the text names it
  static result<std::unique_ptr<tls_channel>> start(const tls_options& options,
                                                    std::string_view host, int socket);

  /// Tells the peer that nothing follows, if that can be done at once and fork() came not between.
  ~tls_channel();
  tls_channel(const tls_channel&) = delete;
  tls_channel& operator=(const tls_channel&) = delete;

  /// Call until it answers done (bytes = 0), waiting as it says in between. On failed, why() tells
  /// the reason and the cure.
  transfer handshake();

  transfer read(std::span<char> into);

  /// More can be read without waiting: read() filled what it was given, and the rest has left the
  /// socket already, so waiting for that to be readable may be waiting for ever.
  [[nodiscard]] bool buffered() const noexcept;

  /// Takes at most write_bytes_max. After want_..., the same bytes must be offered again in front,
  /// wherever they are by then.
  transfer write(std::span<const std::string_view> pieces);
  static constexpr std::size_t write_bytes_max = 256 << 10;

  /// Set once something answered failed: errc::tls_failed while shaking hands.
  [[nodiscard]] const std::string& why() const noexcept { return why_; }

 private:
  struct state;
  explicit tls_channel(std::unique_ptr<state> s);
  transfer outcome(int returned, bool writing);
  transfer failed(int reason);
  transfer flush();
  transfer make_record(std::span<const std::string_view> pieces, std::size_t skip);

  std::unique_ptr<state> state_;
  std::string why_;
};

}  // namespace sandpiper::net
