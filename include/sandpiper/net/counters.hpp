#pragma once
// What a connection has done so far, in numbers that only grow.

#include <cstdint>

namespace sandpiper {

/// A value: a snapshot. Each number is exact; together they may be a moment apart.
struct counters {
  std::uint64_t commands = 0;  // handed to the socket, repetitions included
  std::uint64_t replies = 0;   // to commands; pushes are apart
  std::uint64_t pushes = 0;
  std::uint64_t writes = 0;  // calls that wrote; commands / writes is the batch size
  std::uint64_t reads = 0;   // calls that read something
  std::uint64_t written_bytes = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t connects = 0;         // connections that became usable
  std::uint64_t losses = 0;           // connections that broke after that
  std::uint64_t failed_attempts = 0;  // to connect
  std::uint64_t expired = 0;          // commands whose deadline passed
  std::uint64_t withdrawn = 0;        // commands whose caller went away
  std::uint64_t driven = 0;           // calls whose waiting thread sent and read for itself
  std::uint64_t refused = 0;          // commands that found the pipeline full
  std::uint64_t orphaned = 0;         // replies with data to blocking commands, and nobody there
  std::uint64_t retried = 0;          // commands sent again that may have run before

  counters& operator+=(const counters& other) noexcept;
};

}  // namespace sandpiper
