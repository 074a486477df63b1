#pragma once
// What may follow the '?' of an address, and the small tools that read and write its text.

#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sandpiper/client/options.hpp"

namespace sandpiper::url {

/// One known name. `read` answers false when the value is not what `expects` says; `write` answers
/// the value that `read` takes, or nothing when the option has its default.
struct parameter {
  std::string_view name;
  bool needs_tls;
  bool (*read)(const std::string& value, options& into);
  std::string (*write)(const options& from);
  std::string_view expects;
};

extern const std::array<parameter, 11> parameters_known;

/// Null when there is none.
[[nodiscard]] const parameter* find_parameter(std::string_view name);

[[nodiscard]] std::string_view nearest_parameter(std::string_view name);

/// The known word that takes the fewest edits (a byte more, less or another) to become `word`; of
/// equals the first. Requires a known one. Only the first 32 bytes of either are looked at.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> known);

/// Without its percent escapes; none when one of them is not '%' and two hexadecimal digits, or
/// stands for NUL.
[[nodiscard]] std::optional<std::string> decoded(std::string_view text);

inline constexpr std::string_view bad_escape =
    "a '%' is not followed by two hexadecimal digits, or stands for NUL; a '%' itself is %25";

/// Escapes what is not printable ASCII, '%', '@', '#' and the bytes of `also`.
[[nodiscard]] std::string encoded(std::string_view text, std::string_view also);

/// A decimal number without sign that is all of `text`. `into` is untouched when it is not.
template <class Number>
[[nodiscard]] bool read_whole(std::string_view text, Number& into) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  Number number{};
  const auto* const last = text.data() + text.size();
  const auto [end, why] = std::from_chars(text.data(), last, number);
  if (end != last || why != std::errc()) return false;
  into = number;
  return true;
}

}  // namespace sandpiper::url
