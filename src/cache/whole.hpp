#pragma once
// From a reply to the whole value of a key, where it tells it; and back.

#include <optional>

#include "cache/knowledge.hpp"
#include "sandpiper/store/value.hpp"

namespace sandpiper::cache {

/// The value of the key, if this reply to this command tells all of it: GET, HGETALL, SMEMBERS,
/// LRANGE 0 -1, ZRANGE 0 -1 WITHSCORES; and "no such key" where an empty reply means that.
/// `reply` is in RESP3.
[[nodiscard]] std::optional<store::value> whole_value(const local::reading& how,
                                                      const resp::command& command,
                                                      const resp::reply_view& reply);

/// Whether this reply to this command says that there is no such key: what would be an empty
/// collection is none.
[[nodiscard]] bool tells_absence(const local::reading& how, const resp::command& command,
                                 const resp::reply_view& reply);

/// Tells what `command` answers where the key holds `whole`.
void tell_from_whole(const local::reading& how, const resp::command& command,
                     const store::value_view& whole, reply_visitor tell);

}  // namespace sandpiper::cache
