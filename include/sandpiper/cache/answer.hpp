#pragma once
// Where an answer of the near cache comes from, and what the cache counts.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sandpiper::cache {

enum class origin : std::uint8_t {
  hit,    // from here, vouched for
  miss,   // from the server
  stale,  // from here, with nothing to vouch for it; see options::past_the_lease
};

[[nodiscard]] std::string_view to_string(origin from) noexcept;

/// A value with its provenance.
template <class T>
struct answer {
  T value;
  origin from = origin::miss;
  std::chrono::milliseconds age{0};  // since the server was asked for it; 0 for a miss
};

/// Whether answers are kept at all.
enum class condition : std::uint8_t {
  connecting,   // not yet, or not at the moment: reads go to the server
  caching,      // the tracking connection vouches for what is kept
  lapsed,       // it has been silent for longer than the lease
  unavailable,  // the server cannot do it; see status::why
};

struct status {
  condition now = condition::connecting;
  std::string why = {};  // what stands in the way, and what to do about it; empty while caching
};

/// All since the cache was made. The comments give the names by OpenTelemetry's conventions for
/// Redis clients.
struct statistics {
  std::uint64_t hits = 0;         // redis.client.csc.requests, result=hit
  std::uint64_t misses = 0;       // redis.client.csc.requests, result=miss
  std::uint64_t stale = 0;        // of the hits: served by options::past_the_lease
  std::uint64_t joined = 0;       // of the misses: waited for a fetch of somebody else
  std::uint64_t bypassed = 0;     // of the misses: not to be cached, or not at that moment
  std::uint64_t fetches = 0;      // sent to the server; redis.client.csc.refreshes
  std::uint64_t doomed = 0;       // of those: overtaken by a change, and not kept
  std::uint64_t invalidated = 0;  // keys that the server told of
  std::uint64_t generations = 0;  // how often all that was known became void
  std::uint64_t evictions = 0;    // redis.client.csc.evictions, reason=full
  std::uint64_t expirations = 0;  // redis.client.csc.evictions, reason=ttl
  std::uint64_t refusals = 0;     // what did not fit the budget
  std::size_t items = 0;          // redis.client.csc.items
  std::size_t charged_bytes = 0;  // of options::budget_bytes
};

}  // namespace sandpiper::cache
