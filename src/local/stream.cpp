#include <charconv>
#include <limits>

#include "local/readings.hpp"

namespace sandpiper::local {
namespace {

using store::stream_id;
using store::value_type;

constexpr auto part_max = std::numeric_limits<std::uint64_t>::max();

bool step_up(stream_id& id) noexcept {
  if (id == stream_id{part_max, part_max}) return false;
  if (++id.sequence == 0) ++id.ms;
  return true;
}

bool step_down(stream_id& id) noexcept {
  if (id == stream_id{}) return false;
  if (id.sequence-- == 0) --id.ms;
  return true;
}

struct span {
  stream_id from;
  stream_id to;
};

// "(5-3" leaves that entry out. The error, or nothing.
std::string_view read_from(std::string_view text, stream_id& from) noexcept {
  const bool open = text.size() > 1 && text.front() == '(';
  if (!parse_stream_id(text.substr(open ? 1 : 0), 0, open, from)) return not_a_stream_id;
  if (open && !step_up(from)) return "ERR invalid start ID for the interval";
  return {};
}

std::string_view read_to(std::string_view text, stream_id& to) noexcept {
  const bool open = text.size() > 1 && text.front() == '(';
  if (!parse_stream_id(text.substr(open ? 1 : 0), part_max, open, to)) return not_a_stream_id;
  if (open && !step_down(to)) return "ERR invalid end ID for the interval";
  return {};
}

std::string_view read_count(resp::command::walker& arguments, std::int64_t& count) noexcept {
  while (arguments.left() > 0) {
    const auto word = arguments.next();
    if (arguments.left() == 0 || !is_word(word, "COUNT")) return syntax_error;
    if (!parse_integer(arguments.next(), count)) return not_an_integer;
    if (count < 0) count = 0;
  }
  return {};
}

void write_id(resp::encoder& out, stream_id id) {
  char text[2 * resp::decimal_bytes_max + 1];
  char* end = resp::put_decimal(text, id.ms);
  *end++ = '-';
  end = resp::put_decimal(end, id.sequence);
  out.bulk(std::string_view(text, static_cast<std::size_t>(end - text)));
}

void write_entry(resp::encoder& out, std::string_view name, std::string_view packed) {
  std::size_t fields = 0;
  store::for_each_field(packed, [&fields](std::string_view, std::string_view) {
    ++fields;
    return true;
  });
  out.array(2);
  write_id(out, store::stream_id_of(name));
  out.array(2 * fields);
  store::for_each_field(packed, [&out](std::string_view field, std::string_view value) {
    out.bulk(field);
    out.bulk(value);
    return true;
  });
}

index_range places_between(const store::value_view& stream, span ids) {
  if (ids.from > ids.to) return {};
  const auto first = stream.lower_bound(ids.from);
  const auto end = step_up(ids.to) ? stream.lower_bound(ids.to) : stream.size();
  return first < end ? index_range{first, end} : index_range();
}

void write_entries(call& c, index_range range, std::int64_t count, bool reverse) {
  if (count >= 0 && static_cast<std::uint64_t>(count) < range.size()) {
    const auto n = static_cast<std::size_t>(count);
    range =
        reverse ? index_range{range.end - n, range.end} : index_range{range.first, range.first + n};
  }
  c.out.array(range.size());
  const auto each = [&c](std::string_view name, std::string_view packed) {
    write_entry(c.out, name, packed);
    return true;
  };
  if (reverse) return for_each_backwards(c.value, range.first, range.size(), each);
  c.value.range(range.first, range.size(), each);
}

void run(call& c, bool reverse) {
  auto first = c.next();
  auto second = c.next();
  if (reverse) std::swap(first, second);
  span ids;
  std::int64_t count = -1;
  auto why = read_from(first, ids.from);
  if (why.empty()) why = read_to(second, ids.to);
  if (why.empty()) why = read_count(c.arguments, count);
  if (!why.empty()) return c.out.error(why);
  if (!c.has(value_type::stream, [&] { c.out.array(0); })) return;
  if (count == 0) return c.out.null_array();
  write_entries(c, places_between(c.value, ids), count, reverse);
}

}  // namespace

void xlen(call& c) {
  if (c.has(value_type::stream, [&] { c.out.integer(0); })) c.size(c.value.size());
}

void xrange(call& c) { run(c, false); }
void xrevrange(call& c) { run(c, true); }

bool knows_xrange(resp::command::walker behind_key) noexcept {
  behind_key.next();
  behind_key.next();
  while (behind_key.left() > 0) {
    if (!is_word(behind_key.next(), "COUNT")) return false;
    if (behind_key.left() > 0) behind_key.next();
  }
  return true;
}

}  // namespace sandpiper::local
