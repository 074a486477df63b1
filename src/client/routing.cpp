#include "client/routing.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace sandpiper {
namespace {

struct hint {
  std::string_view name;
  std::string_view instead;
};

constexpr std::string_view use_options =
    "; set the user, the password, the database, the name and the protocol in sandpiper::options";
constexpr std::string_view use_transaction = "; use client::transaction()";
constexpr std::string_view use_optimistic = "; use client::optimistic()";
constexpr std::string_view use_subscribe = "; use client::subscribe()";

constexpr std::array<hint, 22> hints = {{
    {"AUTH", use_options},
    {"HELLO", use_options},
    {"RESET", use_options},
    {"SELECT", use_options},
    {"CLIENT", use_options},
    {"MULTI", use_transaction},
    {"EXEC", use_transaction},
    {"DISCARD", use_transaction},
    {"WATCH", use_optimistic},
    {"UNWATCH", use_optimistic},
    {"SUBSCRIBE", use_subscribe},
    {"PSUBSCRIBE", use_subscribe},
    {"SSUBSCRIBE", use_subscribe},
    {"UNSUBSCRIBE", use_subscribe},
    {"PUNSUBSCRIBE", use_subscribe},
    {"SUNSUBSCRIBE", use_subscribe},
    {"MONITOR", "; monitor with a connection of your own"},
    {"SCRIPT", "; debug scripts with a connection of your own"},
    {"QUIT", "; let the last copy of the client go instead"},
    {"SYNC", "; a replica needs a connection of its own"},
    {"PSYNC", "; a replica needs a connection of its own"},
    {"REPLCONF", "; a replica needs a connection of its own"},
}};

std::string upper(std::string_view word) {
  std::string text(word);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

}  // namespace

bool keys_known(const wire::request& r) noexcept {
  const auto all = r.commands();
  return std::all_of(all.begin(), all.end(), [](const auto& one) { return one.keys_known(); });
}

error refusal(const resp::command& command) {
  if (command.misused() != resp::misuse::none) {
    return {errc::bad_request,
            std::string(command.name()) + ": " + std::string(to_string(command.misused()))};
  }
  const auto name = upper(command.name());
  std::string text(command.name());
  if ((name == "CLIENT" || name == "SCRIPT") && command.size() > 1) {
    text.append(" ").append(command.argument(1));
  }
  text += " would change the connection that all callers share";
  for (const auto& one : hints) {
    if (one.name == name) text += one.instead;
  }
  return {errc::bad_request, std::move(text)};
}

}  // namespace sandpiper
