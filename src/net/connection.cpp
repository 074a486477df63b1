#include "net/connection.hpp"

#include <asio/dispatch.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <cassert>
#include <chrono>
#include <random>
#include <semaphore>
#include <utility>

#include "net/entered.hpp"
#include "net/loop_of.hpp"
#include "net/watchers.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper::net {
namespace {

constexpr std::size_t exact_pending_max = 4096;
std::uint64_t charge_of(const wire::request& r, unsigned bytes_bits) noexcept {
  std::uint64_t charge = std::uint64_t{r.count()} << bytes_bits;
  for (const auto& command : r.commands()) charge += command.size_bytes();
  return charge;
}

std::chrono::milliseconds span_until(std::uint64_t then_ms) {
  const auto now = coarse_now_ms();
  return std::chrono::milliseconds(then_ms > now ? then_ms - now : 0);
}

}  // namespace

connection::connection(asio::any_io_executor strand, settings what)
    : strand_(std::move(strand)),
      loop_(loop_of(strand_)),
      seat_(loop_ ? driving_seat::of(loop_->context()) : nullptr),
      what_(std::move(what)),
      session_(what_.session),
      backoff_(what_.reconnect_delay_min, what_.reconnect_delay_max, std::random_device{}()),
      deadlines_(coarse_now_ms()),
      deadline_timer_(strand_),
      connect_timer_(strand_),
      pause_timer_(strand_),
      stall_timer_(strand_) {
  if (what_.watchers) what_.watchers->enter(*this);
}

connection::~connection() {
  if (what_.watchers) what_.watchers->leave(*this);
}

// --- between threads ---------------------------------------------------------------------------

bool connection::on_strand() const noexcept { return entered::current() == this; }

bool connection::on_its_thread() const noexcept {
  const auto* const current = entered::current();
  return current != nullptr && (current == this || current->strand_ == strand_);
}

bool connection::within_bounds(std::uint64_t total, std::size_t share) const noexcept {
  constexpr auto bytes_mask = (std::uint64_t{1} << bytes_bits) - 1;
  return total >> bytes_bits <= what_.pending_max / share &&
         (total & bytes_mask) <= what_.pending_bytes_max / share;
}

bool connection::has_room(const wire::request& r) const noexcept {
  return within_bounds(pending_.load() + charge_of(r, bytes_bits));
}

result<void> connection::reserve(const wire::request& r) {
  const auto charge = charge_of(r, bytes_bits);
  const auto total = pending_.fetch_add(charge, std::memory_order_relaxed) + charge;
  if (within_bounds(total)) return {};
  pending_.fetch_sub(charge, std::memory_order_relaxed);
  tally_.refused.fetch_add(r.count(), std::memory_order_relaxed);
  return errc::pipeline_full;
}

result<void> connection::submit(wire::request& r) {
  if (auto room = reserve(r); !room) return room;
  if (what_.observer) tell_start(r);
  if (on_strand()) {
    if (state_ != state::closed) {
      take_inbox();  // what its caller submitted from another thread comes first
      accept(r);
      return {};
    }
  } else {
    switch (inbox_.push(r)) {
      case inbox::pushed::behind_others: return {};
      case inbox::pushed::first: wake(); return {};
      case inbox::pushed::refused: break;
    }
  }
  pending_.fetch_sub(charge_of(r, bytes_bits), std::memory_order_relaxed);
  for (std::uint32_t i = 0; what_.observer && i < r.count(); ++i) {
    tell_end(r, i, make_error_code(errc::closed), fate::unsent);
  }
  return errc::closed;
}

struct connection::woken {
  std::shared_ptr<connection> self;

  using allocator_type = wake_allocator<void>;
  [[nodiscard]] allocator_type get_allocator() const noexcept {
    return allocator_type(self->wake_memory_);
  }
  void operator()() const {
    entered scope(*self);
    const bool was_at_rest = self->at_rest();
    const auto taken = self->take_inbox();
    if (self->seat_) self->seat_->note_arrival(was_at_rest && taken == 1);
  }
};

