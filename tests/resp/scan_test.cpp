#include "resp/scan.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace sandpiper::resp {
namespace {

// The text in memory of exactly its size, so that a sanitizer sees what reads beyond it.
class exact {
 public:
  explicit exact(std::string_view text) : bytes_(text.begin(), text.end()) {}
  [[nodiscard]] const char* begin() const { return bytes_.data(); }
  [[nodiscard]] const char* end() const { return bytes_.data() + bytes_.size(); }

 private:
  std::vector<char> bytes_;
};

using length_seen = std::tuple<verdict, std::uint32_t, std::ptrdiff_t>;

// What scan_length says, the length, and how many bytes it took.
length_seen length(std::string_view text) {
  const exact input(text);
  const char* q = input.begin();
  std::uint32_t n = 0;
  const auto v = scan_length(q, input.end(), n);
  return v == verdict::ok ? length_seen{v, n, q - input.begin()} : length_seen{v, 0, 0};
}

verdict length_verdict(std::string_view text) { return std::get<0>(length(text)); }

TEST(ScanLength, TakesExactlyItsOwnBytes) {
  EXPECT_EQ(length("5\r\nhello"), (length_seen{verdict::ok, 5, 3}));
  EXPECT_EQ(length("0\r\n"), (length_seen{verdict::ok, 0, 3}));
  EXPECT_EQ(length("10\r\n"), (length_seen{verdict::ok, 10, 4}));
  EXPECT_EQ(length("99\r\n*"), (length_seen{verdict::ok, 99, 4}));
  EXPECT_EQ(length("123\r\n"), (length_seen{verdict::ok, 123, 5}));
  EXPECT_EQ(length("4294967295\r\n"), (length_seen{verdict::ok, UINT32_MAX, 12}));
}

TEST(ScanLength, KnowsTheNullAndTheUnknown) {
  EXPECT_EQ(length_verdict("-1\r\n"), verdict::null);
  EXPECT_EQ(length_verdict("?\r\n"), verdict::streamed);
}

TEST(ScanLength, EveryBeginningWaits) {
  for (const std::string whole : {"7\r\n", "42\r\n", "4294967295\r\n", "-1\r\n", "?\r\n"}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(length_verdict(whole.substr(0, size)), verdict::more) << whole << size;
    }
  }
}

TEST(ScanLength, RefusesWhatNoServerSends) {
  for (const auto* text : {"\r\n", "+5\r\n", "05\r\n", "00\r\n", "-0\r\n", "-2\r\n", "-12\r\n",
                           "5\n\r\n", "5 \r\n", "?1\r\n", "00000000000000\r\n", "x"}) {
    EXPECT_EQ(length_verdict(text), verdict::bad_length) << text;
  }
  for (const auto* text : {"5\rx", "12\rx", "123\rx", "-1\rx", "?\rx"}) {
    EXPECT_EQ(length_verdict(text), verdict::bad_line_end) << text;
  }
}

TEST(ScanLength, BelievesNothingThatDoesNotFit) {
  EXPECT_EQ(length_verdict("4294967296\r\n"), verdict::many_elements);
  EXPECT_EQ(length_verdict("9999999999\r\n"), verdict::many_elements);
  EXPECT_EQ(length_verdict("10000000000"), verdict::many_elements) << "no end is needed to see it";
}

using integer_seen = std::tuple<verdict, std::int64_t>;

integer_seen integer(std::string_view text) {
  const exact input(text);
  const char* q = input.begin();
  std::uint64_t value = 0;
  const auto v = scan_integer(q, input.end(), value);
  if (v != verdict::ok) return {v, 0};
  EXPECT_EQ(q, input.end()) << text;
  return {v, static_cast<std::int64_t>(value)};
}

TEST(ScanInteger, ReadsEveryNumberOfDigits) {
  std::string digits;
  for (int n = 1; n <= 18; ++n) {
    digits += static_cast<char>('0' + n % 10);
    EXPECT_EQ(integer(digits + "\r\n"), (integer_seen{verdict::ok, std::stoll(digits)}));
    EXPECT_EQ(integer('-' + digits + "\r\n"), (integer_seen{verdict::ok, -std::stoll(digits)}));
  }
}

