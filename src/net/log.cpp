#include "sandpiper/net/log.hpp"

namespace sandpiper {

std::string_view to_string(severity s) noexcept {
  switch (s) {
    case severity::debug: return "debug";
    case severity::info: return "info";
    case severity::warning: return "warning";
    case severity::error: return "error";
  }
  return "unknown";
}

}  // namespace sandpiper
