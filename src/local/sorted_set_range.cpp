#include <algorithm>

#include "local/readings.hpp"
#include "local/sorted_set.hpp"

namespace sandpiper::local {
namespace {

using store::value_type;

enum class order : std::uint8_t { unsaid, rank, score, lex };

struct range_options {
  order by = order::unsaid;
  bool fixed_direction = false;  // REV is no option, or was said
  bool reverse = false;
  bool with_scores = false;
  std::int64_t offset = 0;
  std::int64_t limit = -1;
};

constexpr range_options of_zrange{};
constexpr range_options fixed(order by, bool reverse) {
  return {.by = by, .fixed_direction = true, .reverse = reverse};
}

// A word with nothing behind it that matters; false when it is none.
bool read_flag(std::string_view word, range_options& options) noexcept {
  if (is_word(word, "WITHSCORES")) {
    options.with_scores = true;
  } else if (!options.fixed_direction && is_word(word, "REV")) {
    options.reverse = options.fixed_direction = true;
  } else if (options.by == order::unsaid && is_word(word, "BYLEX")) {
    options.by = order::lex;
  } else if (options.by == order::unsaid && is_word(word, "BYSCORE")) {
    options.by = order::score;
  } else {
    return false;
  }
  return true;
}

// The error, or nothing.
std::string_view read_options(resp::command::walker& arguments, range_options& options) {
  while (arguments.left() > 0) {
    const auto word = arguments.next();
    if (arguments.left() >= 2 && is_word(word, "LIMIT")) {
      const bool first = parse_integer(arguments.next(), options.offset);
      if (!first || !parse_integer(arguments.next(), options.limit)) return not_an_integer;
    } else if (!read_flag(word, options)) {
      return syntax_error;
    }
  }
  if (options.by == order::unsaid) options.by = order::rank;
  if (options.limit != -1 && options.by == order::rank) {
    return "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX";
  }
  if (options.with_scores && options.by == order::lex) {
    return "ERR syntax error, WITHSCORES not supported in combination with BYLEX";
  }
  return {};
}

struct bounds {
  std::int64_t start = 0;
  std::int64_t stop = 0;
  score_bound lowest_score;
  score_bound highest_score;
  lex_bound lowest_member;
  lex_bound highest_member;
};

// In the order in which the server looks at them, which decides the error.
std::string_view read_bounds(std::string_view first, std::string_view second,
                             const range_options& options, bounds& b) {
  if (options.by == order::rank) {
    return parse_integer(first, b.start) && parse_integer(second, b.stop) ? std::string_view()
                                                                          : not_an_integer;
  }
  if (options.reverse) std::swap(first, second);
  if (options.by == order::score) {
    return parse_score_bound(first, b.lowest_score) && parse_score_bound(second, b.highest_score)
               ? std::string_view()
               : not_a_float;
  }
  return parse_lex_bound(first, b.lowest_member) && parse_lex_bound(second, b.highest_member)
             ? std::string_view()
             : not_a_lex_bound;
}

// What LIMIT leaves of them. They are counted from the end that comes first.
index_range limited(index_range all, const range_options& options) {
  if (options.offset < 0 || static_cast<std::uint64_t>(options.offset) >= all.size()) return {};
  const auto skip = static_cast<std::size_t>(options.offset);
  auto count = all.size() - skip;
  if (options.limit >= 0) {
    count = static_cast<std::size_t>(
        std::min(static_cast<std::uint64_t>(options.limit), std::uint64_t{count}));
  }
  if (options.reverse) return {all.end - skip - count, all.end - skip};
  return {all.first + skip, all.first + skip + count};
}

index_range selected(const store::value_view& zset, const range_options& options, const bounds& b) {
  if (options.by == order::score) {
    return limited(places_between(zset, b.lowest_score, b.highest_score), options);
  }
  if (options.by == order::lex) {
    const auto all = places_between(zset, b.lowest_member, b.highest_member, options.reverse);
    return limited(all, options);
  }
  const auto range = clamp(b.start, b.stop, zset.size());
  if (!options.reverse || range.size() == 0) return range;
  return {zset.size() - range.end, zset.size() - range.first};
}

void write(call& c, index_range range, const range_options& options) {
  const bool pairs = options.with_scores && c.out.protocol() == 3;
  const bool flat = options.with_scores && !pairs;
  c.out.array(flat ? range.size() * 2 : range.size());
  const auto each = [&](std::string_view member, std::string_view score) {
    if (pairs) c.out.array(2);
    c.out.bulk(member);
    if (options.with_scores) write_score(c.out, store::score_of(score));
    return true;
  };
  if (options.reverse) return for_each_backwards(c.value, range.first, range.size(), each);
  c.value.range(range.first, range.size(), each);
}

void run(call& c, range_options options) {
  const auto first = c.next();
  const auto second = c.next();
  bounds b;
  auto why = read_options(c.arguments, options);
  if (why.empty()) why = read_bounds(first, second, options, b);
  if (!why.empty()) return c.out.error(why);
  if (!c.has(value_type::zset, [&] { c.out.array(0); })) return;
  write(c, selected(c.value, options, b), options);
}

bool knows(resp::command::walker behind_key, range_options options) noexcept {
  behind_key.next();
  behind_key.next();
  while (behind_key.left() > 0) {
    const auto word = behind_key.next();
    if (behind_key.left() >= 2 && is_word(word, "LIMIT")) {
      behind_key.next();
      behind_key.next();
    } else if (!read_flag(word, options)) {
      return false;
    }
  }
  return true;
}

}  // namespace

void zrange(call& c) { run(c, of_zrange); }
void zrevrange(call& c) { run(c, fixed(order::rank, true)); }
void zrangebyscore(call& c) { run(c, fixed(order::score, false)); }
void zrevrangebyscore(call& c) { run(c, fixed(order::score, true)); }
void zrangebylex(call& c) { run(c, fixed(order::lex, false)); }
void zrevrangebylex(call& c) { run(c, fixed(order::lex, true)); }

bool knows_zrange(resp::command::walker behind_key) noexcept {
  return knows(behind_key, of_zrange);
}

bool knows_zrangeby(resp::command::walker behind_key) noexcept {
  return knows(behind_key, fixed(order::score, false));
}

}  // namespace sandpiper::local
