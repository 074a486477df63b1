#include "sandpiper/cache/answer.hpp"

namespace sandpiper::cache {

std::string_view to_string(origin from) noexcept {
  switch (from) {
    case origin::hit: return "hit";
    case origin::miss: return "miss";
    case origin::stale: return "stale";
  }
  return "";
}

}  // namespace sandpiper::cache