void connection::wake() {
  const want_loop_behind post(seat_);
  // Through the executor itself where it is known: erased, it allocates twice on the way.
  if (loop_ != nullptr) {
    asio::post(*loop_, woken{shared_from_this()});
  } else {
    asio::post(strand_, woken{shared_from_this()});
  }
}

void connection::wait_for_room(const wire::request& r, std::uint64_t deadline_ms) {
  waiting_for_room_.fetch_add(1);
  std::unique_lock lock(room_mutex_);
  room_.wait_for(lock, span_until(deadline_ms), [&] { return has_room(r); });
  waiting_for_room_.fetch_sub(1);
}

void connection::settle_released() {
  if (released_ == 0) return;
  pending_.fetch_sub(std::exchange(released_, 0), std::memory_order_seq_cst);
  if (waiting_for_room_.load() == 0) return;
  const std::scoped_lock lock(room_mutex_);
  room_.notify_all();
}

void connection::on_strand_do(std::function<void()> call) {
  if (on_strand()) return call();
  const want_loop_behind post(seat_);
  asio::dispatch(strand_, [self = shared_from_this(), call = std::move(call)] {
    entered scope(*self);
    call();
  });
}

void connection::on_strand_later(std::function<void()> call) {
  const want_loop_behind post(seat_);
  asio::post(strand_, [self = shared_from_this(), call = std::move(call)] {
    entered scope(*self);
    call();
  });
}

void connection::enter(const std::function<void()>& call) {
  entered scope(*this);
  call();
}

bool connection::quiet() {
  take_inbox();
  return session_.in_flight() == 0 && !session_.has_waiting();
}

void connection::withdraw(wire::request& r) {
  if (on_strand()) return remove(r);
  std::binary_semaphore removed(0);
  asio::dispatch(strand_, [&] {
    entered scope(*this);
    remove(r);
    removed.release();
  });
  removed.acquire();
}

void connection::close(errc why, std::shared_ptr<void> kept) {
  const want_loop_behind post(seat_);
  asio::post(strand_, [self = shared_from_this(), why, kept = std::move(kept)] {
    entered scope(*self);
    self->close_now(why);
  });
}

// --- requests ----------------------------------------------------------------------------------

std::size_t connection::take_inbox() {
  std::size_t taken = 0;
  for (auto* r = inbox_.take(); r != nullptr; ++taken) {
    auto* const next = r->next_in_inbox;
    accept(*r);
    r = next;
  }
  return taken;
}

bool connection::at_rest() const noexcept {
  return state_ == state::ready && session_.in_flight() == 0 && !session_.has_waiting() &&
         session_.unwritten_bytes() == 0;
}

void connection::accept(wire::request& r) {
  session_.submit(r);
  deadlines_.add(r);
}

// Room is given back once for all that a handler completes, but not while others may be refused
// for want of it, and not where there is so little that it may be used to the last: there, whoever
// hears that a call is complete finds its room free.
void connection::retire(wire::request& r) {
  deadlines::remove(r);
  released_ += charge_of(r, bytes_bits);
  if (what_.pending_max <= exact_pending_max ||
      !within_bounds(pending_.load(std::memory_order_relaxed), 2)) {
    settle_released();
  }
}

void connection::remove(wire::request& r) {
  for (auto* one = farewells_; one != nullptr; one = one->outer) {
    if (one->who == &r) one->who = nullptr;
  }
  take_inbox();
  if (r.completed() == r.count()) return;
  tally_.withdrawn.add(r.count() - r.completed());
  auto i = r.completed();
  const auto maybe_run = session_.withdraw(r);
  retire(r);
  for (; what_.observer && i < r.count(); ++i) {
    tell_end(r, i, make_error_code(errc::cancelled),
             i < maybe_run ? fate::uncertain : fate::unsent);
  }
}

void connection::abort(wire::request& r, errc why) {
  take_inbox();
  if (r.completed() == r.count()) return;
  tally_.withdrawn.add(r.count() - r.completed());
  give_up(r, why);
}

