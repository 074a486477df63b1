#pragma once
// What the connections of a client have done, and how they are at the moment.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sandpiper/base/error.hpp"
#include "sandpiper/net/counters.hpp"
#include "sandpiper/net/endpoint.hpp"
#include "sandpiper/net/histogram.hpp"

namespace sandpiper {

enum class connection_state : std::uint8_t {
  connecting,  // an attempt is under way, greeting included
  ready,
  waiting,  // for the next attempt
  closed,
};

[[nodiscard]] std::string_view to_string(connection_state s) noexcept;

/// How many commands failed, by why. Errors that a caller makes of a sound reply (wrong_type) are
/// not among them. A value.
struct failure_counts {
  static constexpr std::size_t codes_max = 64;

  std::array<std::uint64_t, codes_max> ours{};       // by errc
  std::array<std::uint64_t, codes_max> of_server{};  // by server_errc: replies that are errors

  [[nodiscard]] std::uint64_t of(errc why) const noexcept {
    return ours[static_cast<std::size_t>(why)];
  }
  [[nodiscard]] std::uint64_t of(server_errc why) const noexcept {
    return of_server[static_cast<std::size_t>(why)];
  }
  [[nodiscard]] std::uint64_t total() const noexcept;

  failure_counts& operator+=(const failure_counts& other) noexcept;
};

/// One connection, through all that it lost and made anew. A value: a snapshot, whose numbers may
/// be a moment apart.
struct connection_metrics {
  endpoint place = {};
  std::string_view role = {};  // "commands", or what else it is for; a literal
  connection_state state = connection_state::closed;

  // So far; these only grow.
  counters totals = {};
  failure_counts failures = {};

  /// From the write that handed a command over to the read that brought its reply. What a command
  /// waited before that write is not in it.
  histogram round_trips = {};

  // At the moment.
  std::uint64_t in_flight = 0;      // commands sent, or about to be, and not answered
  std::uint64_t pending = 0;        // commands submitted and not complete: these and those behind
  std::uint64_t pending_bytes = 0;  // of them

  connection_metrics& operator+=(const connection_metrics& other) noexcept;
};

/// All connections of a client: those that are there, and, added up, those that were.
struct metrics {
  std::vector<connection_metrics> connections = {};
  connection_metrics ended = {};

  /// All of them added up, with the place of the first and its state.
  [[nodiscard]] connection_metrics total() const;
};

}  // namespace sandpiper
