#pragma once
// What a command answers here, as bytes.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/local/reading.hpp"

namespace sandpiper::local {

inline resp::command command_of(const std::vector<std::string>& words) {
  resp::command made(words.front());
  for (std::size_t i = 1; i < words.size(); ++i) made.add(std::string_view(words[i]));
  made.own();
  return made;
}

/// "?" when only a server can answer.
inline std::string answer_to(const store::value& value, const std::vector<std::string>& words,
                             int protocol = 2) {
  const auto command = command_of(words);
  const auto* const how = find(command);
  if (how == nullptr) return "?";
  resp::buffer bytes;
  resp::encoder out(bytes, protocol);
  answer(*how, command, value.view(), out);
  return std::string(bytes.view());
}

inline store::value pairs(store::value_type type,
                          std::initializer_list<std::pair<const char*, const char*>> all) {
  store::value made(type);
  for (const auto& [name, value] : all) made.add(name, std::string_view(value));
  return made;
}

inline store::value list_of(std::initializer_list<const char*> items) {
  store::value made(store::value_type::list);
  for (const auto* item : items) made.add(item);
  return made;
}

inline store::value set_of(std::initializer_list<const char*> members) {
  store::value made(store::value_type::set);
  for (const auto* member : members) made.add(member);
  return made;
}

inline store::value zset_of(std::initializer_list<std::pair<const char*, double>> scores) {
  store::value made(store::value_type::zset);
  for (const auto& [member, score] : scores) made.add(member, score);
  made.sort();
  return made;
}

inline const std::string wrong_type_reply =
    "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";

}  // namespace sandpiper::local
