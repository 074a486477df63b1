#pragma once
// One server, one connection at a time: kept up, written in batches, read in bulk.
//
//     any thread   submit() -> inbox --.
//     strand       submit() ---------- +--> session --> one write
//                  socket readable ------> session --> every request that was answered
//
// States:  dialing -> greeting -> ready -> (lost) -> paused -> dialing ...        any -> closed

#include <asio/any_io_executor.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/backoff.hpp"
#include "net/deadlines.hpp"
#include "net/dialer.hpp"
#include "net/driving_seat.hpp"
#include "net/inbox.hpp"
#include "net/round_trips.hpp"
#include "net/settings.hpp"
#include "net/stream.hpp"
#include "net/tally.hpp"
#include "net/wake_memory.hpp"
#include "sandpiper/net/counters.hpp"
#include "sandpiper/wire/handshake.hpp"
#include "sandpiper/wire/session.hpp"

namespace sandpiper::net {

/// Shared: submit(), withdraw(), on_strand(), totals() and close() from any thread; the rest runs
/// on the strand it was given. Requests complete on the strand, each command exactly once.
class connection : public std::enable_shared_from_this<connection> {
 public:
  using opened_handler = std::function<void(result<void>)>;

  /// `strand` runs one handler at a time: a strand, or an executor with a single thread.
  connection(asio::any_io_executor strand, settings what);
  ~connection();

  /// Connects. `opened` is called once, on the strand: when the server can be talked to, or with
  /// the reason why not (settings::patient then decides whether that is the end).
  void open(opened_handler opened);

  /// Takes `r`, whose deadline_ms and commands are set. Never completes it from within.
  /// Errors    pipeline_full, closed; `r` is not touched then
  result<void> submit(wire::request& r);

  /// Takes `r` and sends and reads for it on this thread, if the I/O thread has stepped aside for
  /// that (net/driving_seat.hpp); comes back when `r` is complete, or is left to the I/O thread.
  /// False, and `r` is untouched: submit() it.
  bool drive(wire::request& r);

  /// The caller of `r` goes away: nothing of it is called any more once this returns, and what was
  /// not sent is not sent. From the strand at once; from elsewhere it waits for the strand.
  void withdraw(wire::request& r);

  /// Completes what is left of `r` with `why`, unless it is complete. Strand only.
  void abort(wire::request& r, errc why);

  /// Calls `call` on the strand, now if this thread is in one of its handlers.
  void on_strand_do(std::function<void()> call);

  /// The same, never from within.
  void on_strand_later(std::function<void()> call);

  /// Calls `call` as one of its handlers: what is submitted within is written at its end. Strand
  /// only; this thread may be in a handler of another connection there.
  void enter(const std::function<void()>& call);

  /// Whether nothing of it waits or is in flight. Strand only.
  [[nodiscard]] bool quiet();

  /// Whether a server that says nothing while commands are in flight is to be waited for, however
  /// long: it blocks. Strand only.
  void allow_silence(bool allowed);

  /// What the server called it (CLIENT ID) when it was greeted last; 0: it did not say. Strand
  /// only.
  [[nodiscard]] std::int64_t connection_id() const noexcept { return connection_id_; }

  /// Whether commands are sent at once. Strand only.
  [[nodiscard]] bool ready() const noexcept { return state_ == state::ready; }

  /// Everything that is not complete completes with `why`; later submissions are refused. `kept`
  /// stays until then.
  void close(errc why, std::shared_ptr<void> kept = nullptr);

  /// Whether this thread is in one of its handlers: whoever waits here waits for ever.
  [[nodiscard]] bool on_strand() const noexcept;

  /// Whether this thread is in a handler of any connection on the same strand: it must not wait for
  /// what completes there.
  [[nodiscard]] bool on_its_thread() const noexcept;

  /// Blocks until there may be room for `r`, or until `deadline_ms` of base/clock.hpp.
  void wait_for_room(const wire::request& r, std::uint64_t deadline_ms);

  [[nodiscard]] counters totals() const noexcept { return tally_.snapshot(); }
  [[nodiscard]] const endpoint& place() const noexcept { return what_.place; }
  [[nodiscard]] const asio::any_io_executor& strand() const noexcept { return strand_; }
  [[nodiscard]] const settings& configured() const noexcept { return what_; }
  /// Why there is no connection, or was none. Strand only.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
  [[nodiscard]] int protocol() const noexcept { return protocol_.load(std::memory_order_relaxed); }

  /// What it has done, and how it is; from any thread.
  [[nodiscard]] connection_metrics seen() const;

