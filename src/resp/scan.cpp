#include "resp/scan.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <system_error>

namespace sandpiper::resp {
namespace {

constexpr std::size_t length_digits_max = 10;  // "4294967295"

// The input must go on with `text`; `q` is moved behind it.
verdict expect(const char*& q, const char* end, std::string_view text, verdict otherwise) noexcept {
  for (const char wanted : text) {
    if (q == end) return verdict::more;
    if (*q != wanted) return otherwise;
    ++q;
  }
  return verdict::ok;
}

verdict expect_line_end(const char*& q, const char* end, verdict otherwise) noexcept {
  if (q != end && *q != '\r') return otherwise;
  return expect(q, end, "\r\n", verdict::bad_line_end);
}

// The magnitude; saturates at the largest 64-bit value, which is none of ours.
std::uint64_t digits_of(const char*& q, const char* end) noexcept {
  std::uint64_t value = 0;
  if (end - q >= 8) q += eight_digits(q, value);
  for (; q != end && digit(*q) < 10; ++q) {
    const std::uint64_t d = digit(*q);
    constexpr auto max = std::numeric_limits<std::uint64_t>::max();
    value = value > (max - d) / 10 ? max : value * 10 + d;
  }
  return value;
}

bool equal_without_case(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

// What libc prints for NaN, which servers before 7.2 pass on: "-nan", "nan(0x8...)", any case.
bool is_nan(std::string_view text) noexcept {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (!equal_without_case(text.substr(0, 3), "nan")) return false;
  text.remove_prefix(3);
  return text.empty() || (text.size() >= 2 && text.front() == '(' && text.back() == ')');
}

// Which power of ten the first digit that is not 0 stands for; from_chars has one code for a double
// that is too large and one that is too small.
std::int64_t power_of_ten(std::string_view text) noexcept {
  const auto mantissa = text.substr(0, text.find_first_of("eE"));
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  const std::int64_t own = first < point ? point - first - 1 : point - first;
  if (mantissa.size() == text.size()) return own;

  const bool negative = text[mantissa.size() + 1] == '-';
  std::int64_t exponent = 0;
  for (const char c : text.substr(mantissa.size() + 1)) {
    if (digit(c) < 10 && exponent < 1'000'000'000) exponent = exponent * 10 + digit(c);
  }
  return own + (negative ? -exponent : exponent);
}

}  // namespace

verdict scan_length(const char*& q, const char* end, std::uint32_t& n) noexcept {
  if (q == end) return verdict::more;
  if (*q == '-' || *q == '?') {
    const auto found = *q == '-' ? verdict::null : verdict::streamed;
    const auto seen = expect(q, end, found == verdict::null ? "-1" : "?", verdict::bad_length);
    if (seen != verdict::ok) return seen;
    const auto ended = expect_line_end(q, end, verdict::bad_length);
    return ended == verdict::ok ? found : ended;
  }

  const char* const first = q;
  std::uint64_t value = 0;
  for (; q != end && digit(*q) < 10; ++q) {
    if (q - first == length_digits_max) {
      return *first == '0' ? verdict::bad_length : verdict::many_elements;
    }
    value = value * 10 + digit(*q);
  }
  if (q - first > 1 && *first == '0') return verdict::bad_length;
  if (q == end) return verdict::more;
  if (q == first) return verdict::bad_length;
  if (value > std::numeric_limits<std::uint32_t>::max()) return verdict::many_elements;
  n = static_cast<std::uint32_t>(value);
  return expect_line_end(q, end, verdict::bad_length);
}

verdict scan_integer(const char*& q, const char* end, std::uint64_t& value) noexcept {
  const char* const first = q;
  const bool negative = q != end && *q == '-';
  if (q != end && (*q == '-' || *q == '+')) ++q;

  const char* const digits = q;
  const std::uint64_t magnitude = digits_of(q, end);
  if (q - first > header_bytes_max - 3) return verdict::long_header;
  if (magnitude > std::uint64_t{INT64_MAX} + (negative ? 1 : 0)) return verdict::bad_integer;
  if (q == end) return verdict::more;
  if (q == digits) return verdict::bad_integer;
  value = negative ? 0 - magnitude : magnitude;
  return expect_line_end(q, end, verdict::bad_integer);
}

verdict scan_line(const char*& q, const char* end, std::uint32_t bytes_max, std::size_t& searched,
                  std::string_view& line) noexcept {
  // No further than the limit, so that the verdict does not hang on how much came at once.
  const char* const last =
      end - q > std::ptrdiff_t{bytes_max} ? q + std::ptrdiff_t{bytes_max} + 1 : end;
  const char* const from = q + searched;
  const auto left = static_cast<std::size_t>(last - from);
  const auto* cr = left == 0 ? nullptr : static_cast<const char*>(std::memchr(from, '\r', left));
  const char* const stop = cr ? cr : last;
  if (stop != from && std::memchr(from, '\n', static_cast<std::size_t>(stop - from))) {
    return verdict::bad_line_end;
  }
  const auto length = static_cast<std::size_t>(stop - q);
  if (length > bytes_max) return verdict::long_line;
  if (cr == nullptr || cr + 1 == end) {
    searched = length;
    return verdict::more;
  }
  if (cr[1] != '\n') return verdict::bad_line_end;
  line = {q, length};
  q = cr + 2;
  return verdict::ok;
}

verdict scan_null(const char*& q, const char* end) noexcept {
  return expect_line_end(q, end, verdict::bad_null);
}

verdict scan_boolean(const char*& q, const char* end, std::uint64_t& value) noexcept {
  if (q == end) return verdict::more;
  if (*q != 't' && *q != 'f') return verdict::bad_boolean;
  value = *q == 't' ? 1 : 0;
  ++q;
  return expect_line_end(q, end, verdict::bad_boolean);
}

bool parse_number(std::string_view line, double& value) noexcept {
  const bool negative = line.starts_with('-');
  auto text = line.substr(negative || line.starts_with('+') ? 1 : 0);
  if (text == "inf") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    value = negative ? -infinity : infinity;
    return true;
  }
  if (is_nan(line)) {
    value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  // from_chars alone would also take ".5" and "5.".
  const auto point = text.find('.');
  if (text.empty() || digit(text.front()) > 9) return false;
  if (point != text.npos && (point + 1 == text.size() || digit(text[point + 1]) > 9)) return false;

  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (stop != text.data() + text.size()) return false;
  if (failed == std::errc::result_out_of_range) {
    if (power_of_ten(text) > 0) return false;
    value = 0;
  }
  if (negative) value = -value;
  return true;
}

bool is_big_number(std::string_view line) noexcept {
  if (line.starts_with('-') || line.starts_with('+')) line.remove_prefix(1);
  return !line.empty() && line.find_first_not_of("0123456789") == line.npos;
}

const char* to_string(verdict v) noexcept {
  switch (v) {
    case verdict::ok:
    case verdict::null:
    case verdict::streamed:
    case verdict::more: return "no error";
    case verdict::bad_type: return "no RESP value begins with this byte";
    case verdict::bad_line_end: return "a line must end with CRLF and hold neither CR nor LF";
    case verdict::bad_length: return "a length must be canonical decimal";
    case verdict::bad_integer: return "not an integer of 64 bits";
    case verdict::bad_big_number: return "not a big number";
    case verdict::bad_number: return "not a double";
    case verdict::bad_boolean: return "a boolean must be #t or #f";
    case verdict::bad_null: return "a null must be an underscore and CRLF";
    case verdict::bad_verbatim:
      return "a verbatim string must begin with three letters and a colon";
    case verdict::bad_payload_end: return "the payload is not followed by CRLF where it should end";
    case verdict::bad_push: return "a push must begin with a string";
    case verdict::bad_stream: return "a streamed value is not formed as it must be";
    case verdict::bad_attribute: return "an attribute must be followed by the value it annotates";
    case verdict::long_header: return "a header line is longer than any server sends";
    case verdict::long_line: return "a line is longer than limits::line_bytes_max";
    case verdict::large_bulk: return "a string is longer than limits::bulk_bytes_max";
    case verdict::many_elements: return "a count is over limits::elements_max";
    case verdict::deep: return "aggregates are nested deeper than limits::depth_max";
  }
  return "unknown";
}

}  // namespace sandpiper::resp
