#pragma once
// Commands of the group "list".

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/commands/arguments.hpp"

namespace sandpiper {

/// LPUSH key element [element ...]. Puts elements in front, one by one: the last comes to stand
/// first. O(n). Since 1.0.0; several elements since 2.4.0.
/// Reply     the new length
///
/// lpush("l", "a", 2), lpush("l", {"a", 2}), lpush("l", elements). The server refuses a range
/// without elements.
template <any_argument... Elements>
requires(sizeof...(Elements) > 0)
    [[nodiscard]] command<std::int64_t> lpush(std::string_view key, Elements&&... elements) {
  return commands::on_key<std::int64_t>("LPUSH", commands::writes, key,
                                        std::forward<Elements>(elements)...);
}
template <argument_range Elements>
[[nodiscard]] command<std::int64_t> lpush(std::string_view key, Elements&& elements) {
  return commands::on_key_with_all<std::int64_t>("LPUSH", commands::writes, key,
                                                 std::forward<Elements>(elements));
}
[[nodiscard]] inline auto lpush(std::string_view key, commands::arguments elements) {
  return lpush<commands::arguments>(key, std::move(elements));
}

/// RPUSH key element [element ...]. Puts elements at the end, in their order. O(n). Since 1.0.0;
/// several elements since 2.4.0.
/// Reply     the new length
///
/// Called as lpush() is.
template <any_argument... Elements>
requires(sizeof...(Elements) > 0)
    [[nodiscard]] command<std::int64_t> rpush(std::string_view key, Elements&&... elements) {
  return commands::on_key<std::int64_t>("RPUSH", commands::writes, key,
                                        std::forward<Elements>(elements)...);
}
template <argument_range Elements>
[[nodiscard]] command<std::int64_t> rpush(std::string_view key, Elements&& elements) {
  return commands::on_key_with_all<std::int64_t>("RPUSH", commands::writes, key,
                                                 std::forward<Elements>(elements));
}
[[nodiscard]] inline auto rpush(std::string_view key, commands::arguments elements) {
  return rpush<commands::arguments>(key, std::move(elements));
}

/// LRANGE key start stop. The elements from place `first` to place `last`, both included; places
/// count from 0, or from the end when negative: 0 and -1 are all. O(n). Since 1.0.0.
/// Reply     the elements; none if there is no such key
[[nodiscard]] inline command<std::vector<std::string>> lrange(std::string_view key,
                                                              std::int64_t first,
                                                              std::int64_t last) {
  return commands::on_key<std::vector<std::string>>("LRANGE", commands::reads, key, first, last);
}

}  // namespace sandpiper
