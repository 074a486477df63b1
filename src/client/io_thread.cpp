#include "client/io_thread.hpp"

namespace sandpiper {

// The thread holds the context too: it may outlive the object.
io_thread::io_thread()
    : context_(std::make_shared<asio::io_context>(1)),
      work_(asio::make_work_guard(*context_)),
      seat_(net::driving_seat::make_for(*context_)),
      thread_([context = context_, seat = seat_] { seat->run(); }) {}

void io_thread::finish() {
  if (!thread_.joinable()) return;
  work_.reset();
  seat_->want();
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

}  // namespace sandpiper
