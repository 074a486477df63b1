#include "rdb_inspect/units.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace rdb_inspect {
namespace {

// The number at the front of `text`, which is taken away; not negative.
std::optional<double> take_number(std::string_view& text) {
  double number = 0;
  const auto [end, why] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (why != std::errc() || !(number >= 0)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

constexpr double exact_max = 9e15;  // whole numbers up to here are doubles

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  double factor = 1;
  if (!text.empty()) {
    const auto place = std::string_view("bkmgt").find(static_cast<char>(text[0] | 0x20));
    if (place == std::string_view::npos) return std::nullopt;
    for (std::size_t i = 0; i < place; ++i) factor *= 1024;
    text.remove_prefix(1);
    if (place > 0 && !text.empty() && text != "b" && text != "B" && text != "iB") {
      return std::nullopt;
    }
    if (place == 0 && !text.empty()) return std::nullopt;
  }
  const double bytes = *number * factor;
  if (bytes > exact_max) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

std::optional<std::int64_t> parse_span(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  double factor = 0;
  if (text.empty() || text == "s") factor = 1000;
  if (text == "ms") factor = 1;
  if (text == "m") factor = 60'000;
  if (text == "h") factor = 3'600'000;
  if (text == "d") factor = 86'400'000;
  if (text == "w") factor = 604'800'000;
  const double ms = *number * factor;
  if (factor == 0 || ms > exact_max) return std::nullopt;
  return static_cast<std::int64_t>(ms);
}

std::optional<std::uint64_t> parse_fraction(std::string_view text) {
  if (text == "1") return 1;
  if (!text.starts_with("1/")) return std::nullopt;
  text.remove_prefix(2);
  std::uint64_t parts = 0;
  const auto [end, why] = std::from_chars(text.data(), text.data() + text.size(), parts);
  if (why != std::errc() || end != text.data() + text.size() || parts == 0) return std::nullopt;
  return parts;
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array units{"B", "KB", "MB", "GB", "TB", "PB", "EB"};
  double amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (amount >= 1024 && unit + 1 < units.size()) amount /= 1024, ++unit;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 || amount >= 100 ? "%.0f %s" : "%.1f %s",
                amount, units[unit]);
  return text.data();
}

std::string human_span(std::int64_t ms) {
  if (ms < 0) return "-" + human_span(ms == INT64_MIN ? INT64_MAX : -ms);
  if (ms < 1000) return std::to_string(ms) + "ms";
  struct unit {
    std::int64_t seconds;
    char letter;
  };
  constexpr std::array units{unit{86'400, 'd'}, unit{3600, 'h'}, unit{60, 'm'}, unit{1, 's'}};
  const auto seconds = ms / 1000;
  std::size_t i = 0;
  while (seconds < units[i].seconds) ++i;
  std::string text = std::to_string(seconds / units[i].seconds) + units[i].letter;
  const auto rest = seconds % units[i].seconds;
  if (i + 1 < units.size() && rest >= units[i + 1].seconds) {
    text += " " + std::to_string(rest / units[i + 1].seconds) + units[i + 1].letter;
  }
  return text;
}

std::string iso_time(std::int64_t unix_s) {
  const std::time_t when = unix_s;
  std::tm parts{};
  std::array<char, 64> text{};
  if (::gmtime_r(&when, &parts) == nullptr ||
      std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
    return std::to_string(unix_s);
  }
  return text.data();
}

}  // namespace rdb_inspect
