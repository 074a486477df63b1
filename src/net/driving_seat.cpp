#include "net/driving_seat.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

namespace sandpiper::net {
namespace {

using namespace std::chrono_literals;

// So many calls one after the other, each alone, before the I/O thread steps aside; and so many
// more once a caller in the seat was joined by others.
constexpr int lone_calls_min = 16;
constexpr int lone_calls_when_joined = -256;

// The I/O thread, standing by, looks so often what else there is to do: timers, a connection that
// was lost, what was posted past want(). None of it waits for longer than twice this.
constexpr auto look_interval = 1ms;

// How often a caller lets others run while the I/O thread is on its way out.
constexpr int yields_max = 20;

}  // namespace

// How connections find it.
class driving_seat::service final : public asio::execution_context::service {
 public:
  static asio::execution_context::id id;

  explicit service(asio::io_context& loop)
      : asio::execution_context::service(loop), seat(std::make_shared<driving_seat>(loop)) {}

  const std::shared_ptr<driving_seat> seat;

 private:
  void shutdown() override {}
};

asio::execution_context::id driving_seat::service::id;

driving_seat::driving_seat(asio::io_context& loop)
    : loop_(loop), interruption_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (interruption_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

driving_seat::~driving_seat() { ::close(interruption_); }

std::shared_ptr<driving_seat> driving_seat::make_for(asio::io_context& loop) {
  return asio::use_service<service>(loop).seat;
}

std::shared_ptr<driving_seat> driving_seat::of(asio::io_context& loop) {
  return asio::has_service<service>(loop) ? asio::use_service<service>(loop).seat : nullptr;
}

// --- the I/O thread ------------------------------------------------------------------------------

void driving_seat::run() {
  for (;;) {
    loop_.run();
    if (!std::exchange(stopped_, false)) return;
    loop_.restart();
    stand_by();
  }
}

// For as long as callers drive the loop.
void driving_seat::stand_by() {
  standing_by_ = true;
  for (;;) {
    seat_ = io | leaving;  // what was wanted is done by the next line
    loop_.poll();
    if (loop_.stopped() || !resting_ || !alone() || lone_calls_ < lone_calls_min) break;
    std::uint32_t mine = io | leaving;
    if (!seat_.compare_exchange_strong(mine, free)) continue;
    if (await_io()) continue;
    lone_calls_ -= 4;
    break;
  }
  seat_.fetch_and(~std::uint32_t{leaving});
  standing_by_ = false;
}

// Comes back with the seat. False: nobody took it meanwhile.
bool driving_seat::await_io() {
  const auto taken_before = taken_.load(std::memory_order_relaxed);
  auto taken_at_last_look = taken_before;
  std::unique_lock lock(mutex_);
  while (!bell_.wait_for(lock, look_interval, [this] { return (seat_ & owners) == io; })) {
    const auto taken = taken_.load(std::memory_order_relaxed);
    if (auto now = seat_.load(); (now & owners) == free) {
      if (seat_.compare_exchange_strong(now, io)) break;
    } else if ((now & owners) == caller) {
      if (taken == std::exchange(taken_at_last_look, taken)) {
        interrupt(now, wanted);
      } else {
        seat_.compare_exchange_strong(now, now | wanted);  // given when this call is over
      }
    }
  }
  return taken_.load(std::memory_order_relaxed) != taken_before;
}

// --- a caller ------------------------------------------------------------------------------------

bool driving_seat::try_take() noexcept {
  for (int yields = 0; yields < yields_max; ++yields) {
    std::uint32_t now = free;
    if (seat_.compare_exchange_strong(now, caller)) {
      taken_.fetch_add(1, std::memory_order_relaxed);
      return true;
    }
    if ((now & owners) != io || !(now & leaving)) break;
    std::this_thread::yield();
  }
  waiting_calls_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

void driving_seat::hand_over() noexcept {
  if (seat_ & rung) lone_calls_ = lone_calls_when_joined;
  seat_ = io | leaving;
  ring();
}

bool driving_seat::interrupted() noexcept {
  std::uint64_t times = 0;
  return ::read(interruption_, &times, sizeof times) == sizeof times && (seat_ & wanted);
}

// --- anybody -------------------------------------------------------------------------------------

void driving_seat::want() noexcept {
  for (auto now = seat_.load();;) {
    switch (now & owners) {
      case io:
        if ((now & wanted) || seat_.compare_exchange_weak(now, now | wanted)) return;
        break;
      case free:
        if (seat_.compare_exchange_weak(now, io)) return ring();
        break;
      default:
        if ((now & rung) || interrupt(now, wanted | rung)) return;
    }
  }
}

// `seen`: what the seat was, a caller in it; what it is, if that is no longer so.
bool driving_seat::interrupt(std::uint32_t& seen, std::uint32_t with) noexcept {
  if (!seat_.compare_exchange_strong(seen, seen | with)) return false;
  const std::uint64_t once = 1;
  [[maybe_unused]] const auto written = ::write(interruption_, &once, sizeof once);
  return true;
}

void driving_seat::ring() noexcept {
  { const std::scoped_lock lock(mutex_); }
  bell_.notify_one();
}

// --- whoever sits in it --------------------------------------------------------------------------

void driving_seat::note_arrival(bool lone) noexcept {
  const auto waiting = waiting_calls_.load(std::memory_order_relaxed);
  const bool it_waits = waiting == std::exchange(waiting_calls_seen_, waiting) + 1;
  if (!lone || !it_waits) {
    lone_calls_ = std::min(lone_calls_, 0);
  } else if (lone_calls_ < lone_calls_min) {
    ++lone_calls_;
  }
}

void driving_seat::note_last_reply() noexcept {
  if (!standing_by_ && lone_calls_ >= lone_calls_min && alone()) seat_ |= leaving;
}

void driving_seat::note_rest(bool resting) noexcept {
  resting_ = resting;
  if (standing_by_ || lone_calls_ < lone_calls_min || !alone()) return;
  if (!resting) {
    seat_ &= ~std::uint32_t{leaving};
  } else {
    stopped_ = true;
    loop_.stop();
  }
}

}  // namespace sandpiper::net
