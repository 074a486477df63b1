#pragma once
// The dedicated connections of a client: who needs one, who waits for one, who is held back.
//
//     any thread    submit() -> gate --.
//     strand                           +--> held back? -> behind all that is unanswered? -> a lane
//                                      `--> not for a lane: the shared connection
//
// While a large command is on its way every request passes the gate, so that none of them overtakes
// it on its keys. Else only those pass it that are for a lane.

#include <asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "client/errand.hpp"
#include "client/lane.hpp"
#include "client/routing.hpp"
#include "net/connection.hpp"
#include "net/deadlines.hpp"
#include "net/inbox.hpp"
#include "sandpiper/client/options.hpp"
#include "sandpiper/wire/session.hpp"

namespace sandpiper {

/// Shared: takes(), submit(), borrow(), wait_for_room(), close() from any thread; the rest is for
/// the strand of the shared connection.
class lanes : public std::enable_shared_from_this<lanes> {
 public:
  lanes(std::shared_ptr<net::connection> shared, const options& o);
  ~lanes();

  /// Whether a request with this route must not go to the shared connection directly.
  [[nodiscard]] bool takes(const route& way) const noexcept {
    return way.blocking || way.large || gated_.load(std::memory_order_acquire) > 0;
  }

  /// Takes `r`, whose deadline_ms is set. Never completes it from within.
  /// Errors    pipeline_full, closed; `r` is not touched then
  result<void> submit(wire::request& r, const route& way);

  /// `watch` is WATCH, with a deadline. When it is answered without an error, the lane that it was
  /// sent on is in `into`, and stays with the caller until lane::give_back().
  /// Errors    as submit()
  result<void> borrow(wire::request& watch, lease& into);

  /// Blocks until there may be room, or until `deadline_ms`.
  void wait_for_room(std::uint64_t deadline_ms);

  void close(errc why, std::shared_ptr<void> kept);

  /// What callers left behind who had gone: see options::on_orphan.
  [[nodiscard]] std::uint64_t orphaned() const noexcept {
    return orphaned_.load(std::memory_order_relaxed);
  }

  // --- strand: requests. False: it is not here.

  bool withdraw(wire::request& r);
  bool abort(wire::request& r, errc why);

  // --- strand: for a lane

  [[nodiscard]] net::connection& shared() noexcept { return *shared_; }
  [[nodiscard]] std::chrono::milliseconds idle_timeout() const noexcept { return idle_timeout_; }
  void answered(errand& e, std::uint32_t index, const resp::reply_view& reply);
  void failed(errand& e, std::uint32_t index, const error& why);
  void ride_failed(errand& e);
  void refuse(errand& e, const error& why);
  void see_grace(errand& e);
  void finish(errand& e);
  void pump();
  void drop(lane& one);
  void lane_lost(lane& one);
  void dial_failed(lane& one);

 private:
  using owned_errand = std::shared_ptr<errand>;

  // Between threads.
  result<void> enter_line();
  void leave_line() noexcept;
  void wake();

  // On the strand: on the way in.
  void take_inbox();
  void admit(wire::request& r, lease* borrower);
  errand& take_in(wire::request& r, errand::kind what);
  [[nodiscard]] bool held_back(const errand& e) const;
  [[nodiscard]] bool must_wait(const wire::request& r) const;
  void note_keys(errand& e);
  result<void> submit_shared(wire::request& r);
  void go_on(const owned_errand& e);
  void fence(const owned_errand& e);
  void enqueue(const owned_errand& e);
  void pass_on(errand& e);
  void release_held();

  // On the strand: the pool.
  [[nodiscard]] lane* idle_lane() noexcept;
  [[nodiscard]] std::size_t count(lane::phase now) const noexcept;
  [[nodiscard]] std::size_t queued() noexcept;
  void dial();
  void pass_large_on();

  // On the strand: who waits.
  void tell_reply(errand& e, std::uint32_t index, const resp::reply_view& reply);
  void tell_error(errand& e, std::uint32_t index, const error& why);
  void tell_rest(errand& e, const error& why);
  void forget_caller(errand& e);
  void give_up(errand& e, const errc* why);
  void orphan(const errand& e, std::uint32_t index, const resp::reply_view& reply);
  [[nodiscard]] error too_late(const errand& e, errc why) const;
  void expire();
  void arm_deadlines();
  void close_now(errc why);

  const std::shared_ptr<net::connection> shared_;
  const std::size_t lanes_max_;
  const std::size_t line_max_;
  const std::size_t gated_max_;
  const std::size_t large_bytes_min_;
  const std::chrono::milliseconds idle_timeout_;
  const std::shared_ptr<orphan_handler> on_orphan_;

  // Shared between threads.
  net::inbox gate_;
  std::atomic<std::size_t> gated_ = 0;  // that make all others pass the gate
  std::atomic<std::size_t> line_ = 0;   // that are on a lane or wait for one
  std::atomic<std::uint64_t> orphaned_ = 0;
  std::atomic<std::uint32_t> waiting_for_room_ = 0;
  std::mutex room_mutex_;
  std::condition_variable room_;

  // Strand-bound.
  std::list<owned_errand> errands_;  // in order of submission
  std::unordered_map<const wire::request*, errand*> by_request_;
  std::deque<owned_errand> queue_;             // for a lane
  std::unordered_set<std::size_t> held_keys_;  // of those that hold or are held back
  std::size_t holding_ = 0;                    // errands that hold or are held back
  std::size_t held_unknown_ = 0;               // ... whose keys are not known
  std::vector<std::shared_ptr<lane>> lanes_;
  wire::session over_;  // what is complete passes through it, so that all know it to be so
  bool pumping_ = false;
  bool releasing_ = false;
  bool release_again_ = false;
  bool closed_ = false;
  net::deadlines deadlines_;
  std::uint64_t armed_ms_ = net::deadlines::never;
  asio::steady_timer deadline_timer_;
};

}  // namespace sandpiper
