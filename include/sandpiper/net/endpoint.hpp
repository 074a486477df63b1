#pragma once
// Where a server is, and how the way there is made private.

#include <cstdint>
#include <string>

namespace sandpiper {

/// One server's place. A value.
struct endpoint {
  std::string host = "localhost";  // a name or an address; an IPv6 address without brackets
  std::uint16_t port = 6379;       // 1 to 65535
  std::string path = {};           // absolute, of a Unix socket; when not empty, host and port rest

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// For messages: "localhost:6379", "[::1]:6379", "unix:///run/redis.sock".
[[nodiscard]] std::string to_string(const endpoint& where);

/// How the connection is made private. A value. Nothing here matters unless `enabled`, and fields
/// set without it are refused, lest a connection be thought private that is not.
struct tls_options {
  bool enabled = false;
  std::string ca_file = {};           // PEM; certificates to trust, in place of the system's
  std::string ca_path = {};           // a folder of them, hashed as OpenSSL does
  std::string certificate_file = {};  // PEM chain that shows who we are; needs key_file
  std::string key_file = {};          // PEM
  std::string server_name = {};       // sent as SNI and verified; empty: the endpoint's host
  bool verify_peer = true;            // refuse a certificate that no trusted one signed
  bool verify_name = true;            // refuse a certificate made out to another name

  friend bool operator==(const tls_options&, const tls_options&) = default;
};

}  // namespace sandpiper
