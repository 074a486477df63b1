// Question   what does one match cost, by the kind of matcher: compiled shapes, a backtracking
//            walk, an automaton of bits, std::regex?
// Why        a scan asks this once for each key, a BCAST lane once for each invalidation
// Expect     prefix, suffix and exact under 7 ns, no memory; the rest some tens, and no cliff

#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "sandpiper/base/glob.hpp"

namespace {

using sandpiper::glob;

constexpr std::array patterns = {"user:*", "*:profile", "exact_match", "user:*:profile:*"};
constexpr std::array subjects = {"user:123", "user:123:profile", "cache:session:data"};

// The textbook matcher: walks both, and goes back to the last star when it is stuck.
struct backtracking {
  std::string pattern;
  explicit backtracking(std::string_view text) : pattern(text) {}

  [[nodiscard]] bool matches(std::string_view s) const {
    std::size_t p = 0, i = 0, star = std::string::npos, mark = 0;
    while (i < s.size()) {
      if (p < pattern.size() && pattern[p] == '*') {
        star = p++;
        mark = i;
      } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == s[i])) {
        ++p;
        ++i;
      } else if (star != std::string::npos) {
        p = star + 1;
        i = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
  }
};

// One bit for each place in the pattern, moved on by each byte of the subject.
struct automaton {
  std::array<std::uint64_t, 256> takes{};
  std::uint64_t stays = 0;
  std::uint64_t last = 0;

  explicit automaton(std::string_view pattern) {
    unsigned place = 0;
    for (const char byte : pattern) {
      if (byte == '*') {
        stays |= std::uint64_t{1} << place;
        continue;
      }
      for (unsigned b = 0; b < 256; ++b) {
        if (byte == '?' || static_cast<unsigned char>(byte) == b) {
          takes[b] |= std::uint64_t{1} << place;
        }
      }
      ++place;
    }
    last = std::uint64_t{1} << place;
  }

  [[nodiscard]] bool matches(std::string_view s) const {
    std::uint64_t at = 1;
    for (const char byte : s) {
      at = (at & takes[static_cast<unsigned char>(byte)]) << 1 | (at & stays);
      if (at == 0) return false;
    }
    return (at & last) != 0;
  }
};

struct regular_expression {
  std::regex compiled;
  explicit regular_expression(std::string_view pattern) : compiled(translated(pattern)) {}

  static std::string translated(std::string_view pattern) {
    std::string out;
    for (const char byte : pattern) {
      if (byte == '*') out += '.';
      out += byte == '?' ? '.' : byte;
    }
    return out;
  }
  [[nodiscard]] bool matches(std::string_view s) const {
    return std::regex_match(s.begin(), s.end(), compiled);
  }
};

template <class Matcher>
bool agrees(const Matcher& matcher, std::string_view pattern, std::string_view subject) {
  return matcher.matches(subject) == glob(pattern).matches(subject);
}

template <class Matcher>
void match_pattern(benchmark::State& state) {
  const std::string pattern = patterns[static_cast<std::size_t>(state.range(0))];
  const Matcher matcher(pattern);
  std::vector<std::string> keys(subjects.begin(), subjects.end());
  for (const auto& key : keys) {
    if (!agrees(matcher, pattern, key)) return state.SkipWithError("contenders disagree");
  }
  std::size_t next = 0;
  for (auto _ : state) {
    bool hit = matcher.matches(keys[next]);
    benchmark::DoNotOptimize(hit);
    if (++next == keys.size()) next = 0;
  }
  state.SetLabel(pattern);
}
BENCHMARK_TEMPLATE(match_pattern, glob)->Name("MatchPatternSimple")->DenseRange(0, 3);
BENCHMARK_TEMPLATE(match_pattern, backtracking)->Name("MatchPatternGlob")->DenseRange(0, 3);
BENCHMARK_TEMPLATE(match_pattern, regular_expression)->Name("MatchPatternRegex")->DenseRange(0, 3);
BENCHMARK_TEMPLATE(match_pattern, automaton)->Name("MatchPatternAutomaton")->DenseRange(0, 3);

template <class Matcher>
void complex_pattern(benchmark::State& state) {
  constexpr std::array complex = {"user:*:profile:*", "cache:*:*:data", "h?llo*"};
  const std::string pattern = complex[static_cast<std::size_t>(state.range(0))];
  const std::string filler(200, 'x');
  const std::array<std::string, 3> texts = {"user:" + filler + ":profile:" + filler,
                                            "cache:" + filler + ":1:data", "hello" + filler};
  const auto& text = texts[static_cast<std::size_t>(state.range(0))];
  const Matcher matcher(pattern);
  if (!matcher.matches(text)) return state.SkipWithError("every subject matches its pattern");
  for (auto _ : state) {
    bool hit = matcher.matches(text);
    benchmark::DoNotOptimize(hit);
  }
  state.SetLabel(pattern);
}
BENCHMARK_TEMPLATE(complex_pattern, glob)->Name("ComplexPatterns/ours")->DenseRange(0, 2);
BENCHMARK_TEMPLATE(complex_pattern, backtracking)->Name("ComplexPatterns/walk")->DenseRange(0, 2);
BENCHMARK_TEMPLATE(complex_pattern, automaton)->Name("ComplexPatterns/bits")->DenseRange(0, 2);

// A million bytes and a pattern made to send a matcher back again and again.
void hostile_pattern(benchmark::State& state) {
  const glob pattern("*a*a*a*[^a]b?*b");
  const std::string subject(1 << 20, 'a');
  for (auto _ : state) {
    bool hit = pattern.matches(subject + "b");
    benchmark::DoNotOptimize(hit);
  }
  state.SetBytesProcessed(state.iterations() * (1 << 20));
}
BENCHMARK(hostile_pattern)->Name("HostilePattern");

void compile_pattern(benchmark::State& state) {
  for (auto _ : state) {
    glob compiled("user:*:profile:[0-9]*");
    benchmark::DoNotOptimize(compiled);
  }
}
BENCHMARK(compile_pattern)->Name("CompilePattern");

}  // namespace