  enum class state : std::uint8_t { idle, dialing, greeting, ready, paused, closed };

 private:
  class entered;

  // A request that give_up() is telling about its commands, one after the other.
  struct farewell {
    const wire::request* who;  // null once it was withdrawn
    farewell* outer;
  };

  // Between threads.
  struct woken;
  void wake();
  [[nodiscard]] bool has_room(const wire::request& r) const noexcept;
  result<void> reserve(const wire::request& r);
  [[nodiscard]] bool within_bounds(std::uint64_t pending, std::size_t share = 1) const noexcept;
  void settle_released();

  // On the strand: requests.
  [[nodiscard]] bool at_rest() const noexcept;
  void accept(wire::request& r);
  std::size_t take_inbox();
  void retire(wire::request& r);
  void give_up(wire::request& r, const error& why);
  void tell_unanswered();
  void expire();
  void arm_deadlines();
  void close_now(errc why);

  // On the strand: the connection's life.
  void dial();
  void attempt_over(result<stream> outcome);
  [[nodiscard]] error too_slow() const;
  void greet();
  void greeted(const resp::reply_view& reply);
  void usable();
  void attempt_failed(error why);
  void lost(std::string cause);
  void end_session();
  void pause_and_dial();

  // On the strand: bytes.
  void flush();
  bool write_some();
  bool drive_until_answered(std::uint64_t deadline_ms);
  void wait_to_read();
  void wait_to_write();
  void readable();
  void read_some();
  bool read_once();
  void dispatch();
  void dispatch_greeting();
  [[nodiscard]] bool worth_a_write() const noexcept;
  void watch_stall();
  void drop_stream() noexcept;
  void write_failed(std::string cause);
  void remove(wire::request& r);

  // On the strand: for those who look on.
  void note_reply(const wire::request& r, std::uint32_t index,
                  const resp::reply_view& reply) noexcept;
  void note_failure(const wire::request& r, std::uint32_t index, const error& why) noexcept;
  void note_push(const resp::reply_view& push) noexcept;
  void note(connection_event::kind what, std::string_view why = {}, std::error_code code = {});
  void write_log(connection_event::kind what, std::string_view why, std::error_code code) const;

  // On the thread that submits, and where the call ends.
  void tell_start(wire::request& r) const noexcept;
  void tell_end(const wire::request& r, std::uint32_t index, std::error_code why,
                fate f) const noexcept;

  static constexpr unsigned bytes_bits = 40;  // of pending_; the rest counts commands

  const asio::any_io_executor strand_;
  const asio::io_context::executor_type* const loop_;  // strand_, if that is what it is
  const std::shared_ptr<driving_seat> seat_;           // of the loop, if it has one
  const settings what_;

  // Shared between threads.
  inbox inbox_;
  wake_memory wake_memory_;
  std::atomic<std::uint64_t> pending_ = 0;  // commands << bytes_bits | bytes
  std::atomic<std::uint32_t> waiting_for_room_ = 0;
  std::mutex room_mutex_;
  std::condition_variable room_;
  tally tally_;
  round_trips round_trips_;
  std::atomic<state> state_ = state::idle;  // set on the strand
  std::atomic<int> protocol_ = 0;

  // Strand-bound.
  opened_handler opened_;
  wire::session session_;
  std::optional<wire::handshake> handshake_;
  std::shared_ptr<dialer> dialer_;
  std::optional<stream> stream_;
  std::uint64_t generation_ = 0;  // of the stream: a handler of an older one means nothing
  bool served_ = false;           // this connection has answered a command
  bool waiting_to_write_ = false;
  bool write_failed_ = false;      // what can still be read is read, then the stream is dropped
  bool write_wants_read_ = false;  // TLS: nothing can be written until something was read
  bool read_wants_write_ = false;  // ... and the other way round
  std::uint64_t quiet_since_ms_ = 0;
  std::uint64_t counted_commands_ = 0;
  std::uint64_t released_ = 0;  // completed and not yet taken from pending_
  std::string trouble_;         // why there is no connection, for those who wait in vain
  farewell* farewells_ = nullptr;
  backoff backoff_;
  deadlines deadlines_;
  std::uint64_t armed_ms_ = deadlines::never;
  asio::steady_timer deadline_timer_;
  asio::steady_timer connect_timer_;
  asio::steady_timer pause_timer_;
  asio::steady_timer stall_timer_;
  bool stall_watched_ = false;
  bool silence_allowed_ = false;
  std::int64_t connection_id_ = 0;
};

}  // namespace sandpiper::net
