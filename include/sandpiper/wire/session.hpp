#pragma once
// One connection without its socket: commands go in, bytes come out; bytes go in, replies come out.
//
//     submit()  ->  waiting  -- stage() -->  in flight  -- next() -->  the request's on_reply
//                                   |             ^
//                              gather()/sent()  prepare()/received()
//
// No I/O, clock, thread or lock: the caller owns all of these, so any event loop can drive it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sandpiper/base/error.hpp"
#include "sandpiper/resp/limits.hpp"
#include "sandpiper/resp/parser.hpp"
#include "sandpiper/wire/confirmations.hpp"
#include "sandpiper/wire/inbound.hpp"
#include "sandpiper/wire/outbox.hpp"
#include "sandpiper/wire/request.hpp"

namespace sandpiper::wire {

struct session_limits {
  resp::limits resp = {};
  std::size_t in_flight_max = 1 << 16;       // unanswered commands on the connection, 1 or more
  std::size_t staged_bytes_max = 256 << 10;  // gathered for one write
  std::uint32_t resends_max = 3;             // how often an uncertain command is sent again

  /// The connection subscribes, and nothing else: only SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE and their
  /// opposites, with one channel each, and PING are sent on it. A confirmation then answers its
  /// command, and messages are pushes in RESP2 too; see wire/confirmations.hpp.
  bool subscriber = false;
};

/// Something the server sent.
struct event {
  request* who = nullptr;   // whom it answers; null for a push, or when the caller went away
  std::uint32_t index = 0;  // which of its commands
  bool last = false;        // the last of its commands: the request is about to be complete
  bool push = false;
  resp::reply_view reply;  // borrows from the receive buffer, until the next call of next()
};

/// A command that will get no reply.
struct unanswered {
  request* who = nullptr;
  std::uint32_t index = 0;
  bool last = false;  // as in event
  error why = errc::closed;
};

/// Keeps commands and replies aligned. RESP has no request numbers: the n-th reply answers the n-th
/// command, so a command that its caller gave up still has its place, and its reply is swallowed.
///
/// Invariants, asserted after every change:
///   1. sent <= staged positions; every flight ends at or before the staged position.
///   2. flights are in the order of their bytes; a request's flights are neighbours.
///   3. at most in_flight_max flights.
///   4. a subscriber awaits as many answers as it has flights.
///   5. a request that is whole is staged wholly or not at all.
/// Strand-bound.
class session {
 public:
  explicit session(session_limits limits = {});

  // --- callers -----------------------------------------------------------------------------

  /// Queues every command of `r` behind all that were submitted before.
  void submit(request& r);

  /// The caller of `r` no longer waits: what was not staged yet is not sent, what was is swallowed
  /// when it is answered. `r` counts as complete and is not touched afterwards. Returns how many of
  /// its commands, from the first, may have run or may yet; the others never will.
  std::uint32_t withdraw(request& r);

  // --- bytes to the server -----------------------------------------------------------------

  /// Moves waiting commands into the bytes to write, up to the limits. True if there is anything
  /// to write, from now or from before.
  bool stage();

  [[nodiscard]] std::size_t gather(std::span<std::string_view> pieces) const {
    return out_.gather(pieces);
  }
  void sent(std::size_t n) { out_.advance(n); }

  /// Bytes that are not part of any request, before anything else: the handshake.
  void stage_raw(std::string_view bytes) {
    out_.append(bytes);
    answered_end_ = out_.staged();
  }

  [[nodiscard]] bool has_waiting() const noexcept { return !waiting_.empty(); }
  [[nodiscard]] std::size_t waiting_bytes() const noexcept { return waiting_bytes_; }
  [[nodiscard]] std::size_t unwritten_bytes() const noexcept { return out_.size(); }
  [[nodiscard]] std::size_t in_flight() const noexcept { return flights_tail_ - flights_head_; }
  /// Commands that were ever moved into the bytes to write, on all connections.
  [[nodiscard]] std::uint64_t commands_staged() const noexcept { return commands_staged_; }
  /// ... and of those, sent again although they may have run.
  [[nodiscard]] std::uint64_t commands_resent() const noexcept { return commands_resent_; }
  [[nodiscard]] std::size_t in_flight_bytes() const noexcept {
    return static_cast<std::size_t>(out_.staged() - answered_end_);
  }

