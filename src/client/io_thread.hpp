#pragma once
// A client's own thread, for those who have no executor.

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <memory>
#include <thread>

#include "net/driving_seat.hpp"

namespace sandpiper {

/// Runs until nothing is left to do and finish() was called; steps aside for callers who wait
/// anyway (net/driving_seat.hpp).
class io_thread {
 public:
  io_thread();
  ~io_thread() { finish(); }

  [[nodiscard]] asio::io_context::executor_type executor() { return context_->get_executor(); }

  /// What its handlers lie in, for those that may outlive it.
  [[nodiscard]] std::shared_ptr<void> context() const { return context_; }

  /// Waits for its end; called on the thread itself, which cannot wait for its own end, it lets it
  /// come in its own time.
  void finish();

 private:
  std::shared_ptr<asio::io_context> context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::shared_ptr<net::driving_seat> seat_;
  std::thread thread_;
};

}  // namespace sandpiper
