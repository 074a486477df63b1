#pragma once
// Who is told what a client does while it does it: for traces, and for metrics of one's own.
//
//     struct tracer final : sandpiper::observer {
//       void* on_start(const seen_call& call) noexcept override { return
//       begin_span(call[0].name()); } void on_end(void* span, const seen_command&, const
//       seen_outcome& how) noexcept override {
//         if (how.last) end_span(span, how.why);
//       }
//     };
//     o.observer = std::make_shared<tracer>();
//
// A client without one pays a branch that is never taken.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>

#include "sandpiper/base/error.hpp"
#include "sandpiper/net/endpoint.hpp"
#include "sandpiper/resp/command.hpp"

namespace sandpiper {

/// A command as others may see it: what it is, not what it says. Valid for the length of a call.
class seen_command {
 public:
  explicit seen_command(const resp::command& one) noexcept : command_(&one) {}

  [[nodiscard]] std::string_view name() const noexcept { return command_->name(); }  // "GET"
  [[nodiscard]] resp::command_flags flags() const noexcept { return command_->flags(); }
  [[nodiscard]] std::size_t size_bytes() const noexcept { return command_->size_bytes(); }

  /// How many keys it names; 0 if that is not known.
  [[nodiscard]] std::size_t key_count() const noexcept { return command_->key_count(); }

 private:
  const resp::command* command_;
};

/// Whose connection it is.
struct seen_connection {
  const endpoint& place;
  std::string_view role;  // "commands", "subscriptions", "tracking" ...
};

/// The commands that somebody submitted together: one, a batch, a transaction.
class seen_call {
 public:
  seen_call(seen_connection on, std::span<const resp::command> commands) noexcept
      : on_(on), commands_(commands) {}

  [[nodiscard]] std::size_t size() const noexcept { return commands_.size(); }
  [[nodiscard]] seen_command operator[](std::size_t i) const noexcept {
    return seen_command(commands_[i]);
  }
  [[nodiscard]] const seen_connection& on() const noexcept { return on_; }

 private:
  seen_connection on_;
  std::span<const resp::command> commands_;
};

/// How a command ended.
struct seen_outcome {
  std::size_t index = 0;            // of it in its call
  bool last = false;                // nothing more comes of this call
  std::chrono::nanoseconds took{};  // since on_start()
  std::error_code why = {};         // zero: it was answered, and not with an error
  sandpiper::fate fate = fate::answered;
};

/// Something that became of a connection.
struct connection_event {
  enum class kind : std::uint8_t { connecting, ready, attempt_failed, lost, closed };

  kind what;
  seen_connection on;
  std::error_code code =
      {};  // of a failed attempt: connect_failed, tls_failed, handshake_failed ...
  std::string_view why = {};  // for a person: of a failed attempt, and of a loss
};

[[nodiscard]] std::string_view to_string(connection_event::kind k) noexcept;

/// What the server sent without being asked.
struct seen_push {
  seen_connection on;
  std::string_view kind;  // "message", "invalidate" ...
  std::size_t size;       // elements, the kind included
};

/// Shared: each function may be called by several threads at once. None may throw, wait for a
/// client, or take long: callers, or all that a connection carries, wait for it. They may submit
/// calls of their own, which are observed, too.
///
/// What a near cache answers by itself is no call; what it asks the server on its own account is.
class observer {
 public:
  virtual ~observer() = default;

  /// On the thread that submits it, before anything is sent; what it returns is given to each
  /// on_end() of the call. A call that finds no room is not begun: it counts as pipeline_full in
  /// client::metrics().
  virtual void* on_start(const seen_call& call) noexcept;

  /// On the client's strand, which may be the thread of a caller who waits, before its caller is
  /// told; for each command of a call, in order.
  virtual void on_end(void* started, const seen_command& command, const seen_outcome& how) noexcept;

  /// On the client's strand.
  virtual void on_connection(const connection_event& event) noexcept;
  virtual void on_push(const seen_push& push) noexcept;
};

}  // namespace sandpiper
