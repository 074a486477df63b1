#pragma once
// A socket as OpenSSL reads and writes it: at once or not at all, and without SIGPIPE.

#include <cstddef>
#include <cstdint>
#include <string>

struct bio_st;

namespace sandpiper::net {

/// Strand-bound. What became of the calls is kept, since OpenSSL's own account of it is brief.
///
/// A record that the socket does not take whole is kept too, and counts as written for OpenSSL:
/// with a record half out, it could not answer a peer that asks for new keys. Once something is
/// kept, flush() alone sends, so that its caller knows when a record has left.
struct tls_socket {
  int fd = -1;
  int error = 0;            // errno of the last call that failed for good
  bool ended = false;       // the peer closed the connection
  std::string first_bytes;  // the first that came, first_bytes_max at most
  std::string unsent;       // goes out before anything else
  std::uint64_t sent_bytes = 0;

  static constexpr std::size_t first_bytes_max = 48;
  static constexpr std::size_t unsent_bytes_max = 64 << 10;  // what is over it has to wait

  /// Sends of `unsent` what can be sent at once. False when that was not possible: `error`.
  bool flush();
};

/// A BIO over `socket`, which must outlive it; nullptr when there is no memory.
bio_st* make_bio(tls_socket& socket);

}  // namespace sandpiper::net