// Whoever is told may withdraw `r` or, when told of the last command, end it.
void connection::give_up(wire::request& r, const error& why) {
  auto index = r.completed();
  const auto count = r.count();
  const auto maybe_run = session_.withdraw(r);
  retire(r);
  farewell one{&r, farewells_};
  farewells_ = &one;
  for (; index < count && one.who != nullptr; ++index) {
    auto told = why.with(index < maybe_run ? fate::uncertain : fate::unsent);
    note_failure(r, index, told);
    r.on_error(index, std::move(told));
  }
  farewells_ = one.outer;
}

void connection::tell_unanswered() {
  wire::unanswered lost;
  while (session_.next_unanswered(lost)) {
    if (lost.last) retire(*lost.who);
    note_failure(*lost.who, lost.index, lost.why);
    lost.who->on_error(lost.index, std::move(lost.why));
  }
}

void connection::expire() {
  const auto now = coarse_now_ms();
  while (auto* const r = deadlines_.expired(now)) {
    tally_.expired.add(r->count() - r->completed());
    const bool in_trouble = state_ != state::ready && !trouble_.empty();
    give_up(*r, in_trouble ? error(errc::deadline_exceeded, "there is no connection: " + trouble_)
                           : error(errc::deadline_exceeded));
  }
}

void connection::arm_deadlines() {
  const auto next = deadlines_.next_ms();
  if (next >= armed_ms_ || state_ == state::closed) return;
  armed_ms_ = next;
  deadline_timer_.expires_after(span_until(next));
  deadline_timer_.async_wait([self = shared_from_this()](const std::error_code& aborted) {
    if (aborted) return;
    entered scope(*self);
    self->armed_ms_ = deadlines::never;
    self->expire();
  });
}

void connection::close_now(errc why) {
  if (state_ == state::closed) return;
  take_inbox();
  if (seat_ && state_ != state::idle) seat_->part();
  state_ = state::closed;  // whoever is told below finds it so
  for (auto* late = inbox_.close(); late != nullptr;) {
    auto* const next = late->next_in_inbox;
    accept(*late);
    late = next;
  }
  drop_stream();
  if (dialer_) dialer_->cancel();
  dialer_.reset();
  for (auto* timer : {&deadline_timer_, &connect_timer_, &pause_timer_, &stall_timer_}) {
    timer->cancel();
  }
  session_.close(why);
  tell_unanswered();
  note(connection_event::kind::closed);
  if (const auto opened = std::exchange(opened_, nullptr)) opened(error(why));
}

// --- the connection's life -----------------------------------------------------------------------

void connection::open(opened_handler opened) {
  const want_loop_behind post(seat_);
  asio::post(strand_, [self = shared_from_this(), opened = std::move(opened)]() mutable {
    entered scope(*self);
    if (self->state_ == state::closed) return opened(errc::closed);
    self->opened_ = std::move(opened);
    if (self->seat_) self->seat_->join();
    self->dial();
  });
}

void connection::dial() {
  state_ = state::dialing;
  note(connection_event::kind::connecting);
  dialer_ = std::make_shared<dialer>(strand_, what_);
  dialer_->start([weak = weak_from_this()](result<stream> outcome) {
    const auto self = weak.lock();
    if (!self) return;
    entered scope(*self);
    self->attempt_over(std::move(outcome));
  });
  connect_timer_.expires_after(what_.connect_timeout);
  connect_timer_.async_wait([self = shared_from_this()](const std::error_code& aborted) {
    const bool busy = self->state_ == state::dialing || self->state_ == state::greeting;
    if (aborted || !busy) return;
    entered scope(*self);
    self->attempt_failed(self->too_slow());
  });
}

error connection::too_slow() const {
  const auto what = dialer_ ? dialer_->doing() : dialing::greeting;
  const auto text = "no answer within " + std::to_string(what_.connect_timeout.count()) +
                    " ms while " + std::string(to_string(what)) + ": check that ";
  return what == dialing::handshake
             ? error(errc::tls_failed, text + "this port speaks TLS")
             : error(errc::connect_failed, text + "a Redis server is there and not overloaded");
}

