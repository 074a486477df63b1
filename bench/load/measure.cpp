#include "load/measure.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <thread>

#include "support/alloc_count.hpp"

namespace load {
namespace {

double seconds_of(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

bool pin(int pid, std::size_t core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  return ::sched_setaffinity(pid, sizeof set, &set) == 0;
}

}  // namespace

std::string key_of(std::size_t i) {
  char text[16];
  std::snprintf(text, sizeof text, "key:%04zu", i % keys);
  return text;
}

std::string value_of(std::size_t i) {
  char text[24];
  std::snprintf(text, sizeof text, "value-of-%07zu", i % keys);
  return text;
}

meter::meter()
    : begun_(clock::now()), cpu_(cpu_seconds()), allocations_(bench::allocated().calls) {}

void meter::stop(outcome& into) const {
  into.seconds = std::chrono::duration<double>(clock::now() - begun_).count();
  into.cpu_seconds = cpu_seconds() - cpu_;
  into.allocations = bench::allocated().calls - allocations_;
}

figures summary(const std::vector<outcome>& runs) {
  const auto each = [&](const std::function<double(const outcome&)>& of) {
    std::vector<double> values;
    for (const auto& run : runs) values.push_back(of(run));
    return values;
  };
  const auto per_operation = [&](auto member) {
    return quantile(each([&](const outcome& o) {
                      return static_cast<double>(o.*member) / static_cast<double>(o.operations);
                    }),
                    0.5);
  };
  const auto speeds =
      each([](const outcome& o) { return static_cast<double>(o.operations) / o.seconds; });
  const auto cpu = each(
      [](const outcome& o) { return o.cpu_seconds * 1e9 / static_cast<double>(o.operations); });
  return {
      .operations_per_s = quantile(speeds, 0.5),
      .best_operations_per_s = quantile(speeds, 1),
      .cpu_ns = quantile(cpu, 0.5),
      .best_cpu_ns = quantile(cpu, 0),
      .sends = per_operation(&outcome::sends),
      .receives = per_operation(&outcome::receives),
      .allocations = per_operation(&outcome::allocations),
      .p50_us = quantile(each([](const outcome& o) { return quantile(o.latencies_us, 0.5); }), 0.5),
      .p99_us =
          quantile(each([](const outcome& o) { return quantile(o.latencies_us, 0.99); }), 0.5)};
}

bool part_company(int server_pid) {
  if (std::thread::hardware_concurrency() < 2) return false;
  return pin(server_pid, 0) && pin(0, 1);
}

}  // namespace load
