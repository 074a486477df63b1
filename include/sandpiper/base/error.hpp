#pragma once
// Why there is no value: a code to compare, what became of the command, and the words that tell a
// person what to do. One pointer wide; it allocates only when it carries words.
//
//   errc          what this library found: a bad address, a deadline, a lost connection ...
//   server_errc   what the server answered: "-WRONGTYPE ...", by its first word
//
// Both are std::error_code values, so `why.code() == errc::cancelled` is how one asks.

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

namespace sandpiper {

/// What this library found. The comment of each says what follows from it.
enum class errc {
  // Bytes that are not RESP. The stream cannot be resynchronised; its connection is closed.
  malformed = 1,
  // A length, depth or count over a stated limit. Closed as well: the rest cannot be skipped.
  over_limit,
  // The reply is sound but not of the type that was asked for. The command did run.
  wrong_type,
  // An address that cannot be understood; the text names the part and the cure.
  bad_url,
  // An option that makes no sense, or a command that must not be sent here; the text says why.
  bad_request,
  // No address could be resolved or connected to. Nothing was sent.
  connect_failed,
  // The TLS handshake failed: no TLS at the other end, a certificate or a name that do not match.
  tls_failed,
  // The server was reached and refused us: password, user, database.
  handshake_failed,
  // The bound on unanswered commands is reached. Nothing was queued; wait, or raise the bound.
  pipeline_full,
  // The deadline passed. fate() says whether the command may have run.
  deadline_exceeded,
  // The caller withdrew the command. fate() says whether it may have run.
  cancelled,
  // The connection died after the command was sent, and running it twice could do harm.
  maybe_executed,
  // The client was closed or destroyed. fate() says whether the command may have run.
  closed,
  // A call that waits, made on the very thread that would have to answer it.
  would_deadlock,
  // Keys that were watched changed in every attempt: others wrote them. Nothing ran.
  conflict,
  // A transaction ran, and the server refused a command in it, which the text names. The others
  // took effect.
  partly_failed,
  // The connection died before all of a transaction was sent. Nothing ran.
  lost,
};

/// What the server answered, by the first word of its error; `err` stands for all not listed.
enum class server_errc {
  err = 1,
  ask,
  busy,
  busygroup,
  busykey,
  clusterdown,
  crossslot,
  execabort,
  loading,
  masterdown,
  misconf,
  moved,
  noauth,
  nogroup,
  noperm,
  noproto,
  noreplicas,
  noscript,
  oom,
  readonly,
  tryagain,
  unblocked,
  unkillable,
  wrongpass,
  wrongtype,
};

[[nodiscard]] const std::error_category& error_category() noexcept;
[[nodiscard]] const std::error_category& server_error_category() noexcept;

[[nodiscard]] inline std::error_code make_error_code(errc e) noexcept {
  return {static_cast<int>(e), error_category()};
}
[[nodiscard]] inline std::error_code make_error_code(server_errc e) noexcept {
  return {static_cast<int>(e), server_error_category()};
}

/// A code in one word, for metrics and logs: "deadline_exceeded", "WRONGTYPE".
[[nodiscard]] std::string_view to_string(errc e) noexcept;
[[nodiscard]] std::string_view to_string(server_errc e) noexcept;

/// The code of a server's error line, without its '-'.
[[nodiscard]] server_errc server_errc_of(std::string_view line) noexcept;

/// What became of the command an error belongs to.
enum class fate : std::uint8_t {
  unsent,     // it never reached the server: running it again is always safe
  uncertain,  // it was handed to the socket: the server may have run it
  answered,   // the server answered it
};

[[nodiscard]] std::string_view to_string(fate f) noexcept;

/// Invariant: code() is never zero. A moved-from error may only be assigned to or destroyed.
/// A value: copying copies the words; one object is not for two threads at once.
class [[nodiscard]] error {
 public:
  error(errc code, sandpiper::fate f = fate::unsent) noexcept
      : bits_(static_cast<std::uintptr_t>(code) << 8 | static_cast<std::uintptr_t>(f) << 1 | 1) {}
  error(errc code, std::string text, sandpiper::fate f = fate::unsent);

  /// The server's error line, without its '-' and CRLF: "WRONGTYPE Operation against ...".
  static error from_server(std::string_view line);

  error(const error& other);
  error(error&& other) noexcept : bits_(std::exchange(other.bits_, moved_from)) {}
  error& operator=(error other) noexcept {
    std::swap(bits_, other.bits_);
    return *this;
  }
  ~error() {
    if ((bits_ & 1) == 0) release();
  }

  [[nodiscard]] std::error_code code() const noexcept;
  [[nodiscard]] sandpiper::fate fate() const noexcept;

  /// The server's line or our own words; empty when the code says everything.
  [[nodiscard]] std::string_view text() const noexcept;

  /// One line for a person: what happened, where, and what became of the command.
  [[nodiscard]] std::string message() const;

  /// The same error with another fate, or with `place` ("redis:6379", "byte 17") told first.
  [[nodiscard]] error with(sandpiper::fate f) const&;
  [[nodiscard]] error at(std::string_view place) const&;

  friend bool operator==(const error& why, std::error_code code) { return why.code() == code; }
  friend bool operator==(const error& why, errc e) { return why.code() == make_error_code(e); }
  friend bool operator==(const error& why, server_errc e) {
    return why.code() == make_error_code(e);
  }

 private:
  struct record;
  static constexpr std::uintptr_t moved_from = 1;

  explicit error(record* words) noexcept : bits_(reinterpret_cast<std::uintptr_t>(words)) {}
  [[nodiscard]] const record& words() const noexcept;
  void release() noexcept;

  std::uintptr_t bits_;  // odd: code and fate in place; even: a record's address
};

/// What result<T>::value() throws. what() is error::message().
class failure : public std::system_error {
 public:
  explicit failure(sandpiper::error why)
      : std::system_error(why.code()), message_(why.message()), why_(std::move(why)) {}
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] const sandpiper::error& why() const noexcept { return why_; }

 private:
  std::string message_;
  sandpiper::error why_;
};

}  // namespace sandpiper

template <>
struct std::is_error_code_enum<sandpiper::errc> : std::true_type {};
template <>
struct std::is_error_code_enum<sandpiper::server_errc> : std::true_type {};
