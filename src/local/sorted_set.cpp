#include "local/sorted_set.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "local/readings.hpp"

namespace sandpiper::local {
namespace {

using store::value_type;
using store::value_view;

constexpr double infinity = std::numeric_limits<double>::infinity();

// The first place whose score is above `score`.
std::size_t place_above(const value_view& zset, double score) {
  if (score == infinity) return zset.size();
  return zset.lower_bound(std::nextafter(score, infinity));
}

struct end_pair {
  std::string_view member;
  double score = 0;
};

end_pair pair_at(const value_view& zset, std::size_t place) {
  end_pair found;
  zset.range(place, 1, [&](std::string_view member, std::string_view score) {
    found = {member, store::score_of(score)};
    return true;
  });
  return found;
}

// Of members that all have one score: the first place at the bound, or behind it.
std::size_t place_of(const value_view& zset, double score, const lex_bound& bound, bool behind) {
  if (bound.where == lex_bound::place::lowest) return 0;
  if (bound.where == lex_bound::place::highest) return zset.size();
  const auto place = zset.lower_bound(score, bound.member);
  if (!behind || place == zset.size()) return place;
  return pair_at(zset, place).member == bound.member ? place + 1 : place;
}

index_range first_run(const value_view& zset, const lex_bound& from, const lex_bound& to) {
  index_range run;
  bool begun = false;
  std::size_t place = 0;
  zset.for_each([&](std::string_view member, std::string_view) {
    if (!begun && reaches(member, from)) {
      begun = true;
      run.first = place;
    }
    if (begun && !stays_below(member, to)) return false;
    run.end = ++place;
    return true;
  });
  return begun && run.first < run.end ? run : index_range();
}

index_range last_run(const value_view& zset, const lex_bound& from, const lex_bound& to) {
  index_range run;
  std::size_t place = 0;
  std::size_t behind_too_low = 0;
  zset.for_each([&](std::string_view member, std::string_view) {
    ++place;
    if (!reaches(member, from)) behind_too_low = place;
    if (stays_below(member, to)) run = {behind_too_low, place};
    return true;
  });
  return run.first < run.end ? run : index_range();
}

void write_score_or_null(call& c, std::optional<double> score) {
  score ? write_score(c.out, *score) : c.out.null();
}

}  // namespace

void write_score(resp::encoder& out, double score) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, score, std::chars_format::general, 17);
  out.number(std::string_view(text, static_cast<std::size_t>(end.ptr - text)));
}

index_range places_between(const value_view& zset, const score_bound& from, const score_bound& to) {
  const auto first =
      from.open ? place_above(zset, from.score) : zset.lower_bound(from.score, std::string_view());
  const auto end =
      to.open ? zset.lower_bound(to.score, std::string_view()) : place_above(zset, to.score);
  return first < end ? index_range{first, end} : index_range();
}

index_range places_between(const value_view& zset, const lex_bound& from, const lex_bound& to,
                           bool backwards) {
  const auto size = zset.size();
  if (size == 0) return {};
  const auto lowest = pair_at(zset, 0);
  const auto highest = pair_at(zset, size - 1);
  if (lowest.score == highest.score) {
    const auto first = place_of(zset, lowest.score, from, from.open);
    const auto end = place_of(zset, lowest.score, to, !to.open);
    return first < end ? index_range{first, end} : index_range();
  }
  if (!reaches(highest.member, from) || !stays_below(lowest.member, to)) return {};
  return backwards ? last_run(zset, from, to) : first_run(zset, from, to);
}

void zscore(call& c) {
  if (!c.has(value_type::zset, [&] { c.out.null(); })) return;
  write_score_or_null(c, c.value.score(c.next()));
}

void zmscore(call& c) {
  if (c.value.type() != value_type::none && c.value.type() != value_type::zset) {
    return c.out.error(wrong_type);
  }
  c.out.array(c.arguments.left());
  while (c.arguments.left() > 0) write_score_or_null(c, c.value.score(c.next()));
}

void zrank(call& c) {
  if (!c.has(value_type::zset, [&] { c.out.null(); })) return;
  const auto place = c.value.rank(c.next());
  place ? c.size(*place) : c.out.null();
}

void zrevrank(call& c) {
  if (!c.has(value_type::zset, [&] { c.out.null(); })) return;
  const auto place = c.value.rank(c.next());
  place ? c.size(c.value.size() - 1 - *place) : c.out.null();
}

void zcard(call& c) {
  if (c.has(value_type::zset, [&] { c.out.integer(0); })) c.size(c.value.size());
}

void zcount(call& c) {
  score_bound from;
  score_bound to;
  if (!parse_score_bound(c.next(), from) || !parse_score_bound(c.next(), to)) {
    return c.out.error(not_a_float);
  }
  if (!c.has(value_type::zset, [&] { c.out.integer(0); })) return;
  c.size(places_between(c.value, from, to).size());
}

void zlexcount(call& c) {
  lex_bound from;
  lex_bound to;
  if (!parse_lex_bound(c.next(), from) || !parse_lex_bound(c.next(), to)) {
    return c.out.error(not_a_lex_bound);
  }
  if (!c.has(value_type::zset, [&] { c.out.integer(0); })) return;
  c.size(places_between(c.value, from, to, false).size());
}

}  // namespace sandpiper::local