  // --- bytes from the server ---------------------------------------------------------------

  [[nodiscard]] std::span<char> prepare() { return in_.prepare(parser_.wanted()); }
  void received(std::size_t n);

  /// The next thing among the bytes received; false when there is none, or the stream is broken.
  bool next(event& e);

  /// For the handshake: the next reply, which belongs to no request.
  bool next_raw(resp::reply_view& reply) { return next_value(reply); }

  /// Set when the stream can no longer be trusted: not RESP, or a reply that nobody asked for.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }

  // --- the end of a connection -------------------------------------------------------------

  /// The connection is gone. What was never sent, and what may safely be sent again, waits for the
  /// next connection, in order; the rest is for next_unanswered():
  ///   - a command whose last byte was not handed over cannot have run: it waits again
  ///   - one that was handed over is sent again only if it is idempotent, and no later write to
  ///     the same keys may have run; otherwise errc::maybe_executed
  ///   - of a request that is whole nothing has run before its last command was handed over: it
  ///     waits again if none of its replies has come, else it is told so (fate::unsent)
  void lose(std::string_view cause);

  /// Nothing will be sent any more: every command that is not complete is for next_unanswered(),
  /// with `why` and its fate.
  void close(const error& why);

  /// One command that lose() or close() left without a reply, in order; false when there is none
  /// (left). Until then nothing is staged; to submit and withdraw is allowed in between.
  bool next_unanswered(unanswered& u);

 private:
  struct flight {
    request* who;       // null: its caller went away
    std::uint64_t end;  // position of the byte after its command
  };

  // A write in flight whose caller went away: what came before it must not run after it.
  struct orphan {
    std::uint64_t flight;
    bool keys_known;
    std::vector<std::size_t> keys;  // hashes
  };

  // What lose() needs to know of a request in flight.
  struct prospect {
    request* who;
    std::uint32_t handed;  // its commands before this one were handed over
    bool resend;           // ... and may be sent again
  };

  [[nodiscard]] bool fits_in_flight(const request& r) const noexcept;
  void stage_front();
  void stage_next();
  void grow_flights();
  [[nodiscard]] confirmations::sort sort_of(const resp::reply_view& value) const noexcept;
  [[nodiscard]] flight& flight_at(std::uint64_t n) { return flights_[n & (flights_.size() - 1)]; }
  bool next_value(resp::reply_view& reply);
  void remember_orphan(std::uint64_t n, const resp::command& command);
  [[nodiscard]] std::vector<prospect> prospects();
  [[nodiscard]] std::uint32_t handed_over(const request& r);
  void settle(const prospect& p);
  bool settle_whole(request& r, std::uint32_t handed);
  void name(unanswered& u, request& r, bool maybe_run);
  void forget_connection();
  void check() const;

  const session_limits limits_;
  waiting_list waiting_;
  std::size_t waiting_bytes_ = 0;
  outbox out_;
  inbound in_;
  resp::parser parser_;
  bool parsed_ = false;          // in_ was parsed and is not consumed yet
  std::vector<flight> flights_;  // a ring; its size is a power of two
  std::uint64_t flights_head_ = 0;
  std::uint64_t flights_tail_ = 0;
  std::uint64_t commands_staged_ = 0;
  std::uint64_t commands_resent_ = 0;
  std::uint64_t answered_end_ = 0;  // position of the byte after the last answered command
  std::vector<orphan> orphans_;
  confirmations confirmations_;  // of a subscriber: one for each flight, in their order
  std::optional<error> failure_;

  // Between lose() or close() and the last next_unanswered() the flights are those to be told.
  std::optional<error> ended_;
  std::uint64_t handed_tail_ = 0;  // the flights before this one were handed over
  bool closed_ = false;            // ... and those that wait are to be told as well
};

}  // namespace sandpiper::wire
