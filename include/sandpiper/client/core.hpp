#pragma once
// What every call needs of its client, and all copies of a client share.

#include <chrono>
#include <cstddef>
#include <memory>

#include "sandpiper/base/result.hpp"
#include "sandpiper/client/options.hpp"
#include "sandpiper/net/counters.hpp"
#include "sandpiper/wire/request.hpp"

namespace sandpiper {

/// Made by client; of use to those who write their own kind of wire::request. Shared: thread-safe.
///
/// Requests complete on the client's strand: its own I/O thread, or the executor it was given.
class core : public std::enable_shared_from_this<core> {
 public:
  class parts;
  explicit core(std::unique_ptr<parts> p) noexcept;

  ~core();

  /// What clients hold. When the last copy goes, what is not complete ends with errc::closed, and
  /// its I/O thread is waited for, unless that is where it goes. The core itself stays until the
  /// last call is complete.
  [[nodiscard]] static std::shared_ptr<core> own(std::unique_ptr<parts> p);

  /// Submits `r` with a deadline `timeout` from now. Never completes it from within.
  /// Errors    pipeline_full, closed; bad_request for a command that would change the connection of
  ///           others. `r` is not touched then
  result<void> start(wire::request& r, std::chrono::milliseconds timeout);

  /// The same for a thread that will wait for `r`: with when_full::wait it waits for room, too.
  /// Errors    also would_deadlock, on the client's own strand
  result<void> start_waiting(wire::request& r, std::chrono::milliseconds timeout);

  /// Nothing of `r` is called any more once this returns; it is not complete yet.
  void withdraw(wire::request& r);

  /// Memory for requests that live on their own: recycled, so that none is allocated in the long
  /// run. `bytes` must be told again when giving it back.
  [[nodiscard]] void* take_block(std::size_t bytes);
  void give_block(void* block, std::size_t bytes) noexcept;

  [[nodiscard]] exception_handler on_exception() const noexcept;

  /// On the strand asks `which`, and completes the request it names, if any, with errc::cancelled.
  void cancel(void* context, wire::request* (*which)(void* context));

  [[nodiscard]] counters totals() const noexcept;

  /// For client/asio.hpp.
  [[nodiscard]] parts& inside() noexcept { return *parts_; }

 private:
  struct owner;
  void shut_down();

  std::unique_ptr<parts> parts_;
};

}  // namespace sandpiper
