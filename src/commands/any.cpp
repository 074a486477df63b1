#include "sandpiper/commands/any.hpp"

#include <algorithm>
#include <array>

namespace sandpiper {
namespace {

// Sorted. What these do belongs to a connection, and ours serve many callers at once.
constexpr std::array<std::string_view, 23> changes_connection = {
    "ASKING",       "AUTH",       "DISCARD",     "EXEC",         "HELLO",      "MONITOR",
    "MULTI",        "PSUBSCRIBE", "PSYNC",       "PUNSUBSCRIBE", "QUIT",       "READONLY",
    "READWRITE",    "REPLCONF",   "RESET",       "SELECT",       "SSUBSCRIBE", "SUBSCRIBE",
    "SUNSUBSCRIBE", "SYNC",       "UNSUBSCRIBE", "UNWATCH",      "WATCH"};
static_assert(std::is_sorted(changes_connection.begin(), changes_connection.end()));

constexpr char upper(char c) noexcept {
  return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool less_without_case(std::string_view a, std::string_view b) noexcept {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return upper(x) < upper(y); });
}

}  // namespace

command_flags flags_of(std::string_view name) noexcept {
  command_flags flags;
  flags.refused = std::binary_search(changes_connection.begin(), changes_connection.end(), name,
                                     less_without_case);
  return flags;
}

}  // namespace sandpiper
