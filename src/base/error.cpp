#include "sandpiper/base/error.hpp"

#include <array>
#include <cassert>

namespace sandpiper {
namespace {

class category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "sandpiper"; }

  std::string message(int code) const override {
    switch (static_cast<errc>(code)) {  // no default: the compiler names a missing case
      case errc::malformed: return "the server sent bytes that are not RESP";
      case errc::over_limit: return "a length, depth or count is over the configured limit";
      case errc::wrong_type: return "the reply is not of the type that was asked for";
      case errc::bad_url: return "the address cannot be understood";
      case errc::bad_request: return "the request makes no sense here";
      case errc::connect_failed: return "the server cannot be reached";
      case errc::tls_failed: return "the TLS handshake failed";
      case errc::handshake_failed: return "the server refused the connection";
      case errc::pipeline_full: return "too many commands are waiting for a reply";
      case errc::deadline_exceeded: return "the deadline passed before the reply came";
      case errc::cancelled: return "the caller cancelled the command";
      case errc::maybe_executed: return "the connection died before the reply came";
      case errc::closed: return "the client is closed";
      case errc::would_deadlock: return "a waiting call on the client's own I/O thread";
      case errc::conflict: return "the watched keys changed in every attempt";
      case errc::partly_failed: return "a command of the transaction failed";
      case errc::lost: return "the connection died before the transaction was sent";
    }
    return "unknown sandpiper error " + std::to_string(code);
  }
};

// In the order of server_errc.
constexpr std::array<std::string_view, 25> first_words = {
    "ERR",       "ASK",        "BUSY",       "BUSYGROUP", "BUSYKEY", "CLUSTERDOWN", "CROSSSLOT",
    "EXECABORT", "LOADING",    "MASTERDOWN", "MISCONF",   "MOVED",   "NOAUTH",      "NOGROUP",
    "NOPERM",    "NOPROTO",    "NOREPLICAS", "NOSCRIPT",  "OOM",     "READONLY",    "TRYAGAIN",
    "UNBLOCKED", "UNKILLABLE", "WRONGPASS",  "WRONGTYPE"};
static_assert(first_words.size() == static_cast<std::size_t>(server_errc::wrongtype));

class server_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "sandpiper.server"; }

  std::string message(int code) const override {
    const auto index = static_cast<std::size_t>(code) - 1;
    if (index >= first_words.size()) return "unknown server error " + std::to_string(code);
    return "the server answered " + std::string(first_words[index]);
  }
};

}  // namespace

server_errc server_errc_of(std::string_view line) noexcept {
  const auto word = line.substr(0, line.find(' '));
  for (std::size_t i = 0; i < first_words.size(); ++i) {
    if (first_words[i] == word) return static_cast<server_errc>(i + 1);
  }
  return server_errc::err;
}

std::string_view to_string(server_errc e) noexcept {
  const auto index = static_cast<std::size_t>(e) - 1;
  return index < first_words.size() ? first_words[index] : "unknown";
}

std::string_view to_string(errc e) noexcept {
  switch (e) {
    case errc::malformed: return "malformed";
    case errc::over_limit: return "over_limit";
    case errc::wrong_type: return "wrong_type";
    case errc::bad_url: return "bad_url";
    case errc::bad_request: return "bad_request";
    case errc::connect_failed: return "connect_failed";
    case errc::tls_failed: return "tls_failed";
    case errc::handshake_failed: return "handshake_failed";
    case errc::pipeline_full: return "pipeline_full";
    case errc::deadline_exceeded: return "deadline_exceeded";
    case errc::cancelled: return "cancelled";
    case errc::maybe_executed: return "maybe_executed";
    case errc::closed: return "closed";
    case errc::would_deadlock: return "would_deadlock";
    case errc::conflict: return "conflict";
    case errc::partly_failed: return "partly_failed";
    case errc::lost: return "lost";
  }
  return "unknown";
}

const std::error_category& error_category() noexcept {
  static const category instance;
  return instance;
}

const std::error_category& server_error_category() noexcept {
  static const server_category instance;
  return instance;
}

std::string_view to_string(fate f) noexcept {
  switch (f) {
    case fate::unsent: return "it was not sent";
    case fate::uncertain: return "it was sent and may have run";
    case fate::answered: return "the server answered it";
  }
  return "unknown";
}

struct error::record {
  std::error_code code;
  sandpiper::fate fate;
  std::string text;
};

error::error(errc code, std::string text, sandpiper::fate f)
    : error(new record{code, f, std::move(text)}) {}

error error::from_server(std::string_view line) {
  return error(new record{server_errc_of(line), fate::answered, std::string(line)});
}

error::error(const error& other)
    : bits_(other.bits_ & 1 ? other.bits_
                            : reinterpret_cast<std::uintptr_t>(new record(other.words()))) {}

const error::record& error::words() const noexcept {
  return *reinterpret_cast<const record*>(bits_);
}

void error::release() noexcept { delete reinterpret_cast<record*>(bits_); }

std::error_code error::code() const noexcept {
  if ((bits_ & 1) == 0) return words().code;
  assert(bits_ != moved_from);
  return static_cast<errc>(bits_ >> 8);
}

fate error::fate() const noexcept {
  return bits_ & 1 ? static_cast<sandpiper::fate>(bits_ >> 1 & 3) : words().fate;
}

std::string_view error::text() const noexcept {
  return bits_ & 1 ? std::string_view{} : std::string_view(words().text);
}

std::string error::message() const {
  const auto of_server = code().category() == server_error_category();
  if (of_server) return "the server answered: " + std::string(text());

  std::string line = code().message();
  if (!text().empty()) line.append(": ").append(text());
  switch (static_cast<errc>(code().value())) {
    case errc::deadline_exceeded:
    case errc::cancelled:
    case errc::maybe_executed:
    case errc::closed: line.append(" (").append(to_string(fate())).append(")"); break;
    default: break;
  }
  return line;
}

error error::with(sandpiper::fate f) const& {
  if (bits_ & 1) return {static_cast<errc>(bits_ >> 8), f};
  return error(new record{code(), f, std::string(text())});
}

error error::at(std::string_view place) const& {
  std::string told(place);
  if (!text().empty()) told.append(": ").append(text());
  return error(new record{code(), fate(), std::move(told)});
}

}  // namespace sandpiper
