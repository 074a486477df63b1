#include "local/words.hpp"

#include <locale.h>  // newlocale, strtod_l

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <system_error>

namespace sandpiper::local {
namespace {

constexpr std::uint64_t none_above = std::numeric_limits<std::uint64_t>::max();

std::string_view to_zero(std::string_view text) noexcept { return text.substr(0, text.find('\0')); }

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Hexadecimal, blanks in front, a plus, and what is too large or too small for a double.
bool parse_odd_float(std::string_view text, double& number) {
  static const locale_t plain = ::newlocale(LC_ALL_MASK, "C", nullptr);
  const std::string copy(text);
  char* end = nullptr;
  number = ::strtod_l(copy.c_str(), &end, plain);
  return end == copy.c_str() + copy.size() && !std::isnan(number);
}

// strtoull(): blanks, a sign, which turns the number around, and any zeros in front of the digits.
bool parse_loosely(std::string_view text, std::uint64_t& number) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const char* const last = text.data() + text.size();
  const auto [end, failed] = std::from_chars(text.data(), last, number);
  if (failed != std::errc() || end != last) return false;
  if (negative) number = 0 - number;
  return true;
}

bool parse_unsigned(std::string_view text, std::uint64_t& number) noexcept {
  std::int64_t with_sign = 0;
  if (!parse_integer(text, with_sign)) return parse_loosely(text, number);
  number = static_cast<std::uint64_t>(with_sign);
  return with_sign >= 0;
}

}  // namespace

bool is_word(std::string_view text, std::string_view upper) noexcept {
  if (text.size() != upper.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c) != upper[i]) return false;
  }
  return true;
}

bool parse_integer(std::string_view text, std::int64_t& number) noexcept {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || digits.front() < '0' || digits.front() > '9') return false;
  if (digits.front() == '0' && text.size() > 1) return false;
  const char* const last = text.data() + text.size();
  const auto [end, failed] = std::from_chars(text.data(), last, number);
  return failed == std::errc() && end == last;
}

bool parse_float(std::string_view text, double& number) {
  text = to_zero(text);
  const char* const last = text.data() + text.size();
  const auto [end, failed] = std::from_chars(text.data(), last, number);
  if (failed == std::errc() && end == last) return !std::isnan(number);
  return parse_odd_float(text, number);
}

bool parse_score_bound(std::string_view text, score_bound& bound) {
  bound.open = text.starts_with('(');
  return parse_float(text.substr(bound.open ? 1 : 0), bound.score);
}

bool parse_lex_bound(std::string_view text, lex_bound& bound) noexcept {
  if (text.empty()) return false;
  switch (text.front()) {
    case '-':
    case '+':
      bound.where = text.front() == '-' ? lex_bound::place::lowest : lex_bound::place::highest;
      return text.size() == 1 || text[1] == '\0';
    case '(':
    case '[': bound = {.member = text.substr(1), .open = text.front() == '('}; return true;
    default: return false;
  }
}

bool reaches(std::string_view member, const lex_bound& from) noexcept {
  if (from.where != lex_bound::place::at) return from.where == lex_bound::place::lowest;
  return from.open ? member > from.member : member >= from.member;
}

bool stays_below(std::string_view member, const lex_bound& to) noexcept {
  if (to.where != lex_bound::place::at) return to.where == lex_bound::place::highest;
  return to.open ? member < to.member : member <= to.member;
}

bool parse_stream_id(std::string_view text, std::uint64_t sequence, bool strict,
                     store::stream_id& id) noexcept {
  constexpr std::size_t bytes_max = 127;
  if (text.size() > bytes_max) return false;
  text = to_zero(text);
  if (text == "-" || text == "+") {
    const auto all = text == "-" ? 0 : none_above;
    id = {all, all};
    return !strict;
  }
  const auto dash = text.find('-');
  if (!parse_unsigned(text.substr(0, dash), id.ms)) return false;
  id.sequence = sequence;
  return dash == std::string_view::npos || parse_unsigned(text.substr(dash + 1), id.sequence);
}

}  // namespace sandpiper::local
