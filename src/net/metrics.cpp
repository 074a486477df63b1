#include "sandpiper/net/metrics.hpp"

#include <numeric>

namespace sandpiper {
namespace {

template <class Array>
void add(Array& to, const Array& other) noexcept {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += other[i];
}

}  // namespace

std::string_view to_string(connection_state s) noexcept {
  switch (s) {
    case connection_state::connecting: return "connecting";
    case connection_state::ready: return "ready";
    case connection_state::waiting: return "waiting";
    case connection_state::closed: return "closed";
  }
  return "unknown";
}

counters& counters::operator+=(const counters& other) noexcept {
  static constexpr std::uint64_t counters::*all[] = {
      &counters::commands, &counters::replies,         &counters::pushes,     &counters::writes,
      &counters::reads,    &counters::written_bytes,   &counters::read_bytes, &counters::connects,
      &counters::losses,   &counters::failed_attempts, &counters::expired,    &counters::withdrawn,
      &counters::refused,  &counters::orphaned,        &counters::driven,     &counters::retried};
  static_assert(sizeof all / sizeof *all == sizeof(counters) / sizeof(std::uint64_t),
                "each counter is in the list");
  for (const auto one : all) this->*one += other.*one;
  return *this;
}

std::uint64_t failure_counts::total() const noexcept {
  const auto ours_in_all = std::accumulate(ours.begin(), ours.end(), std::uint64_t{0});
  return std::accumulate(of_server.begin(), of_server.end(), ours_in_all);
}

failure_counts& failure_counts::operator+=(const failure_counts& other) noexcept {
  add(ours, other.ours);
  add(of_server, other.of_server);
  return *this;
}

connection_metrics& connection_metrics::operator+=(const connection_metrics& other) noexcept {
  totals += other.totals;
  failures += other.failures;
  round_trips += other.round_trips;
  in_flight += other.in_flight;
  pending += other.pending;
  pending_bytes += other.pending_bytes;
  return *this;
}

connection_metrics metrics::total() const {
  connection_metrics all = ended;
  if (!connections.empty()) {
    all.place = connections.front().place;
    all.role = connections.front().role;
    all.state = connections.front().state;
  }
  for (const auto& one : connections) all += one;
  return all;
}

}  // namespace sandpiper
