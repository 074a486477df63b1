#include "rdb/score.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace sandpiper::rdb {
namespace {

constexpr std::array<double, 16> tens = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// Up to 15 digits with a point among them: both parts are exact, so their quotient is rounded once.
bool parse_short(std::string_view text, double& score) noexcept {
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 15 || text.back() == '.') return false;

  long long digits = 0;
  std::size_t fraction = text.size();  // digits behind the point; none seen yet
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' && i != 0 && fraction == text.size()) {
      fraction = text.size() - 1 - i;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return false;
    digits = digits * 10 + (text[i] - '0');
  }
  if (fraction == text.size()) fraction = 0;
  score = static_cast<double>(digits) / tens[fraction];
  if (negative) score = -score;
  return true;
}

}  // namespace

bool parse_score(std::string_view text, double& score) noexcept {
  if (text.empty()) return false;
  if (parse_short(text, score)) return true;
  if (text.front() == '+' && !text.starts_with("+-")) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, score);
  return parsed.ec == std::errc{} && parsed.ptr == end && !std::isnan(score);
}

bool parse_score(const item& entry, double& score) noexcept {
  if (entry.is_text()) return parse_score(entry.bytes(), score);
  if (!entry.is_integer()) return false;
  score = static_cast<double>(entry.number());
  return true;
}

}  // namespace sandpiper::rdb
