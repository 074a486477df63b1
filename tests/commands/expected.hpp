#pragma once
// What commands are compared with: their bytes spelled out by other means, and their flags.

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/commands/any.hpp"

namespace sandpiper::test {

/// The request that these words are.
inline std::string request(std::initializer_list<std::string_view> words) {
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (const auto word : words) {
    bytes += "$" + std::to_string(word.size()) + "\r\n";
    bytes.append(word) += "\r\n";
  }
  return bytes;
}

using words = std::vector<std::string>;

inline words keys_of(const resp::command& c) {
  words keys;
  for (std::uint32_t i = 0; i < c.key_count(); ++i) keys.emplace_back(c.key(i));
  return keys;
}

inline constexpr command_flags reading = {.read_only = true, .idempotent = true, .cacheable = true};
inline constexpr command_flags writing = {};
inline constexpr command_flags writing_repeatably = {.idempotent = true};

template <any_command C, class T>
inline constexpr bool replies = std::same_as<reply_of<C>, T>;

}  // namespace sandpiper::test
