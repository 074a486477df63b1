#pragma once
// What is said on a new connection before anything else, in one round trip.
//
//     HELLO 3 AUTH user password SETNAME name | SELECT n | CLIENT SETINFO LIB-NAME | ... LIB-VER
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

 private:
  enum class part : std::uint8_t { hello, auth, set_name, select, set_info };

  void say_hello();
  void say_resp2();
  void say_select_and_info();
  result<step> refused(part asked, const resp::reply_view& reply);
  result<step> end_of_round();

  const greeting what_;
  std::string bytes_;
  std::vector<part> expected_;
  std::size_t answered_ = 0;
  int protocol_ = 3;
  bool fall_back_ = false;  // HELLO was refused: the rest of this round means nothing
};

}  // namespace sandpiper::wire
