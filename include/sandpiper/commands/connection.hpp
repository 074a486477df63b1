#pragma once
// Commands of the group "connection". They touch no key, so any server may answer them.

#include <string>
#include <string_view>
#include <utility>

#include "sandpiper/commands/arguments.hpp"

namespace sandpiper {
namespace commands {

inline constexpr command_flags asks_connection = {
    .read_only = true, .idempotent = true, .keyless = true};

}  // namespace commands

/// PING [message]. O(1). Since 1.0.0.
/// Reply     "PONG", or the message
[[nodiscard]] inline command<std::string> ping() {
  return command<std::string>("PING", commands::asks_connection);
}
template <any_argument Message>
[[nodiscard]] command<std::string> ping(Message&& message) {
  auto c = ping();
  commands::add(c, std::forward<Message>(message));
  return c;
}

/// ECHO message. O(1). Since 1.0.0.
/// Reply     the message
template <any_argument Message>
[[nodiscard]] command<std::string> echo(Message&& message) {
  command<std::string> c("ECHO", commands::asks_connection);
  commands::add(c, std::forward<Message>(message));
  return c;
}

}  // namespace sandpiper
