#pragma once
// Where a request has to go, judged by its commands alone.

#include <cstddef>

#include "sandpiper/base/error.hpp"
#include "sandpiper/wire/request.hpp"

namespace sandpiper {

/// A value.
struct route {
  const resp::command* refused = nullptr;  // the first command that must not be sent
  bool blocking = false;                   // it may wait on the server
  bool large = false;                      // it takes long to carry, and its keys are known
};

/// Whether all keys are known that the commands of `r` touch.
[[nodiscard]] bool keys_known(const wire::request& r) noexcept;

/// `large_bytes_min`: a command of so many bytes is large.
[[nodiscard]] inline route route_of(const wire::request& r, std::size_t large_bytes_min) noexcept {
  route found;
  for (const auto& command : r.commands()) {
    const auto flags = command.flags();
    const bool refused = flags.refused || command.misused() != resp::misuse::none;
    if (refused && found.refused == nullptr) found.refused = &command;
    found.blocking = found.blocking || flags.blocking;
    found.large = found.large || command.size_bytes() >= large_bytes_min;
  }
  if (found.large) found.large = keys_known(r);
  return found;
}

/// Why `command` is refused, and what to do instead. errc::bad_request.
[[nodiscard]] error refusal(const resp::command& command);

}  // namespace sandpiper
