#pragma once
// Where the calls of a client go: to its core, or to what stands in front of it.

#include <chrono>
#include <memory>

#include "sandpiper/base/result.hpp"
#include "sandpiper/wire/request.hpp"

namespace sandpiper {

class core;

/// Of use to those who write their own kind of wire::request. Shared: thread-safe.
///
/// Requests complete on the client's strand: its own I/O thread, the executor it was given, or for
/// start_waiting() the thread that waits.
class home : public std::enable_shared_from_this<home> {
 public:
  /// Submits `r` with a deadline `timeout` from now. Never completes it from within.
  /// Errors    pipeline_full, closed; bad_request for a command that would change the connection of
  ///           others, or was given what it cannot take. `r` is not touched then
  virtual result<void> start(wire::request& r, std::chrono::milliseconds timeout) = 0;

  /// The same for a thread that will wait for `r`, which may be complete when this returns: it may
  /// send and read for itself. With when_full::wait it waits for room, too.
  /// Errors    also would_deadlock, on the client's own strand
  virtual result<void> start_waiting(wire::request& r, std::chrono::milliseconds timeout) = 0;

  /// Nothing of `r` is called any more once this returns; it is not complete yet.
  virtual void withdraw(wire::request& r) = 0;

  /// On the strand asks `which`, and completes the request it names, if any, with errc::cancelled.
  virtual void cancel(void* context, wire::request* (*which)(void* context)) = 0;

  /// The client's own: itself, or what it stands in front of.
  [[nodiscard]] virtual core& client_core() noexcept = 0;

 protected:
  ~home() = default;
};

}  // namespace sandpiper
