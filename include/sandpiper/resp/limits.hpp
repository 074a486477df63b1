#pragma once
// How much of the peer's word we take. Everything a reply can grow is bounded here, nowhere else.

#include <cstdint>

namespace sandpiper::resp {

/// A value. A reply over one of these is an error (errc::over_limit) and ends its stream.
struct limits {
  std::uint32_t line_bytes_max = 1 << 20;    // "+", "-", "(" and "," lines, without CRLF
  std::uint32_t bulk_bytes_max = 512 << 20;  // the server's own default, proto-max-bulk-len
  std::uint32_t elements_max = UINT32_MAX;   // of one aggregate; a pair of a map counts two
  std::uint32_t depth_max = 128;             // nested aggregates; the outermost is depth 1
};

}  // namespace sandpiper::resp
