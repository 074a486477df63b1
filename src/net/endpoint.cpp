#include "sandpiper/net/endpoint.hpp"

namespace sandpiper {

std::string to_string(const endpoint& where) {
  if (!where.path.empty()) return "unix://" + where.path;
  const bool brackets = where.host.find(':') != where.host.npos;
  const auto host = brackets ? "[" + where.host + "]" : where.host;
  return host + ":" + std::to_string(where.port);
}

}  // namespace sandpiper
