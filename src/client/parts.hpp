#pragma once
// What a core is made of.

#include <asio/any_io_executor.hpp>

#include <memory>
#include <optional>

#include "client/block_pool.hpp"
#include "client/hub.hpp"
#include "client/io_thread.hpp"
#include "client/lanes.hpp"
#include "client/routing.hpp"
#include "net/connection.hpp"
#include "sandpiper/client/core.hpp"

namespace sandpiper {

class core::parts {
 public:
  /// On a thread of its own.
  explicit parts(const options& o);

  /// On the executor of others: through a strand. `patient`: see net::settings.
  parts(const options& o, asio::any_io_executor executor, bool patient);

  options what;
  std::optional<io_thread> thread;
  asio::any_io_executor executor;  // completions of those who name no other
  std::shared_ptr<net::connection> connection;
  std::shared_ptr<sandpiper::lanes> lanes;
  std::shared_ptr<hub> subscriptions;
  std::shared_ptr<block_pool> blocks = std::make_shared<block_pool>();

  /// Sets the deadline of `r` and says which way it goes.
  /// Errors    bad_request
  [[nodiscard]] result<route> admit(wire::request& r, std::chrono::milliseconds timeout) const;
  result<void> submit(wire::request& r, const route& way) const;

  /// Whether waiting on this thread would wait for ever.
  [[nodiscard]] bool would_deadlock() const noexcept;
};

}  // namespace sandpiper
