#pragma once
// One or more commands that somebody waits for, as a session carries them.

#include <cassert>
#include <chrono>
#include <cstdint>
#include <span>

#include "sandpiper/base/error.hpp"
#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/reply_view.hpp"

namespace sandpiper::wire {

class request;

/// A place in a list of requests; the list owns nothing.
struct link {
  request* previous = nullptr;
  request* next = nullptr;
};

/// A place in a list that is only ever left or emptied: `at` points to what points to the request.
struct timer_link {
  request* next = nullptr;
  request** at = nullptr;
};

/// The commands of one caller, sent in order on one connection. Whoever waits derives from it.
///
/// Each command completes exactly once, in order: on_reply or on_error, with its index. After the
/// completion of the last one nobody but the owner knows the request, so that call may destroy it.
///
/// Strand-bound from session::submit until it is complete; it must not move or go away meanwhile.
class request {
 public:
  request(const request&) = delete;
  request& operator=(const request&) = delete;

  /// `reply` borrows from the receive buffer: good for the length of the call.
  virtual void on_reply(std::uint32_t index, const resp::reply_view& reply) noexcept = 0;
  virtual void on_error(std::uint32_t index, error why) noexcept = 0;

  [[nodiscard]] std::span<const resp::command> commands() const noexcept {
    return {first_, count_};
  }
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

  /// How many of its commands are complete; the next one to complete has this index.
  [[nodiscard]] std::uint32_t completed() const noexcept { return completed_; }

  /// Whether its commands only mean something together, as from MULTI to EXEC: they are handed over
  /// as one, the last of them decides whether any has run, and none is sent again alone.
  [[nodiscard]] bool whole() const noexcept { return whole_; }

  /// For whoever drives the session: milliseconds of base/clock.hpp after which the request is
  /// withdrawn, its place in the list of those that expire together, and in a queue between
  /// threads.
  std::uint64_t deadline_ms = 0;
  timer_link timer;
  request* next_in_inbox = nullptr;

  /// For whoever observes it: when it began, and what the observer made of it.
  std::chrono::steady_clock::time_point observed_since = {};
  void* observed = nullptr;

  /// For a home that carries it otherwise than in a session of its own: what it waits for there.
  void* held_by = nullptr;

 protected:
  request() = default;
  ~request() = default;

  /// `commands` is not empty and stays where it is until the last of them is complete.
  void set_commands(std::span<const resp::command> commands) noexcept {
    assert(!commands.empty());
    first_ = commands.data();
    count_ = static_cast<std::uint32_t>(commands.size());
  }

  /// Before it is submitted. It must have session_limits::in_flight_max commands or fewer.
  void set_whole(bool whole = true) noexcept { whole_ = whole; }

 private:
  friend class session;
  friend class waiting_list;

  const resp::command* first_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t completed_ = 0;
  std::uint32_t staged_ = 0;        // commands handed to the byte stream
  std::uint32_t maybe_run_ = 0;     // commands that earlier connections were handed
  std::uint32_t resent_ = 0;        // how often an uncertain command of it was sent again
  std::uint32_t first_staged_ = 0;  // the command that `first_flight_` is the flight of
  std::uint64_t first_flight_ = 0;
  bool waiting_ = false;  // in the waiting list
  bool whole_ = false;
  bool nothing_ran_ = false;  // whole, and lost before its last command was handed over
  link place_;                // its place there
};

/// Requests in order of submission, not yet or not wholly staged. Any of them can leave at once.
class waiting_list {
 public:
  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }
  [[nodiscard]] request* front() const noexcept { return head_; }

  void push_back(request& r) noexcept {
    assert(!r.waiting_);
    r.place_ = {tail_, nullptr};
    (tail_ ? tail_->place_.next : head_) = &r;
    tail_ = &r;
    r.waiting_ = true;
  }

  void erase(request& r) noexcept {
    assert(r.waiting_);
    (r.place_.previous ? r.place_.previous->place_.next : head_) = r.place_.next;
    (r.place_.next ? r.place_.next->place_.previous : tail_) = r.place_.previous;
    r.waiting_ = false;
  }

 private:
  request* head_ = nullptr;
  request* tail_ = nullptr;
};

}  // namespace sandpiper::wire
