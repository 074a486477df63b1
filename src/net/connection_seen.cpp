// The part of a connection that is for those who look on.

#include <algorithm>
#include <chrono>
#include <string>

#include "net/connection.hpp"

namespace sandpiper::net {
namespace {

connection_state shown(connection::state s) noexcept {
  using state = connection::state;
  switch (s) {
    case state::idle:
    case state::dialing:
    case state::greeting: return connection_state::connecting;
    case state::ready: return connection_state::ready;
    case state::paused: return connection_state::waiting;
    case state::closed: break;
  }
  return connection_state::closed;
}

severity severity_of(connection_event::kind what, std::error_code code) noexcept {
  switch (what) {
    case connection_event::kind::connecting:
    case connection_event::kind::closed: return severity::debug;
    case connection_event::kind::ready: return severity::info;
    case connection_event::kind::lost: return severity::warning;
    case connection_event::kind::attempt_failed: break;
  }
  const bool stays = code == errc::tls_failed || code == errc::handshake_failed;
  return stays ? severity::error : severity::warning;
}

}  // namespace

connection_metrics connection::seen() const {
  const auto pending = pending_.load(std::memory_order_relaxed);
  connection_metrics m;
  m.place = what_.place;
  m.role = what_.role;
  m.state = shown(state_.load(std::memory_order_relaxed));
  m.totals = tally_.snapshot();
  m.failures = tally_.failures();
  m.round_trips = round_trips_.snapshot();
  m.in_flight = tally_.in_flight.get();
  m.pending = pending >> bytes_bits;
  m.pending_bytes = pending & ((std::uint64_t{1} << bytes_bits) - 1);
  return m;
}

// --- commands ------------------------------------------------------------------------------------

void connection::note_reply(const wire::request& r, std::uint32_t index,
                            const resp::reply_view& reply) noexcept {
  std::error_code why;
  if (reply.is_error()) {
    const auto kind = server_errc_of(reply.text());
    tally_.refused_by_server[static_cast<std::size_t>(kind)].add(1);
    why = kind;
  }
  if (what_.observer) tell_end(r, index, why, fate::answered);
}

void connection::note_failure(const wire::request& r, std::uint32_t index,
                              const error& why) noexcept {
  const auto code = why.code();
  auto& kind = code.category() == error_category() ? tally_.failed : tally_.refused_by_server;
  kind[static_cast<std::size_t>(code.value())].add(1);
  if (what_.observer) tell_end(r, index, code, why.fate());
}

void connection::tell_start(wire::request& r) const noexcept {
  r.observed_since = std::chrono::steady_clock::now();
  r.observed = what_.observer->on_start({{what_.place, what_.role}, r.commands()});
}

void connection::tell_end(const wire::request& r, std::uint32_t index, std::error_code why,
                          fate f) const noexcept {
  what_.observer->on_end(r.observed, seen_command(r.commands()[index]),
                         {.index = index,
                          .last = index + 1 == r.count(),
                          .took = std::chrono::steady_clock::now() - r.observed_since,
                          .why = why,
                          .fate = f});
}

void connection::note_push(const resp::reply_view& push) noexcept {
  const auto kind = push.empty() ? std::string_view() : push[0].text();
  what_.observer->on_push({{what_.place, what_.role}, kind, push.size()});
}

// --- the connection ------------------------------------------------------------------------------

void connection::note(connection_event::kind what, std::string_view why, std::error_code code) {
  if (what_.observer) what_.observer->on_connection({what, {what_.place, what_.role}, code, why});
  if (what_.log.tell != nullptr) write_log(what, why, code);
}

void connection::write_log(connection_event::kind what, std::string_view why,
                           std::error_code code) const {
  auto line = to_string(what_.place) + " (" + std::string(what_.role) + "): ";
  line += to_string(what);
  if (what == connection_event::kind::ready) line += protocol() == 3 ? ", RESP3" : ", RESP2";
  if (!why.empty()) line.append(": ").append(why);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  what_.log.tell(what_.log.context, severity_of(what, code), line);
}

}  // namespace sandpiper::net
