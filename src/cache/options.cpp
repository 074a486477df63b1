#include "sandpiper/cache/options.hpp"

#include <cstdint>
#include <string_view>

namespace sandpiper::cache {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds time_max = std::chrono::hours(24);
constexpr std::size_t budget_bytes_min = std::size_t{1} << 20;
constexpr std::size_t shards_max = 256;
constexpr std::size_t prefixes_max = 64;

struct span_rule {
  std::string_view field;
  milliseconds value;
  milliseconds min;
  milliseconds max;
};

result<void> check_span(const span_rule& rule) {
  if (rule.min <= rule.value && rule.value <= rule.max) return {};
  return error(errc::bad_request, std::string(rule.field) + " is " +
                                      std::to_string(rule.value.count()) + " ms; give " +
                                      std::to_string(rule.min.count()) + " to " +
                                      std::to_string(rule.max.count()));
}

result<void> check_count(std::string_view field, std::size_t value, std::size_t min,
                         std::size_t max) {
  if (min <= value && value <= max) return {};
  return error(errc::bad_request, std::string(field) + " is " + std::to_string(value) + "; give " +
                                      std::to_string(min) + " to " + std::to_string(max));
}

// The server refuses prefixes of which one begins another: it would tell of a key twice.
result<void> check_prefixes(const std::vector<std::string>& prefixes) {
  if (auto few = check_count("broadcast_prefixes", prefixes.size(), 0, prefixes_max); !few) {
    return few;
  }
  for (const auto& one : prefixes) {
    for (const auto& other : prefixes) {
      if (&one == &other || !other.starts_with(one)) continue;
      return error(errc::bad_request, "broadcast_prefixes has \"" + one + "\", with which \"" +
                                          other + "\" begins, too; leave the longer one out");
    }
  }
  return {};
}

}  // namespace

result<void> options::check() const {
  constexpr milliseconds one{1};
  const span_rule spans[] = {
      {"ttl_max", ttl_max, one, time_max},
      {"absent_ttl_max", absent_ttl_max, milliseconds(0), time_max},
      {"hash_ttl_max", hash_ttl_max, milliseconds(0), time_max},
      {"lease", lease, milliseconds(20), time_max},
      {"probe_interval", probe_interval, milliseconds(5), lease / 2},
      {"past_the_lease", past_the_lease.span(), milliseconds(0), time_max},
  };
  for (const auto& rule : spans) {
    if (auto sane = check_span(rule); !sane) return sane;
  }
  if (auto sane = check_count("budget_bytes", budget_bytes, budget_bytes_min, SIZE_MAX); !sane) {
    return sane;
  }
  if (auto sane = check_count("shards", shards, 1, shards_max); !sane) return sane;
  return check_prefixes(broadcast_prefixes);
}

}  // namespace sandpiper::cache
