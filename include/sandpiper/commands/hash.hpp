#pragma once
// Commands of the group "hash".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "sandpiper/commands/arguments.hpp"

namespace sandpiper {

/// HSET key field value [field value ...]. O(n). Since 2.0.0; several fields since 4.0.0.
/// Reply     how many of the fields are new
///
/// hset("h", "name", "Ann", "visits", 3), hset("h", {{"name", "Ann"}, {"visits", 3}}),
/// hset("h", map). The server refuses a range without pairs.
template <any_argument... FieldsAndValues>
requires(sizeof...(FieldsAndValues) > 0 && sizeof...(FieldsAndValues) % 2 == 0)
    [[nodiscard]] command<std::int64_t> hset(std::string_view key, FieldsAndValues&&... pairs) {
  return commands::on_key<std::int64_t>("HSET", commands::writes, key,
                                        std::forward<FieldsAndValues>(pairs)...);
}
template <pair_range Pairs>
[[nodiscard]] command<std::int64_t> hset(std::string_view key, Pairs&& pairs) {
  auto c = commands::on_key<std::int64_t>("HSET", commands::writes, key);
  commands::add_pairs(c, std::forward<Pairs>(pairs));
  return c;
}
[[nodiscard]] inline auto hset(std::string_view key, commands::pairs<argument> pairs) {
  return hset<commands::pairs<argument>>(key, std::move(pairs));
}

/// HGET key field. O(1). Since 2.0.0.
/// Reply     the value, or nothing if there is no such field or key
template <any_argument Field>
[[nodiscard]] command<std::optional<std::string>> hget(std::string_view key, Field&& field) {
  return commands::on_key<std::optional<std::string>>("HGET", commands::reads, key,
                                                      std::forward<Field>(field));
}

/// HGETALL key. O(n). Since 2.0.0.
/// Reply     fields and values; none if there is no such key
[[nodiscard]] inline command<std::unordered_map<std::string, std::string>> hgetall(
    std::string_view key) {
  return commands::on_key<std::unordered_map<std::string, std::string>>("HGETALL", commands::reads,
                                                                        key);
}

}  // namespace sandpiper
