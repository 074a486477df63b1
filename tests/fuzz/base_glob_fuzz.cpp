// Any bytes as a pattern against any bytes as a subject: the compiled matcher must agree with a
// plain table of "does this much of the pattern match that much of the subject".
//
// Input      pattern, one 0xfe byte, subject; without a 0xfe the whole input is the pattern

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "sandpiper/base/glob.hpp"

namespace {

// One step of a pattern: a star, or a set of bytes that are taken.
struct step {
  bool star = false;
  std::vector<bool> takes = std::vector<bool>(256, false);

  void take(char one, char other) {
    const int low =
        std::min<signed char>(static_cast<signed char>(one), static_cast<signed char>(other));
    const int high =
        std::max<signed char>(static_cast<signed char>(one), static_cast<signed char>(other));
    for (int byte = low; byte <= high; ++byte) takes[static_cast<unsigned char>(byte)] = true;
  }
};

std::size_t read_class(std::string_view p, std::size_t i, step& into) {
  const bool inverted = i < p.size() && p[i] == '^';
  if (inverted) ++i;
  while (i < p.size() && p[i] != ']') {
    if (p[i] == '\\' && p.size() - i >= 2) {
      into.take(p[i + 1], p[i + 1]);
      i += 2;
    } else if (p.size() - i >= 3 && p[i + 1] == '-') {
      into.take(p[i], p[i + 2]);
      i += 3;
    } else {
      into.take(p[i], p[i]);
      ++i;
    }
  }
  if (inverted) into.takes.flip();
  return i + 1;
}

std::vector<step> read_pattern(std::string_view p) {
  std::vector<step> steps;
  for (std::size_t i = 0; i < p.size();) {
    step next;
    if (p[i] == '*') {
      next.star = true;
      ++i;
    } else if (p[i] == '?') {
      next.takes.flip();
      ++i;
    } else if (p[i] == '[') {
      i = read_class(p, i + 1, next);
    } else {
      if (p[i] == '\\' && i + 1 < p.size()) ++i;
      next.take(p[i], p[i]);
      ++i;
    }
    steps.push_back(std::move(next));
  }
  return steps;
}

bool table_says(std::string_view pattern, std::string_view subject) {
  if (subject.empty()) return pattern.empty() || pattern == "*";
  std::vector<bool> row(subject.size() + 1, false);
  row[0] = true;
  for (const auto& step : read_pattern(pattern)) {
    std::vector<bool> next(subject.size() + 1, false);
    next[0] = step.star && row[0];
    for (std::size_t i = 1; i <= subject.size(); ++i) {
      next[i] = step.star ? row[i] || next[i - 1]
                          : row[i - 1] && step.takes[static_cast<unsigned char>(subject[i - 1])];
    }
    row = std::move(next);
  }
  return row.back();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto cut = input.find('\xfe');
  const auto pattern = input.substr(0, cut);
  const auto subject = cut == input.npos ? std::string_view() : input.substr(cut + 1);

  const sandpiper::glob compiled(pattern);
  if (compiled.matches(subject) != table_says(pattern, subject)) std::abort();
  if (compiled.matches(subject) && !subject.starts_with(compiled.literal_prefix())) std::abort();
  return 0;
}
