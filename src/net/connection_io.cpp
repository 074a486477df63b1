// The part of a connection that moves bytes.

#include <asio/post.hpp>

#include <algorithm>
#include <array>

#include "net/connection.hpp"
#include "net/entered.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper::net {
namespace {

// A write while replies are still being read lets server and client work at the same time, once it
// is worth a system call (4.4 us on loopback, as much as encoding 900 commands).
constexpr std::size_t early_write_min_bytes = 2 << 10;
constexpr std::size_t early_write_max_bytes = 8 << 10;

// A connection that always has more to read must let the others on this thread go on.
constexpr int reads_max = 16;

// Of what is left in a socket that cannot be written any more: more than a receive buffer holds.
constexpr int last_reads_max = 128;

}  // namespace

thread_local constinit const connection* connection::entered::current_ = nullptr;

bool connection::worth_a_write() const noexcept {
  const auto waiting = session_.waiting_bytes();
  if (waiting < early_write_min_bytes) return false;
  return waiting >= std::min(early_write_max_bytes, session_.in_flight_bytes() / 2);
}

void connection::flush() {
  if (waiting_to_write_ || write_wants_read_ || write_failed_) return;
  if (state_ == state::greeting) {
    while (session_.unwritten_bytes() > 0 && write_some()) {
    }
    return;
  }
  if (state_ != state::ready) return;
  if (session_.in_flight() == 0) quiet_since_ms_ = coarse_now_ms();
  while (session_.stage() && write_some()) {
  }
  if (state_ == state::ready && !stall_watched_ && session_.in_flight() > 0) watch_stall();
}

// False: nothing more can be written now.
bool connection::write_some() {
  std::array<std::string_view, stream::pieces_max> pieces;
  const auto count = session_.gather(pieces);
  const auto [status, bytes] = stream_->write({pieces.data(), count});
  switch (status) {
    case io::done: {
      session_.sent(bytes);
      tally_.writes.add(1);
      tally_.written_bytes.add(bytes);
      const auto staged = session_.commands_staged();
      tally_.commands.add(staged - std::exchange(counted_commands_, staged));
      tally_.in_flight.set(session_.in_flight());
      round_trips_.wrote(staged, round_trips::clock::now());
      return true;
    }
    case io::want_writable: wait_to_write(); return false;
    case io::want_readable: write_wants_read_ = true; return false;
    case io::ended: write_failed("the server closed the connection"); return false;
    case io::failed: write_failed(stream_->cause()); return false;
  }
  return false;
}

// What the server answered before it went may still be in the socket.
void connection::write_failed(std::string cause) {
  write_failed_ = true;
  asio::post(strand_, [self = shared_from_this(), generation = generation_,
                       cause = std::move(cause)]() mutable {
    if (generation != self->generation_) return;
    entered scope(*self);
    for (int reads = 0; reads < last_reads_max && self->read_once(); ++reads) {
    }
    if (generation == self->generation_) self->lost(std::move(cause));
  });
}

void connection::wait_to_write() {
  if (std::exchange(waiting_to_write_, true)) return;
  stream_->wait_writable(
      [self = shared_from_this(), generation = generation_](const std::error_code&) {
        if (generation != self->generation_) return;
        entered scope(*self);
        self->waiting_to_write_ = false;
        self->quiet_since_ms_ = coarse_now_ms();  // the server takes what it is sent: it lives
        if (std::exchange(self->read_wants_write_, false)) self->read_some();
      });
}

void connection::wait_to_read() {
  auto again = [self = shared_from_this(), generation = generation_](const std::error_code&) {
    if (generation == self->generation_) self->readable();
  };
  if (stream_->buffered()) {
    asio::post(strand_, [again = std::move(again)] { again({}); });
  } else {
    stream_->wait_readable(std::move(again));
  }
}

void connection::read_some() {
  for (int reads = 0; reads < reads_max && read_once(); ++reads) {
  }
}

void connection::readable() {
  entered scope(*this);
  const auto generation = generation_;
  write_wants_read_ = false;
  read_some();
  if (generation != generation_) return;
  flush();
  if (generation == generation_) wait_to_read();
}

// True: there may be more to read.
bool connection::read_once() {
  const auto room = session_.prepare();
  const auto [status, bytes] = stream_->read(room);
  switch (status) {
    case io::done: {
      const auto generation = generation_;
      tally_.reads.add(1);
      tally_.read_bytes.add(bytes);
      quiet_since_ms_ = coarse_now_ms();
      session_.received(bytes);
      if (state_ == state::greeting) dispatch_greeting();
      if (state_ == state::ready) dispatch();
      return generation == generation_ && (what_.tls.enabled || bytes == room.size());
    }
    case io::want_readable: return false;
    case io::want_writable:
      read_wants_write_ = true;
      wait_to_write();
      return false;
    case io::ended: lost("the server closed the connection"); return false;
    case io::failed: lost(stream_->cause()); return false;
  }
  return false;
}

void connection::dispatch() {
  wire::event e;
  std::uint64_t replies = 0;
  if (seat_ && session_.in_flight() == 1 && !session_.has_waiting()) seat_->note_last_reply();
  const auto generation = generation_;
  const auto read_at = round_trips::clock::now();
  while (session_.next(e)) {
    if (e.push) {
      tally_.pushes.add(1);
      if (what_.observer) note_push(e.reply);
      if (what_.listener) what_.listener->on_push(e.reply);
      continue;
    }
    ++replies;
    if (e.who == nullptr) continue;
    if (e.last) retire(*e.who);
    if (e.reply.is_error() || what_.observer) note_reply(*e.who, e.index, e.reply);
    e.who->on_reply(e.index, e.reply);
    if (worth_a_write()) flush();
  }
  tally_.replies.add(replies);
  if (generation == generation_) {
    tally_.in_flight.set(session_.in_flight());
    round_trips_.answered(session_.commands_staged() - session_.in_flight(), read_at);
  }
  if (replies > 0 && !std::exchange(served_, true)) backoff_.reset();
  if (state_ == state::ready && session_.failure()) {
    lost("the server sent what is not a reply (" + std::string(session_.failure()->text()) + ")");
  }
}

void connection::allow_silence(bool allowed) {
  silence_allowed_ = allowed;
  quiet_since_ms_ = coarse_now_ms();
  if (state_ == state::ready && !stall_watched_ && session_.in_flight() > 0) watch_stall();
}

void connection::watch_stall() {
  if (silence_allowed_) return;
  stall_watched_ = true;
  stall_timer_.expires_after(std::max(what_.stall_timeout / 4, std::chrono::milliseconds(1)));
  stall_timer_.async_wait([self = shared_from_this()](const std::error_code& aborted) {
    self->stall_watched_ = false;
    if (aborted || self->silence_allowed_ || self->state_ != state::ready ||
        self->session_.in_flight() == 0) {
      return;
    }
    entered scope(*self);
    const auto quiet_ms = coarse_now_ms() - self->quiet_since_ms_;
    if (quiet_ms >= static_cast<std::uint64_t>(self->what_.stall_timeout.count())) {
      return self->lost("no byte came for " + std::to_string(quiet_ms) +
                        " ms although commands are in flight");
    }
    self->watch_stall();
  });
}

}  // namespace sandpiper::net
