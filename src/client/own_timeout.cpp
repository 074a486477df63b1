#include "client/own_timeout.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "sandpiper/resp/decode.hpp"

namespace sandpiper {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest = std::chrono::hours(24) * 36'525;

enum class place { first, last, behind_block };

struct entry {
  std::string_view name;
  place where;
  double unit_ms;
};

constexpr std::array<entry, 12> known = {{{"BLMOVE", place::last, 1000},
                                          {"BLMPOP", place::first, 1000},
                                          {"BLPOP", place::last, 1000},
                                          {"BRPOP", place::last, 1000},
                                          {"BRPOPLPUSH", place::last, 1000},
                                          {"BZMPOP", place::first, 1000},
                                          {"BZPOPMAX", place::last, 1000},
                                          {"BZPOPMIN", place::last, 1000},
                                          {"WAIT", place::last, 1},
                                          {"WAITAOF", place::last, 1},
                                          {"XREAD", place::behind_block, 1},
                                          {"XREADGROUP", place::behind_block, 1}}};

bool same_word(std::string_view a, std::string_view upper) noexcept {
  return std::equal(a.begin(), a.end(), upper.begin(), upper.end(), [](char x, char y) {
    return ('a' <= x && x <= 'z' ? static_cast<char>(x - 'a' + 'A') : x) == y;
  });
}

std::string_view behind_block(const resp::command& command) noexcept {
  auto words = command.walk();
  while (words.left() > 1) {
    const auto word = words.next();
    if (same_word(word, "BLOCK")) return words.next();
    if (same_word(word, "STREAMS")) return {};
    if (same_word(word, "GROUP")) {  // two names follow, which may be any word
      for (int i = 0; i < 2 && words.left() > 0; ++i) words.next();
    }
  }
  return {};
}

std::string_view timeout_of(const resp::command& command, place where) noexcept {
  if (command.size() < 2) return {};
  switch (where) {
    case place::first: return command.argument(1);
    case place::last: return command.argument(command.size() - 1);
    case place::behind_block: return behind_block(command);
  }
  return {};
}

milliseconds in_bounds(double ms) noexcept {
  if (std::isnan(ms) || ms <= 0) return milliseconds(0);
  const auto most = static_cast<double>(longest.count());
  return milliseconds(static_cast<milliseconds::rep>(std::ceil(std::min(ms, most))));
}

}  // namespace

milliseconds own_timeout(const resp::command& command) noexcept {
  const auto name = command.name();
  for (const auto& one : known) {
    if (!same_word(name, one.name)) continue;
    double number = 0;
    if (!resp::read_number(timeout_of(command, one.where), number)) return milliseconds(0);
    return in_bounds(number * one.unit_ms);
  }
  return milliseconds(0);
}

milliseconds own_timeout(const wire::request& r) noexcept {
  milliseconds sum(0);
  for (const auto& command : r.commands()) {
    if (command.flags().blocking) sum = std::min(longest, sum + own_timeout(command));
  }
  return sum;
}

}  // namespace sandpiper
