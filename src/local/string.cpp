#include <algorithm>
#include <bit>
#include <cstring>

#include "local/readings.hpp"

namespace sandpiper::local {
namespace {

using store::value_type;

constexpr std::int64_t bits_max = std::int64_t{512} << 20 << 3;  // the server's proto-max-bulk-len

unsigned byte_at(std::string_view bytes, std::size_t place) noexcept {
  return static_cast<unsigned char>(bytes[place]);
}

std::int64_t ones_of(std::string_view bytes) noexcept {
  std::int64_t ones = 0;
  while (bytes.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    ones += std::popcount(word);
    bytes.remove_prefix(sizeof word);
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) ones += std::popcount(byte_at(bytes, i));
  return ones;
}

// The bits [first, last] alone, counted from the top of the first byte.
std::int64_t ones_between(std::string_view bytes, std::size_t first, std::size_t last) noexcept {
  const auto run = bytes.substr(first / 8, last / 8 - first / 8 + 1);
  const unsigned before = byte_at(run, 0) & ~(0xffU >> (first % 8));
  const unsigned behind = byte_at(run, run.size() - 1) & (0x7fU >> (last % 8));
  return ones_of(run) - std::popcount(before) - std::popcount(behind);
}

// As GETRANGE and BITCOUNT count: unlike LRANGE, a last index before the first byte is the first.
index_range clamp_to_first(std::int64_t start, std::int64_t stop, std::size_t size) noexcept {
  if (start < 0 && stop < 0 && start > stop) return {};
  const auto signed_size = static_cast<std::int64_t>(size);
  if (start < 0) start = std::max<std::int64_t>(signed_size + start, 0);
  if (stop < 0) stop = std::max<std::int64_t>(signed_size + stop, 0);
  stop = std::min(stop, signed_size - 1);
  if (start > stop) return {};
  return {static_cast<std::size_t>(start), static_cast<std::size_t>(stop) + 1};
}

}  // namespace

void get(call& c) {
  if (c.has(value_type::string, [&] { c.out.null(); })) c.out.bulk(c.value.string());
}

void string_length(call& c) {
  if (c.has(value_type::string, [&] { c.out.integer(0); })) c.size(c.value.string().size());
}

void getrange(call& c) {
  std::int64_t start = 0;
  std::int64_t stop = 0;
  if (!c.integer(start) || !c.integer(stop)) return;
  if (!c.has(value_type::string, [&] { c.out.bulk(""); })) return;
  const auto range = clamp_to_first(start, stop, c.value.string().size());
  c.out.bulk(c.value.string().substr(range.first, range.size()));
}

void getbit(call& c) {
  std::int64_t place = 0;
  if (!parse_integer(c.next(), place) || place < 0 || place >= bits_max) {
    return c.out.error("ERR bit offset is not an integer or out of range");
  }
  if (!c.has(value_type::string, [&] { c.out.integer(0); })) return;
  const auto bytes = c.value.string();
  const auto at = static_cast<std::size_t>(place) / 8;
  c.out.integer(at < bytes.size() ? byte_at(bytes, at) >> (7 - place % 8) & 1 : 0);
}

void bitcount(call& c) {
  if (!c.has(value_type::string, [&] { c.out.integer(0); })) return;
  const auto bytes = c.value.string();
  if (c.arguments.left() == 0) return c.out.integer(ones_of(bytes));
  if (c.arguments.left() == 1) return c.out.error(syntax_error);
  std::int64_t start = 0;
  std::int64_t stop = 0;
  if (!c.integer(start) || !c.integer(stop)) return;
  if (start < 0 && stop < 0 && start > stop) return c.out.integer(0);
  bool bits = false;
  if (c.arguments.left() > 0) {
    const auto unit = c.next();
    bits = is_word(unit, "BIT");
    if (!bits && !is_word(unit, "BYTE")) return c.out.error(syntax_error);
  }
  const auto range = clamp_to_first(start, stop, bits ? bytes.size() * 8 : bytes.size());
  if (range.size() == 0) return c.out.integer(0);
  if (!bits) return c.out.integer(ones_of(bytes.substr(range.first, range.size())));
  c.out.integer(ones_between(bytes, range.first, range.end - 1));
}

bool knows_bitcount(resp::command::walker behind_key) noexcept {
  if (behind_key.left() < 3) return true;
  behind_key.next();
  behind_key.next();
  const auto unit = behind_key.next();
  return is_word(unit, "BIT") || is_word(unit, "BYTE");
}

}  // namespace sandpiper::local