void connection::attempt_over(result<stream> outcome) {
  dialer_.reset();
  if (!outcome) return attempt_failed(outcome.error());
  stream_ = *std::move(outcome);
  ++generation_;
  greet();
}

void connection::greet() {
  state_ = state::greeting;
  handshake_.emplace(what_.greeting);
  session_.stage_raw(handshake_->bytes());
  wait_to_read();
  flush();
}

void connection::dispatch_greeting() {
  resp::reply_view reply;
  while (state_ == state::greeting && session_.next_raw(reply)) greeted(reply);
  if (state_ == state::greeting && session_.failure()) {
    attempt_failed(error(errc::malformed, std::string(session_.failure()->text()) +
                                              ": is this a Redis server, and the right port?"));
  }
}

void connection::greeted(const resp::reply_view& reply) {
  const auto step = handshake_->on_reply(reply);
  if (!step) return attempt_failed(step.error());
  switch (*step) {
    case wire::handshake::step::wait: return;
    case wire::handshake::step::again: session_.stage_raw(handshake_->bytes()); return flush();
    case wire::handshake::step::done: return usable();
  }
}

void connection::usable() {
  connect_timer_.cancel();
  protocol_.store(handshake_->protocol(), std::memory_order_relaxed);
  connection_id_ = handshake_->connection_id();
  handshake_.reset();
  state_ = state::ready;
  served_ = false;
  counted_commands_ = session_.commands_staged();
  round_trips_.restart(counted_commands_);
  trouble_.clear();
  tally_.connects.add(1);
  note(connection_event::kind::ready);
  if (what_.listener) what_.listener->on_ready();
  if (const auto opened = std::exchange(opened_, nullptr)) opened({});
}

void connection::attempt_failed(error why) {
  connect_timer_.cancel();
  tally_.failed_attempts.add(1);
  if (dialer_) dialer_->cancel();
  dialer_.reset();
  drop_stream();
  note(connection_event::kind::attempt_failed, why.message(), why.code());
  why = why.at(to_string(what_.place));
  trouble_ = why.message();
  end_session();  // nothing was sent
  tell_unanswered();
  if (what_.listener) what_.listener->on_failed_attempt(why);
  const auto opened = std::exchange(opened_, nullptr);
  if (opened && !what_.patient) close_now(errc::closed);
  if (opened) opened(std::move(why));
  if (state_ != state::closed) pause_and_dial();
}

void connection::lost(std::string cause) {
  if (state_ == state::greeting)
    return attempt_failed(error(errc::connect_failed, std::move(cause)));
  tally_.losses.add(1);
  drop_stream();
  trouble_ = to_string(what_.place) + ": " + cause;
  const auto resent = tally_.retried.get();
  end_session();
  if (const auto again = tally_.retried.get() - resent; again > 0) {
    cause += "; commands sent again: " + std::to_string(again);
  }
  note(connection_event::kind::lost, cause);
  state_ = state::paused;
  if (what_.listener) what_.listener->on_lost();
  tell_unanswered();
  if (state_ != state::closed) pause_and_dial();
}

void connection::end_session() {
  if (what_.keeps_calls) {
    session_.lose(trouble_);
    return tally_.retried.set(session_.commands_resent());
  }
  session_.close(error(errc::maybe_executed, trouble_));
}

void connection::drop_stream() noexcept {
  if (stream_) stream_->close();
  stream_.reset();
  ++generation_;
  tally_.in_flight.set(0);
  waiting_to_write_ = write_wants_read_ = read_wants_write_ = write_failed_ = false;
}

void connection::pause_and_dial() {
  state_ = state::paused;
  pause_timer_.expires_after(backoff_.next());
  pause_timer_.async_wait([self = shared_from_this()](const std::error_code& aborted) {
    if (aborted || self->state_ != state::paused) return;
    entered scope(*self);
    self->dial();
  });
}

}  // namespace sandpiper::net
