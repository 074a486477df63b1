#pragma once
// Replies made on the spot: memory of the thread, used again and again.

#include <string_view>

#include "cache/knowledge.hpp"
#include "sandpiper/resp/buffer.hpp"
#include "sandpiper/resp/encoder.hpp"

namespace sandpiper::cache {

/// Tells the reply that `bytes` are, one value in RESP3 as this process encoded it.
void tell_parsed(std::string_view bytes, reply_visitor tell);

/// Tells the reply that `write` writes.
void tell_written(store::function_ref<void(resp::encoder&)> write, reply_visitor tell);

/// `reply` in RESP3; good until this thread calls anything of this file again.
[[nodiscard]] std::string_view encoded(const resp::reply_view& reply);

}  // namespace sandpiper::cache
