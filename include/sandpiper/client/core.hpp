#pragma once
// What every call needs of its client, and all copies of a client share.

#include <chrono>
#include <cstddef>
#include <memory>

#include "sandpiper/base/result.hpp"
#include "sandpiper/client/home.hpp"
#include "sandpiper/client/options.hpp"
#include "sandpiper/net/counters.hpp"
#include "sandpiper/net/metrics.hpp"
#include "sandpiper/wire/request.hpp"

namespace sandpiper {

/// The home that talks to the server. Made by client. Shared: thread-safe.
class core final : public home {
 public:
  class parts;
  explicit core(std::unique_ptr<parts> p) noexcept;

  ~core();

  /// What clients hold. When the last copy goes, what is not complete ends with errc::closed, and
  /// its I/O thread is waited for, unless that is where it goes. The core itself stays until the
  /// last call is complete.
  [[nodiscard]] static std::shared_ptr<core> own(std::unique_ptr<parts> p);

  result<void> start(wire::request& r, std::chrono::milliseconds timeout) override;
  result<void> start_waiting(wire::request& r, std::chrono::milliseconds timeout) override;
  void withdraw(wire::request& r) override;
  void cancel(void* context, wire::request* (*which)(void* context)) override;
  [[nodiscard]] core& client_core() noexcept override { return *this; }

  /// Completes what is left of `r` with `why`, unless it is complete; a command that blocks on the
  /// server first has its reply waited for, shortly, and that counts if it holds data. Strand only.
  void abort(wire::request& r, errc why);

  /// Memory for requests that live on their own: recycled, so that none is allocated in the long
  /// run. `bytes` must be told again when giving it back.
  [[nodiscard]] void* take_block(std::size_t bytes);
  void give_block(void* block, std::size_t bytes) noexcept;

  [[nodiscard]] exception_handler on_exception() const noexcept;

  [[nodiscard]] counters totals() const noexcept;
  [[nodiscard]] sandpiper::metrics metrics() const;

  /// For client/asio.hpp.
  [[nodiscard]] parts& inside() noexcept { return *parts_; }

 private:
  struct owner;
  void shut_down();

  std::unique_ptr<parts> parts_;
};

}  // namespace sandpiper
