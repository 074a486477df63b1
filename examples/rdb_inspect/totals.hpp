#pragma once
// What a whole snapshot adds up to: for `stats` and for the report.

#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "rdb_inspect/histogram.hpp"
#include "rdb_inspect/measure.hpp"

namespace rdb_inspect {

struct sum {
  std::uint64_t keys = 0;
  std::uint64_t bytes = 0;

  void add(std::uint64_t more_bytes) noexcept {
    ++keys;
    bytes += more_bytes;
  }
};

/// Where a key stands on the way to its expiry.
enum class lifetime : std::uint8_t { expired, hour, day, week, month, longer, never };
inline constexpr std::size_t lifetimes = 7;
[[nodiscard]] std::string_view to_string(lifetime l) noexcept;

struct totals {
  struct of_kind {
    histogram bytes;
    histogram elements;
    std::uint64_t expiring = 0;
  };

  std::map<rdb::kind, of_kind> kinds;
  std::map<std::pair<rdb::kind, rdb::encoding>, sum> encodings;
  std::array<sum, lifetimes> lives{};
  sum all;
  histogram sizes;
  histogram name_lengths;
  histogram idle_s;
  histogram frequencies;

  void add(const key_report& k, std::int64_t now_ms);
};

[[nodiscard]] lifetime lifetime_of(const key_report& k, std::int64_t now_ms) noexcept;

}  // namespace rdb_inspect
