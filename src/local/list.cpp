#include <limits>

#include "local/readings.hpp"

namespace sandpiper::local {
namespace {

using store::value_type;

struct search {
  std::int64_t rank = 1;
  std::int64_t count = -1;  // -1: not said, so that one place is the reply and not an array of them
  std::int64_t length = 0;  // 0: all
};

// A number of LPOS that has a bound of its own; the error, or nothing.
std::string_view read_number(std::string_view text, std::int64_t& number, std::string_view why) {
  return parse_integer(text, number) && number >= 0 ? std::string_view() : why;
}

// Of the lowest rank of all there is no opposite: 7.0 and later servers answer differently.
constexpr auto lowest_rank = std::numeric_limits<std::int64_t>::min();

std::string_view read_rank(std::string_view text, std::int64_t& rank) {
  if (!parse_integer(text, rank) || rank == lowest_rank) return not_an_integer;
  if (rank != 0) return {};
  return "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or "
         "use negative to start from the end of the list";
}

std::string_view read_option(resp::command::walker& arguments, search& what) {
  const auto word = arguments.next();
  if (arguments.left() == 0) return syntax_error;
  if (is_word(word, "RANK")) return read_rank(arguments.next(), what.rank);
  if (is_word(word, "COUNT")) {
    return read_number(arguments.next(), what.count, "ERR COUNT can't be negative");
  }
  if (is_word(word, "MAXLEN")) {
    return read_number(arguments.next(), what.length, "ERR MAXLEN can't be negative");
  }
  return syntax_error;
}

// Calls `hit` with each place of `item` that is asked for, from the end when the rank says so.
template <class Hit>
void for_each_place(const store::value_view& list, std::string_view item, const search& what,
                    Hit hit) {
  const auto size = list.size();
  const bool backwards = what.rank < 0;
  const auto skip = static_cast<std::uint64_t>(backwards ? -what.rank : what.rank) - 1;
  const auto wanted = static_cast<std::uint64_t>(what.count < 0 ? 1 : what.count);
  const auto looked_at = what.length == 0 || static_cast<std::uint64_t>(what.length) > size
                             ? size
                             : static_cast<std::size_t>(what.length);
  std::uint64_t found = 0;
  std::size_t place = backwards ? size : 0;
  const auto look = [&](std::string_view text) {
    if (backwards) --place;
    if (text == item && ++found > skip && (wanted == 0 || found - skip <= wanted)) hit(place);
    if (!backwards) ++place;
  };
  if (backwards) {
    for_each_backwards(list, size - looked_at, looked_at,
                       [&](std::string_view text, std::string_view) { look(text); });
    return;
  }
  list.range(0, looked_at, [&](std::string_view text, std::string_view) {
    look(text);
    return wanted == 0 || found < skip || found - skip < wanted;
  });
}

void write_places(call& c, std::string_view item, const search& what) {
  std::size_t places = 0;
  std::size_t last = 0;
  for_each_place(c.value, item, what, [&](std::size_t place) {
    ++places;
    last = place;
  });
  if (what.count < 0) return places > 0 ? c.size(last) : c.out.null();
  c.out.array(places);
  for_each_place(c.value, item, what, [&c](std::size_t place) { c.size(place); });
}

}  // namespace

void lrange(call& c) {
  std::int64_t start = 0;
  std::int64_t stop = 0;
  if (!c.integer(start) || !c.integer(stop)) return;
  if (!c.has(value_type::list, [&] { c.out.array(0); })) return;
  const auto range = clamp(start, stop, c.value.size());
  c.out.array(range.size());
  c.value.range(range.first, range.size(), [&c](std::string_view item, std::string_view) {
    c.out.bulk(item);
    return true;
  });
}

void lindex(call& c) {
  if (!c.has(value_type::list, [&] { c.out.null(); })) return;
  std::int64_t place = 0;
  if (!c.integer(place)) return;
  const auto size = static_cast<std::int64_t>(c.value.size());
  if (place < 0) place += size;
  if (place < 0 || place >= size) return c.out.null();
  c.value.range(static_cast<std::size_t>(place), 1, [&c](std::string_view item, std::string_view) {
    c.out.bulk(item);
    return true;
  });
}

void llen(call& c) {
  if (c.has(value_type::list, [&] { c.out.integer(0); })) c.size(c.value.size());
}

void lpos(call& c) {
  const auto item = c.next();
  search what;
  while (c.arguments.left() > 0) {
    const auto why = read_option(c.arguments, what);
    if (!why.empty()) return c.out.error(why);
  }
  const auto absent = [&] { what.count < 0 ? c.out.null() : c.out.array(0); };
  if (c.has(value_type::list, absent)) write_places(c, item, what);
}

bool knows_lpos(resp::command::walker behind_key) noexcept {
  behind_key.next();
  while (behind_key.left() > 0) {
    const auto word = behind_key.next();
    const bool rank = is_word(word, "RANK");
    if (!rank && !is_word(word, "COUNT") && !is_word(word, "MAXLEN")) return false;
    if (behind_key.left() == 0) return true;
    std::int64_t number = 0;
    if (parse_integer(behind_key.next(), number) && rank && number == lowest_rank) return false;
  }
  return true;
}

}  // namespace sandpiper::local
