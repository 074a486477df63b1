#pragma once
// Where the server is, who we are there, how long we wait, and how much we hold: everything a
// client is told before it connects. An address says the part that people write down; the rest are
// fields.
//
//     scheme://[user:password@][host][:port][/database][?name=value&...]
//     unix://[user:password@]/path/of/socket[?name=value&...]
//
//     redis valkey                    TCP. Host localhost, port 6379, database 0 unless given
//     rediss valkeys                  TLS over TCP; the peer and its name are verified
//     unix redis+unix redis-socket    a Unix socket
//
//     user, password, path, values    percent-decoded: write @ / ? # % : & inside one as %40 ...
//     host                            a name, an IPv4 address, or an IPv6 address in brackets
//     db=N  protocol=2|3  client_name=TEXT
//     timeout=T  connect_timeout=T  stall_timeout=T     T is 500ms, 5s or 2m. A number without unit
//                                     is refused: clients disagree whether it means s or ms
//     sni=NAME  cafile=PATH  cert=PATH  key=PATH  insecure=true     only with TLS
//
// What could be read in two ways is refused: "redis://x@host" (is x a user or a password?), a name
// given twice, a database both in the path and in the query. An unknown name is refused, naming the
// nearest known one. No error text repeats a byte of an address, since any may be of the password.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/base/result.hpp"
#include "sandpiper/net/endpoint.hpp"
#include "sandpiper/net/log.hpp"
#include "sandpiper/resp/command.hpp"
#include "sandpiper/resp/limits.hpp"
#include "sandpiper/resp/reply_view.hpp"

namespace sandpiper {

/// What happens to a call when a bound on unfinished calls is reached.
enum class when_full : std::uint8_t {
  refuse,  // errc::pipeline_full at once
  wait,    // the calling thread waits for room, until its deadline; on the client's own I/O thread,
           // where no room could come while it waits, it is refused all the same
};

class observer;

using exception_handler = void (*)(std::exception_ptr) noexcept;

/// Told of what a blocking command brought when nobody waited for it any more: a coroutine was
/// destroyed, or the server was silent beyond the deadline. The element is taken out of its list by
/// then, and this is the one place where it can be kept.
class orphan_handler {
 public:
  virtual ~orphan_handler() = default;

  /// On the client's strand. `reply` is good for the length of the call.
  virtual void on_orphan(const resp::command& asked, const resp::reply_view& reply) noexcept = 0;
};

/// A value. Plain fields; check() says whether they make sense together.
struct options {
  /// No time below may be longer. It is a day: a span meant as "never" is refused, not believed.
  static constexpr std::chrono::milliseconds time_max = std::chrono::hours(24);

  // --- where: exactly one place, since the client talks to one server

  std::vector<endpoint> endpoints = std::vector<endpoint>(1);

  // --- who

  std::string user = {};      // empty: the server's "default" user
  std::string password = {};  // empty: no AUTH is sent
  std::string name = {};      // CLIENT SETNAME: printable ASCII without spaces; empty: none
  int database = 0;           // SELECT, from 0; the server says how many there are
  int protocol = 3;           // RESP3, falling back to RESP2 on a server without HELLO; or 2
  tls_options tls = {};

  // --- how long

  /// From the moment a call is submitted to its result; a call may ask for another span. Past it
  /// the call ends with errc::deadline_exceeded. A blocking command adds its own timeout; one that
  /// would block for ever (a timeout of 0) has this span alone.
  std::chrono::milliseconds command_timeout{5000};

  /// For one attempt in all: name resolution, TCP, TLS and handshake.
  std::chrono::milliseconds connect_timeout{5000};

  /// With commands in flight and not one byte received for so long, the connection is closed.
  /// Longer than the slowest script: a server that computes is silent too.
  std::chrono::milliseconds stall_timeout{10'000};

  /// After a loss the first attempt is made at once; each later one after a random pause that may
  /// grow from the first to the second of these.
  std::chrono::milliseconds reconnect_delay_min{10};
  std::chrono::milliseconds reconnect_delay_max{1000};

  /// TCP keep-alive: silence before the system probes the peer, rounded up to seconds. 0: never.
  std::chrono::milliseconds keep_alive{15'000};

  /// Sent bytes unacknowledged for so long end the connection (TCP_USER_TIMEOUT). 0: the system's.
  std::chrono::milliseconds tcp_user_timeout{2000};

  // --- how much

  std::size_t in_flight_max = 1 << 16;         // commands sent and not answered
  std::size_t pending_max = 1 << 20;           // commands submitted and not complete, sent or not
  std::size_t pending_bytes_max = 256U << 20;  // encoded bytes of those, large values included
  sandpiper::when_full when_full = sandpiper::when_full::refuse;
  resp::limits limits = {};  // how much of the server's word is taken

  // --- lanes: connections for what would be in the way of others, dialed when needed

  std::size_t lanes_max = 16;            // blocking commands at a time, watched transactions
  std::size_t lanes_waiting_max = 1024;  // calls that wait for a lane; then errc::pipeline_full
  std::chrono::milliseconds lane_idle_timeout{30'000};  // a lane unused for so long is closed

  /// A command of so many bytes takes a lane, if its keys are known and a lane can be had. Later
  /// commands of this client on its keys wait until it is answered; all others do not.
  std::size_t large_bytes_min = 1 << 20;

  // --- what else

  /// Told of an exception that a callback of the user let out, on the client's strand; it goes no
  /// further. nullptr: such an exception is dropped.
  exception_handler on_exception = nullptr;

  /// Told of popped elements that nobody waits for any more. nullptr: they are lost, and
  /// counters::orphaned says how many.
  std::shared_ptr<orphan_handler> on_orphan = nullptr;

  /// Told of every command, connection and push; see net/observer.hpp. nullptr: nobody is.
  std::shared_ptr<sandpiper::observer> observer = nullptr;

  /// Told in words of connections made and lost, retries, refusals and dropped messages. Nothing is
  /// said by default.
  log_hook log = {};

  /// Reads an address; fields it does not name keep their defaults.
  ///
  /// Returns    options for which check() holds
  /// Errors     bad_url    the text names the part and the cure, never the address
  [[nodiscard]] static result<options> from_url(std::string_view url);

  /// Errors     bad_request    the text names the first field that makes no sense, its value unless
  ///                           it is text, and what to write instead
  [[nodiscard]] result<void> check() const;
};

/// The address of `what`, for messages: the password is "***", defaults and fields that no address
/// can say are left out. from_url() reads it again, if check() holds.
[[nodiscard]] std::string to_string(const options& what);

}  // namespace sandpiper
