#include "net/watchers.hpp"

#include <algorithm>

#include "net/connection.hpp"

namespace sandpiper::net {

void watchers::enter(const connection& one) {
  const std::scoped_lock lock(mutex_);
  connections_.push_back(&one);
}

void watchers::leave(const connection& one) noexcept {
  const std::scoped_lock lock(mutex_);
  connections_.erase(std::find(connections_.begin(), connections_.end(), &one));
  auto last = one.seen();
  last.in_flight = last.pending = last.pending_bytes = 0;
  ended_ += last;
}

metrics watchers::snapshot() const {
  const std::scoped_lock lock(mutex_);
  metrics all;
  all.ended = ended_;
  all.connections.reserve(connections_.size());
  for (const auto* one : connections_) all.connections.push_back(one->seen());
  return all;
}

}  // namespace sandpiper::net
