// The part of a connection that a waiting caller drives for itself.

#include <poll.h>

#include <algorithm>
#include <array>
#include <limits>

#include "net/connection.hpp"
#include "net/entered.hpp"
#include "sandpiper/base/clock.hpp"

namespace sandpiper::net {
namespace {

enum class woken_by : std::uint8_t { socket, others, deadline };

int milliseconds_until(std::uint64_t then_ms) noexcept {
  constexpr std::uint64_t longest = std::numeric_limits<int>::max();
  const auto now = coarse_now_ms();
  return static_cast<int>(std::min(then_ms > now ? then_ms - now : 0, longest));
}

// An interrupted wait counts as the socket's: there is only nothing to read.
woken_by wait_for(int socket, int interruption, std::uint64_t deadline_ms) noexcept {
  std::array<pollfd, 2> both = {pollfd{socket, POLLIN, 0}, pollfd{interruption, POLLIN, 0}};
  const auto ready = ::poll(both.data(), both.size(), milliseconds_until(deadline_ms));
  if (ready == 0) return woken_by::deadline;
  return ready > 0 && both[1].revents != 0 ? woken_by::others : woken_by::socket;
}

}  // namespace

bool connection::drive(wire::request& r) {
  if (seat_ == nullptr || !seat_->try_take()) return false;
  if (!at_rest() || !inbox_.empty() || !seat_->alone() || !has_room(r) || !reserve(r)) {
    seat_->give_back();
    return false;
  }
  const auto deadline_ms = r.deadline_ms;
  {
    entered scope(*this);
    if (what_.observer) tell_start(r);
    accept(r);
    tally_.driven.add(1);
  }
  drive_until_answered(deadline_ms) ? seat_->give_back() : seat_->hand_over();
  return true;
}

// Nothing else is under way, and once that is answered it may be gone. False: it is the I/O
// thread's from here on.
bool connection::drive_until_answered(std::uint64_t deadline_ms) {
  const auto generation = generation_;
  while (session_.in_flight() > 0 || session_.has_waiting()) {
    const bool only_to_read = generation == generation_ && state_ == state::ready &&
                              session_.unwritten_bytes() == 0 && !waiting_to_write_ &&
                              !write_wants_read_ && !write_failed_;
    if (!only_to_read) return false;
    if (!stream_->buffered()) {
      switch (wait_for(stream_->native_handle(), seat_->interruption(), deadline_ms)) {
        case woken_by::deadline: return false;
        case woken_by::others:
          if (seat_->interrupted()) return false;
          continue;
        case woken_by::socket: break;
      }
    }
    entered scope(*this);
    read_some();
  }
  return generation == generation_;
}

}  // namespace sandpiper::net
