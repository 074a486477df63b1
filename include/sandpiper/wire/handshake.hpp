#pragma once
// What is said on a new connection before anything else, in one round trip.
//
//     HELLO 3 AUTH user password SETNAME name | SELECT n | CLIENT TRACKING ... |
//     CLIENT SETINFO LIB-NAME | CLIENT SETINFO LIB-VER
//
// A server that knows no HELLO, or no RESP3, gets a second round: AUTH | CLIENT SETNAME | SELECT n.

#include <cstdint>
#include <string>
#include <vector>

#include "sandpiper/base/result.hpp"
#include "sandpiper/resp/reply_view.hpp"

namespace sandpiper::wire {

struct greeting {
  std::string user = {};      // empty: the server's default user
  std::string password = {};  // empty: no AUTH
  std::string name = {};      // CLIENT SETNAME; empty: none
  int database = 0;           // SELECT
  int protocol = 3;           // 3, falling back to 2; or 2

  /// The connection is told what becomes of keys: CLIENT TRACKING ON. With prefixes: of all keys
  /// that begin with one of them (BCAST); without: of those that it read. Only by RESP3: a server
  /// that speaks RESP2 is not asked.
  bool tracking = false;
  std::vector<std::string> tracked_prefixes = {};

  /// connection_id() is wanted of servers too that do not say it by themselves: CLIENT ID.
  bool wants_id = false;
};

/// Decides what to send and what the answers mean. Strand-bound; no I/O.
///
/// Write bytes(), give every reply to on_reply() until it answers `done` or an error; when it
/// answers `again`, write bytes() anew.
class handshake {
 public:
  enum class step : std::uint8_t { wait, again, done };

  explicit handshake(greeting what);

  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

  /// Errors    errc::handshake_failed, with the server's words and the option to mend
  [[nodiscard]] result<step> on_reply(const resp::reply_view& reply);

  /// 2 or 3, once done.
  [[nodiscard]] int protocol() const noexcept { return protocol_; }

  /// What the server calls this connection, once done; 0 when it did not say. By it another
  /// connection can name this one: CLIENT UNBLOCK, CLIENT KILL.
  [[nodiscard]] std::int64_t connection_id() const noexcept { return connection_id_; }

 private:
  enum class part : std::uint8_t { hello, auth, set_name, select, tracking, id, set_info };

  void say_hello();
  void say_resp2();
  void say_the_rest();
  void say_tracking();
  void note_id(part asked, const resp::reply_view& reply);
  result<step> refused(part asked, const resp::reply_view& reply);
  result<step> end_of_round();

  const greeting what_;
  std::string bytes_;
  std::vector<part> expected_;
  std::size_t answered_ = 0;
  int protocol_ = 3;
  std::int64_t connection_id_ = 0;
  bool fall_back_ = false;  // HELLO was refused: the rest of this round means nothing
};

}  // namespace sandpiper::wire
