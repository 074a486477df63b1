#pragma once
// What the server takes for an integer, a float, a stream id; and how it says that it was none.
// Texts of others: every byte may be anything.

#include <cstdint>
#include <string_view>

#include "sandpiper/store/value.hpp"

namespace sandpiper::local {

inline constexpr std::string_view wrong_type =
    "WRONGTYPE Operation against a key holding the wrong kind of value";
inline constexpr std::string_view not_an_integer = "ERR value is not an integer or out of range";
inline constexpr std::string_view syntax_error = "ERR syntax error";
inline constexpr std::string_view not_a_float = "ERR min or max is not a float";
inline constexpr std::string_view not_a_lex_bound = "ERR min or max not valid string range item";
inline constexpr std::string_view not_a_stream_id =
    "ERR Invalid stream ID specified as stream command argument";

/// Whether `text` is `upper`, whatever its case. `upper`: capital letters.
[[nodiscard]] bool is_word(std::string_view text, std::string_view upper) noexcept;

/// In the one form the server writes itself: no blanks, no '+', no needless zeros.
[[nodiscard]] bool parse_integer(std::string_view text, std::int64_t& number) noexcept;

/// As strtod() reads it in the C locale, to the first zero byte: "", "inf", " 1", "0x1p4" are
/// numbers. A NaN is not.
[[nodiscard]] bool parse_float(std::string_view text, double& number);

/// A bound of scores: "(1" leaves 1 out.
struct score_bound {
  double score = 0;
  bool open = false;
};
[[nodiscard]] bool parse_score_bound(std::string_view text, score_bound& bound);

/// A bound of members: "[a" with a, "(a" without, "-" before all, "+" behind all.
struct lex_bound {
  enum class place : std::uint8_t { lowest, at, highest };

  std::string_view member;
  place where = place::at;
  bool open = false;
};
[[nodiscard]] bool parse_lex_bound(std::string_view text, lex_bound& bound) noexcept;

/// Whether a member stands at or behind a bound from below; at or before one from above.
[[nodiscard]] bool reaches(std::string_view member, const lex_bound& from) noexcept;
[[nodiscard]] bool stays_below(std::string_view member, const lex_bound& to) noexcept;

/// "5-3"; "5", whose sequence is then `sequence`; "-" and "+", the first and the last of all,
/// unless `strict`.
[[nodiscard]] bool parse_stream_id(std::string_view text, std::uint64_t sequence, bool strict,
                                   store::stream_id& id) noexcept;

}  // namespace sandpiper::local
