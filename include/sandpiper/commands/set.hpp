#pragma once
// Commands of the group "set".

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "sandpiper/commands/arguments.hpp"

namespace sandpiper {

/// SADD key member [member ...]. O(n). Since 1.0.0; several members since 2.4.0.
/// Reply     how many of the members are new
///
/// sadd("s", "a", 2), sadd("s", {"a", 2}), sadd("s", members). The server refuses a range without
/// members.
template <any_argument... Members>
requires(sizeof...(Members) > 0)
    [[nodiscard]] command<std::int64_t> sadd(std::string_view key, Members&&... members) {
  return commands::on_key<std::int64_t>("SADD", commands::writes, key,
                                        std::forward<Members>(members)...);
}
template <argument_range Members>
[[nodiscard]] command<std::int64_t> sadd(std::string_view key, Members&& members) {
  return commands::on_key_with_all<std::int64_t>("SADD", commands::writes, key,
                                                 std::forward<Members>(members));
}
[[nodiscard]] inline auto sadd(std::string_view key, commands::arguments members) {
  return sadd<commands::arguments>(key, std::move(members));
}

/// SMEMBERS key. O(n). Since 1.0.0.
/// Reply     the members, in no order; none if there is no such key
[[nodiscard]] inline command<std::unordered_set<std::string>> smembers(std::string_view key) {
  return commands::on_key<std::unordered_set<std::string>>("SMEMBERS", commands::reads, key);
}

}  // namespace sandpiper
