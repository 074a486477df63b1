#pragma once
// Contenders side by side: they take turns, round after round, so that whatever else the machine
// does meets all of them. Ratios of one race mean something on a busy machine; the times do not.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <vector>

namespace bench {

/// What one operation took, over all rounds.
struct race_time {
  double min_ns = 0;
  double median_ns = 0;
};

/// Time that this thread spent computing; what other threads do does not count.
inline double thread_cpu_ns() noexcept {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

template <class Operation>
double time_of(Operation& operation, std::uint64_t times) {
  const double begin = thread_cpu_ns();
  for (std::uint64_t i = 0; i < times; ++i) operation();
  return thread_cpu_ns() - begin;
}

/// How often `operation` fits into `ns`, at least once.
template <class Operation>
std::uint64_t times_within(Operation& operation, double ns) {
  std::uint64_t times = 1;
  double taken = time_of(operation, times);
  while (taken < ns / 4) {
    times *= 2;
    taken = time_of(operation, times);
  }
  return std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(static_cast<double>(times) * ns / taken));
}

inline race_time summary(std::vector<double>& rounds) {
  std::sort(rounds.begin(), rounds.end());
  return {rounds.front(), rounds[rounds.size() / 2]};
}

inline constexpr std::size_t race_rounds = 11;

/// Runs each contender in each of race_rounds rounds, about `seconds` in all.
template <class... Contender>
std::array<race_time, sizeof...(Contender)> race(double seconds, Contender&... contender) {
  constexpr auto n = sizeof...(Contender);
  const double slice_ns = seconds * 1e9 / static_cast<double>(n * race_rounds);
  const std::array<std::uint64_t, n> times = {times_within(contender, slice_ns)...};
  std::array<std::vector<double>, n> rounds;
  for (std::size_t round = 0; round < race_rounds; ++round) {
    std::size_t i = 0;
    ((rounds[i].push_back(time_of(contender, times[i]) / static_cast<double>(times[i])), ++i), ...);
  }
  std::array<race_time, n> result;
  std::transform(rounds.begin(), rounds.end(), result.begin(), summary);
  return result;
}

/// The option --benchmark_min_time=SECONDS, which the benchmarks understand too: here the time that
/// each race may take.
inline double race_seconds(int argc, char** argv, double otherwise) {
  constexpr std::string_view option = "--benchmark_min_time=";
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]).starts_with(option)) return std::atof(argv[i] + option.size());
  }
  return otherwise;
}

}  // namespace bench
