#pragma once
// What the rows of this program are made of.

#include <cstddef>
#include <cstdint>
#include <string>

#include "support/redis_server.hpp"

namespace near {

struct plan {
  std::size_t keys = 10'000;
  std::size_t operations = 2'000'000;  // of a row of hits
  std::size_t reads = 40'000;          // of a row of misses
  int rounds = 5;
};

/// Text of 20 bytes, and the 16 bytes that stand behind it.
[[nodiscard]] std::string key_of(std::size_t i);
[[nodiscard]] std::string value_of(std::size_t i);

/// CPU of this process, all threads; of the server's main thread.
[[nodiscard]] double own_cpu_ns();
[[nodiscard]] double server_cpu_ns(const sandpiper::test::redis_server& server);

/// Each prints its rows; false when an answer was wrong.
bool hits(const plan& p);
bool hits_under_writes(const plan& p);
bool invalidations(const plan& p);
bool misses(const plan& p);

}  // namespace near
