#pragma once
// What a client says of itself to whoever keeps logs. It says nothing unless it is told to whom.

#include <cstdint>
#include <string_view>

namespace sandpiper {

enum class severity : std::uint8_t {
  debug,    // an attempt to connect begins
  info,     // a connection is ready
  warning,  // a connection is lost, an attempt failed, messages were dropped
  error,    // what will not mend by itself: a refused certificate, user or password
};

[[nodiscard]] std::string_view to_string(severity s) noexcept;

/// Where lines go. `tell` is called on the client's strand and must return soon; `line` lasts for
/// the call, is one line without its end, and holds no key, value or secret. It must not wait for a
/// client. A value; `context` must outlive the client.
///
///     o.log = {[](void*, sp::severity s, std::string_view line) noexcept {
///       std::clog << to_string(s) << ": " << line << '\n';
///     }};
struct log_hook {
  void (*tell)(void* context, severity how, std::string_view line) noexcept = nullptr;
  void* context = nullptr;
};

}  // namespace sandpiper
