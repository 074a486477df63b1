#pragma once
// A node of a stream: one listpack whose first entries describe the others.
//
//     count, deleted, k, field 1 .. field k, 0                                   the master
//     flags, ms, seq, [n, field 1], value 1, .. , lp_count                       each entry

#include <cstdint>
#include <string_view>

#include "sandpiper/rdb/record.hpp"

namespace sandpiper::rdb {

struct decoder;

/// Tells the live entries and adds their number to `live`. `before` is the last id of the node
/// before, and becomes that of this one. False: a fault is set.
[[nodiscard]] bool tell_stream_node(decoder& d, stream_id node, std::string_view blob,
                                    stream_id& before, std::uint64_t& live);

}  // namespace sandpiper::rdb
