#pragma once
// What one attempt to read or write came to. Nothing here waits: sockets are non-blocking.

#include <cstddef>
#include <cstdint>

namespace sandpiper::net {

enum class io : std::uint8_t {
  done,           // some bytes went through
  want_readable,  // try again when the socket is readable
  want_writable,  // ... or writable
  ended,          // the peer closed its side, in order
  failed,         // cause() says why
};

struct transfer {
  io status = io::done;
  std::size_t bytes = 0;
};

}  // namespace sandpiper::net
