#pragma once
// Being in a handler of a connection: where group commit, timers and accounts are settled.

#include "net/connection.hpp"

namespace sandpiper::net {

/// One stands on the stack of every handler. When it goes, everything that the handler and whoever
/// it resumed have submitted is written: that is the whole of the batching.
class connection::entered {
 public:
  explicit entered(connection& one) noexcept : one_(one), outer_(std::exchange(current_, &one)) {}
  entered(const entered&) = delete;
  entered& operator=(const entered&) = delete;
  ~entered() {
    if (outer_ != &one_) {
      one_.flush();
      one_.arm_deadlines();
      one_.settle_released();
      if (one_.seat_) one_.seat_->note_rest(one_.at_rest());
    }
    current_ = outer_;
  }

  [[nodiscard]] static const connection* current() noexcept { return current_; }

 private:
  connection& one_;
  const connection* const outer_;
  static thread_local constinit const connection* current_;
};

}  // namespace sandpiper::net
