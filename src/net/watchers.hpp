#pragma once
// Who looks on at the connections of a client.

#include <mutex>
#include <vector>

#include "sandpiper/net/metrics.hpp"

namespace sandpiper::net {

class connection;

/// Of all connections that were made with the same settings, or with copies of them. Shared:
/// thread-safe.
class watchers {
 public:
  void enter(const connection& one);
  /// Its numbers are kept.
  void leave(const connection& one) noexcept;

  [[nodiscard]] metrics snapshot() const;

 private:
  mutable std::mutex mutex_;
  std::vector<const connection*> connections_;  // guarded by mutex_
  connection_metrics ended_;                    // guarded by mutex_
};

}  // namespace sandpiper::net
