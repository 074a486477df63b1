#include "sandpiper/net/observer.hpp"

namespace sandpiper {

std::string_view to_string(connection_event::kind k) noexcept {
  switch (k) {
    case connection_event::kind::connecting: return "connecting";
    case connection_event::kind::ready: return "ready";
    case connection_event::kind::attempt_failed: return "attempt failed";
    case connection_event::kind::lost: return "lost";
    case connection_event::kind::closed: return "closed";
  }
  return "unknown";
}

void* observer::on_start(const seen_call&) noexcept { return nullptr; }
void observer::on_end(void*, const seen_command&, const seen_outcome&) noexcept {}
void observer::on_connection(const connection_event&) noexcept {}
void observer::on_push(const seen_push&) noexcept {}

}  // namespace sandpiper
