#pragma once
// What a connection is told: client::options, as far as it concerns one connection.

#include <chrono>
#include <cstddef>

#include "sandpiper/net/endpoint.hpp"
#include "sandpiper/wire/handshake.hpp"
#include "sandpiper/wire/session.hpp"

namespace sandpiper::net {

struct settings {
  endpoint place;
  tls_options tls;
  wire::greeting greeting;
  wire::session_limits session;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds stall_timeout{10'000};
  std::chrono::milliseconds reconnect_delay_min{10};
  std::chrono::milliseconds reconnect_delay_max{1000};
  std::chrono::milliseconds keep_alive{15'000};
  std::chrono::milliseconds tcp_user_timeout{2000};
  std::size_t pending_max = 1 << 20;           // at most 2^23
  std::size_t pending_bytes_max = 256U << 20;  // at most 2^39
  bool patient = false;  // keep trying when the first attempt to connect fails
};

}  // namespace sandpiper::net
