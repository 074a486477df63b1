#pragma once
// Commands that block, and what a server knows of those who wait on it.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "sandpiper/commands/any.hpp"
#include "support/redis_server.hpp"

namespace sandpiper::test {

using popped = std::optional<std::pair<std::string, std::string>>;

inline command<popped> blocking_pop(std::string_view key, double timeout_s) {
  return command("BLPOP", key, timeout_s).as<popped>();
}

/// Looks until it is so; the suite's own time bound ends it otherwise.
template <class Condition>
void until(Condition is_so) {
  while (!is_so()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

/// "name:12" of INFO.
inline int info_number(const redis_server& server, std::string_view section,
                       std::string_view name) {
  const auto all = server.ask("INFO " + std::string(section));
  const auto at = all.find(std::string(name) + ':');
  return at == all.npos ? -1 : std::stoi(all.substr(at + name.size() + 1));
}

inline int clients_blocked(const redis_server& server) {
  return info_number(server, "clients", "blocked_clients");
}

/// The one that asks is not counted.
inline int clients_connected(const redis_server& server) {
  const auto all = server.ask("CLIENT LIST");
  int count = 0;
  for (const char c : all) count += c == '\n' ? 1 : 0;
  return count - 1;
}

}  // namespace sandpiper::test