TEST(ScanInteger, ReadsToTheEndsOf64BitsAndNoFurther) {
  EXPECT_EQ(integer("9223372036854775807\r\n"), (integer_seen{verdict::ok, INT64_MAX}));
  EXPECT_EQ(integer("-9223372036854775808\r\n"), (integer_seen{verdict::ok, INT64_MIN}));
  EXPECT_EQ(integer("+0\r\n"), (integer_seen{verdict::ok, 0}));
  EXPECT_EQ(integer("-0\r\n"), (integer_seen{verdict::ok, 0}));
  for (const auto* text :
       {"9223372036854775808\r\n", "-9223372036854775809\r\n", "18446744073709551615\r\n",
        "18446744073709551616\r\n", "36893488147419103233\r\n", "99999999999999999999999\r\n"}) {
    EXPECT_EQ(std::get<0>(integer(text)), verdict::bad_integer) << text;
  }
}

// Eight bytes are looked at in one; each place of the eight is tried with what is no digit there.
TEST(ScanInteger, SeesAByteThatIsNoDigitAtEveryPlace) {
  const std::string digits = "1234567890123456";
  for (std::size_t at = 0; at < digits.size(); ++at) {
    for (const char c : {'/', ':', ' ', '\0', '\x7f', '\xb1', '\xff', '\n'}) {
      auto text = digits;
      text[at] = c;
      EXPECT_EQ(std::get<0>(integer(text + "\r\n")), verdict::bad_integer) << at << ' ' << int{c};
    }
  }
}

TEST(ScanInteger, EveryBeginningWaits) {
  for (const std::string whole : {"1\r\n", "-12345678\r\n", "+123456789\r\n"}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(std::get<0>(integer(whole.substr(0, size))), verdict::more) << whole << size;
    }
  }
}

TEST(ScanInteger, AHeaderLineHasAnEnd) {
  constexpr auto digits_max = static_cast<std::size_t>(header_bytes_max) - 3;
  EXPECT_EQ(std::get<0>(integer(std::string(digits_max, '0'))), verdict::more);
  EXPECT_EQ(std::get<0>(integer(std::string(digits_max + 1, '0'))), verdict::long_header);
}

TEST(ScanLine, LooksAtNoByteTwice) {
  const std::string text = "some text\r\n";
  std::size_t searched = 0;
  std::string_view line;
  for (std::size_t size = 0; size < text.size(); ++size) {
    const exact input(text.substr(0, size));
    const char* q = input.begin();
    EXPECT_EQ(scan_line(q, input.end(), 100, searched, line), verdict::more);
    EXPECT_EQ(searched, std::min<std::size_t>(size, 9)) << "all that is no CR";
  }
  const exact input(text);
  const char* q = input.begin();
  EXPECT_EQ(scan_line(q, input.end(), 100, searched, line), verdict::ok);
  EXPECT_EQ(line, "some text");
  EXPECT_EQ(q, input.end());
}

verdict line_verdict(std::string_view text, std::uint32_t bytes_max) {
  const exact input(text);
  const char* q = input.begin();
  std::size_t searched = 0;
  std::string_view line;
  return scan_line(q, input.end(), bytes_max, searched, line);
}

TEST(ScanLine, ALineHasALimitThatDoesNotCountItsEnd) {
  EXPECT_EQ(line_verdict("abcd\r\n", 4), verdict::ok);
  EXPECT_EQ(line_verdict("abcd\r", 4), verdict::more);
  EXPECT_EQ(line_verdict("abcd", 4), verdict::more);
  EXPECT_EQ(line_verdict("abcde", 4), verdict::long_line);
  EXPECT_EQ(line_verdict("abcde\r\n", 4), verdict::long_line);
  EXPECT_EQ(line_verdict("", 0), verdict::more);
  EXPECT_EQ(line_verdict("\r\n", 0), verdict::ok);
}

