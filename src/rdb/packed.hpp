#pragma once
// What packed blobs hold, told to the visitor. Each function validates all of the blob before the
// first event; false means that a fault is set.

#include <string_view>

namespace sandpiper::rdb {

struct decoder;

[[nodiscard]] bool tell_listpack_items(decoder& d, std::string_view blob);
[[nodiscard]] bool tell_ziplist_items(decoder& d, std::string_view blob);

}  // namespace sandpiper::rdb
