#pragma once
// What the program ends with.

#include "sandpiper/rdb/fault.hpp"

namespace rdb_inspect {

enum class status : int {
  ok = 0,
  failed = 1,  // input or output; `diff` found differences; `get` did not find a key
  bad_usage = 2,
  corrupt = 3,      // damaged, cut short, or a wrong checksum
  unsupported = 4,  // a version, type or size that this program does not take
  interrupted = 130,
};

[[nodiscard]] constexpr status status_of(sandpiper::rdb::fault_kind why) noexcept {
  using sandpiper::rdb::fault_kind;
  switch (why) {
    case fault_kind::truncated:
    case fault_kind::corrupt: return status::corrupt;
    case fault_kind::unsupported:
    case fault_kind::over_limit: return status::unsupported;
    case fault_kind::io: return status::failed;
  }
  return status::failed;
}

}  // namespace rdb_inspect
