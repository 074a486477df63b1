#pragma once
// What a near cache is told: how much it may hold, and how far what it holds may be believed.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "sandpiper/base/result.hpp"

namespace sandpiper::cache {

/// What happens to a read that nothing vouches for any more: the tracking connection is gone, or
/// was silent for longer than the lease. A value.
class staleness {
 public:
  /// It is read from the server, or fails as such reads fail.
  [[nodiscard]] static constexpr staleness fetch() noexcept { return staleness({}); }

  /// It is answered with what was last known, and says so, for up to `span` after it was last
  /// vouched for; later from the server. What is known to have changed is never served.
  [[nodiscard]] static constexpr staleness serve_stale_for(
      std::chrono::milliseconds span) noexcept {
    return staleness(span);
  }

  [[nodiscard]] constexpr std::chrono::milliseconds span() const noexcept { return span_; }

 private:
  explicit constexpr staleness(std::chrono::milliseconds span) noexcept : span_(span) {}
  std::chrono::milliseconds span_;
};

/// A value. Plain fields; check() says whether they make sense together.
struct options {
  std::size_t budget_bytes = std::size_t{64} << 20;  // of the store, all of it
  std::size_t shards = 16;                           // rounded up to a power of two, 256 at most

  /// Nothing is kept longer, whatever the server says of its expiry. It is the only bound where the
  /// server does not tell of a change: after SWAPDB.
  std::chrono::milliseconds ttl_max = std::chrono::minutes(10);

  /// How long the knowledge is kept that there is no such key.
  std::chrono::milliseconds absent_ttl_max = std::chrono::seconds(5);

  /// A hash may have fields that expire on their own (servers from 7.4), of which a read does not
  /// tell: from such a server hashes are kept for no longer than this.
  std::chrono::milliseconds hash_ttl_max = std::chrono::seconds(1);

  /// How old the last proof may be that the server has told all. It bounds how stale an answer can
  /// be, also when threads of this process or the server itself stood still.
  std::chrono::milliseconds lease = std::chrono::seconds(2);

  /// How often the server is asked for that proof while nothing else brings it: PING.
  std::chrono::milliseconds probe_interval = std::chrono::milliseconds(500);

  staleness past_the_lease = staleness::fetch();

  /// Whether each fetch asks for the expiry of its key, too (PTTL). Without, a fetch costs the
  /// server less, and a key may be served for up to ttl_max beyond its expiry.
  bool ask_expiry = true;

  /// Empty: the server remembers which keys were read here. Otherwise it tells of every change to a
  /// key that begins with one of these, whoever read it, and remembers none; other keys are not
  /// cached. {""} means all keys.
  std::vector<std::string> broadcast_prefixes = {};

  /// Errors     bad_request    the text names the field, and what to write instead
  [[nodiscard]] result<void> check() const;
};

}  // namespace sandpiper::cache
