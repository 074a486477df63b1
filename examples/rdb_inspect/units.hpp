#pragma once
// Sizes, spans of time and fractions as people write them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rdb_inspect {

/// "10", "1KB", "1.5MB", "2GiB": powers of 1024 all.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);
/// "90" and "90s", "10ms", "5m", "2h", "7d", "3w": in milliseconds.
[[nodiscard]] std::optional<std::int64_t> parse_span(std::string_view text);
/// "1/100" is 100; "1" and "1/1" are 1.
[[nodiscard]] std::optional<std::uint64_t> parse_fraction(std::string_view text);

/// "1.5 MB"
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);
/// "2d 3h", "45s", "120ms"
[[nodiscard]] std::string human_span(std::int64_t ms);
/// "2026-11-24T21:38:29Z"
[[nodiscard]] std::string iso_time(std::int64_t unix_s);

}  // namespace rdb_inspect
