#pragma once
// Who drives the loop of a client: its I/O thread, or a caller who waits for a reply anyway.
//
//     io --leave()--> free --try_take()--> caller --give_back()--> free
//      ^                |                    |
//      +-- want(), or nobody came ----------+
//
// A thread that hands its request to another, and is woken when the reply is there, pays for two
// hops that it does not need when nobody else has anything to do. So the I/O thread of a client
// that serves single waiting callers steps aside, and each of them sends and reads for itself.

#include <asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace sandpiper::net {

/// One for each io_context that run() is to run. Whoever sits in it is on the strand of every
/// connection of that loop. It may outlive the loop: those functions that any thread may call do
/// not touch that.
class driving_seat {
 public:
  explicit driving_seat(asio::io_context& loop);
  ~driving_seat();
  driving_seat(const driving_seat&) = delete;
  driving_seat& operator=(const driving_seat&) = delete;

  /// Gives `loop` a seat; once, and before its connections are made.
  static std::shared_ptr<driving_seat> make_for(asio::io_context& loop);

  /// The seat of `loop`, or null.
  [[nodiscard]] static std::shared_ptr<driving_seat> of(asio::io_context& loop);

  /// The I/O thread: runs the loop until nothing is left to do.
  void run();

  // --- a caller

  /// Takes the seat if it is free, or about to be.
  [[nodiscard]] bool try_take() noexcept;

  /// Leaves it: free, or to the I/O thread if that is wanted.
  void give_back() noexcept {
    std::uint32_t now = caller;
    if (!seat_.compare_exchange_strong(now, free)) hand_over();
  }

  /// Leaves it to the I/O thread.
  void hand_over() noexcept;

  /// Readable when a caller in the seat is to hand it over; read it then with interrupted().
  [[nodiscard]] int interruption() const noexcept { return interruption_; }
  [[nodiscard]] bool interrupted() noexcept;

  // --- anybody, behind something posted to the loop

  /// The I/O thread has something to do.
  void want() noexcept;

  // --- whoever sits in it: a connection, in its handlers

  void join() noexcept { ++connections_; }
  void part() noexcept { --connections_; }

  /// No other connection is served by this loop.
  [[nodiscard]] bool alone() const noexcept { return connections_ == 1; }

  /// `lone`: what came is a single request, and nothing else is under way.
  void note_arrival(bool lone) noexcept;

  /// Before the reply to the only request under way is told.
  void note_last_reply() noexcept;

  /// At the end of each handler: whether all that came is answered.
  void note_rest(bool resting) noexcept;

 private:
  // Who sits in it, and with that: the I/O thread is about to leave; it has something to do;
  // others came while a caller drove.
  enum : std::uint32_t { io, free, caller, owners = 3, leaving = 4, wanted = 8, rung = 16 };

  class service;

  void stand_by();
  [[nodiscard]] bool await_io();
  bool interrupt(std::uint32_t& seen, std::uint32_t with) noexcept;
  void ring() noexcept;

  asio::io_context& loop_;
  const int interruption_;
  std::atomic<std::uint32_t> seat_ = io;
  std::atomic<std::uint64_t> taken_ = 0;
  std::atomic<std::uint64_t> waiting_calls_ = 0;  // that found it taken
  std::mutex mutex_;
  std::condition_variable bell_;

  // Of whoever sits in it.
  std::uint64_t waiting_calls_seen_ = 0;
  int connections_ = 0;
  int lone_calls_ = 0;  // in a row
  bool resting_ = false;
  bool stopped_ = false;  // the loop, by note_rest()
  bool standing_by_ = false;
};

/// Made before something is posted to a loop: at its end it says that the I/O thread is wanted. It
/// keeps the seat, since what was posted may have ended everything else by then.
class want_loop_behind {
 public:
  explicit want_loop_behind(std::shared_ptr<driving_seat> seat) noexcept : seat_(std::move(seat)) {}
  ~want_loop_behind() {
    if (seat_) seat_->want();
  }
  want_loop_behind(const want_loop_behind&) = delete;
  want_loop_behind& operator=(const want_loop_behind&) = delete;

 private:
  const std::shared_ptr<driving_seat> seat_;
};

}  // namespace sandpiper::net
