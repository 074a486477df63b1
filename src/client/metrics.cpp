#include "sandpiper/net/metrics.hpp"

#include "client/parts.hpp"
#include "net/watchers.hpp"

namespace sandpiper {

metrics core::metrics() const {
  auto all = parts_->connection->configured().watchers->snapshot();
  all.ended.totals.orphaned += parts_->lanes->orphaned();
  return all;
}

}  // namespace sandpiper