// Fed byte by byte, the limit is met before the LF behind it: whole it must be the same.
TEST(ScanLine, TheFirstFaultCounts) {
  EXPECT_EQ(line_verdict("abcdef\nx\r\n", 4), verdict::long_line);
  EXPECT_EQ(line_verdict("abcd\nx\r\n", 4), verdict::bad_line_end);
  EXPECT_EQ(line_verdict("ab\nc\r\n", 4), verdict::bad_line_end);
  EXPECT_EQ(line_verdict("ab\rc\r\n", 4), verdict::bad_line_end);
}

double number(std::string_view text) {
  double d = -77;
  EXPECT_TRUE(parse_number(text, d)) << text;
  return d;
}

TEST(ParseNumber, ReadsTheDocumentedGrammarAndWhatServersSend) {
  EXPECT_EQ(number("0"), 0);
  EXPECT_EQ(number("1.25"), 1.25);
  EXPECT_EQ(number("+1.25e2"), 125);
  EXPECT_EQ(number("-1E-2"), -0.01);
  EXPECT_EQ(number("007"), 7);
  EXPECT_EQ(number("inf"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(number("+inf"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(number("-inf"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::signbit(number("-0.0")));
  for (const auto* nan : {"nan", "-nan", "+nan", "NaN", "-NAN", "nan(0x8)", "nan()"}) {
    EXPECT_TRUE(std::isnan(number(nan))) << nan;
  }
  EXPECT_EQ(number("1.7976931348623157e308"), std::numeric_limits<double>::max());
}

TEST(ParseNumber, RefusesTheRest) {
  double d = 0;
  for (const auto* text : {"",    "+",        "-",    ".",  ".5",   "5.",   "-.5",  "1.e3", "1e",
                           "1e+", "e1",       "1.5x", " 1", "1 ",   "0x10", "1,5",  "--1",  "+-1",
                           "INF", "infinity", "in",   "na", "nan(", "nan)", "nanx", "1_0"}) {
    EXPECT_FALSE(parse_number(text, d)) << text;
  }
}

// A double too large is refused, one too small is rounded: both have one code in from_chars.
TEST(ParseNumber, TellsTooLargeFromTooSmall) {
  double d = 0;
  for (const std::string text : {"1e309", "-1e309", "1e999999999999", "0.001e400"}) {
    EXPECT_FALSE(parse_number(text, d)) << text;
  }
  EXPECT_FALSE(parse_number(std::string(400, '9'), d));
  EXPECT_EQ(number("1e-400"), 0);
  EXPECT_EQ(number("1e-999999999999"), 0);
  EXPECT_EQ(number("0." + std::string(400, '0') + "1"), 0);
  EXPECT_EQ(number("1000e-400"), 0);
  EXPECT_TRUE(std::signbit(number("-1e-400")));
  EXPECT_EQ(number("0e999999999999"), 0);
}

TEST(BigNumber, IsDigitsBehindAtMostOneSign) {
  for (const auto* text : {"0", "123", "-123", "+123", "00", "-0"}) {
    EXPECT_TRUE(is_big_number(text)) << text;
  }
  for (const auto* text : {"", "-", "+", "--1", "+-1", "1.5", "0x1F", " 1", "1 ", "1e3"}) {
    EXPECT_FALSE(is_big_number(text)) << text;
  }
}

TEST(Verdict, EveryBreakHasItsWords) {
  for (auto v = verdict::ok; v <= verdict::deep;
       v = static_cast<verdict>(static_cast<std::uint8_t>(v) + 1)) {
    const std::string_view words = to_string(v);
    EXPECT_NE(words, "unknown");
    EXPECT_EQ(words == "no error", !is_break(v));
  }
  EXPECT_EQ(to_string(static_cast<verdict>(255)), std::string_view("unknown"));
}

}  // namespace
}  // namespace sandpiper::resp
