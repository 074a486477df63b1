#pragma once
// What a connection is told: client::options, as far as it concerns one connection.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "sandpiper/base/error.hpp"
#include "sandpiper/net/endpoint.hpp"
#include "sandpiper/net/log.hpp"
#include "sandpiper/net/observer.hpp"
#include "sandpiper/resp/reply_view.hpp"
#include "sandpiper/wire/handshake.hpp"
#include "sandpiper/wire/session.hpp"

namespace sandpiper::net {

class watchers;

/// Told on its strand what else happens on a connection; stays until the connection is closed.
class listener {
 public:
  virtual void on_ready() noexcept = 0;  // greeted: from now on commands are sent
  virtual void on_lost() noexcept = 0;   // no longer ready; what waits, waits for the next attempt
  virtual void on_failed_attempt(const error& why) noexcept = 0;
  virtual void on_push(const resp::reply_view& push) noexcept = 0;

 protected:
  ~listener() = default;
};

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
  bool patient = false;     // keep trying when the first attempt to connect fails
  bool keeps_calls = true;  // through a loss, for the next connection; else they fail with it
  net::listener* listener = nullptr;
  std::shared_ptr<net::watchers> watchers = nullptr;  // null: nobody looks on
  std::shared_ptr<sandpiper::observer> observer = nullptr;
  log_hook log = {};
  std::string_view role = "commands";  // what it is for, for those who look on; a literal
};

}  // namespace sandpiper::net
