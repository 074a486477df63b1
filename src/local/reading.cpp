#include "sandpiper/local/reading.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

#include "local/readings.hpp"

namespace sandpiper::local {
namespace {

using enum store::value_type;

constexpr std::uint32_t any_number = std::numeric_limits<std::uint32_t>::max();

constexpr auto table = std::to_array<reading>({
    {"TYPE", 2, 2, type},
    {"EXISTS", 2, 2, exists},

    {.name = "GET", .size_min = 2, .size_max = 2, .run = get, .type = string, .whole_string = true},
    {"STRLEN", 2, 2, string_length, nullptr, string},
    {"GETRANGE", 4, 4, getrange, nullptr, string},
    {"SUBSTR", 4, 4, getrange, nullptr, string},
    {"GETBIT", 3, 3, getbit, nullptr, string},
    {"BITCOUNT", 2, 5, bitcount, knows_bitcount, string},

    {"HGET", 3, 3, hget, nullptr, hash},
    {"HMGET", 3, any_number, hmget, nullptr, hash},
    {"HGETALL", 2, 2, hgetall, nullptr, hash},
    {"HKEYS", 2, 2, hkeys, nullptr, hash},
    {"HVALS", 2, 2, hvals, nullptr, hash},
    {"HLEN", 2, 2, hlen, nullptr, hash},
    {"HEXISTS", 3, 3, hexists, nullptr, hash},
    {"HSTRLEN", 3, 3, hstrlen, nullptr, hash},

    {"LRANGE", 4, 4, lrange, nullptr, list},
    {"LINDEX", 3, 3, lindex, nullptr, list},
    {"LLEN", 2, 2, llen, nullptr, list},
    {"LPOS", 3, any_number, lpos, knows_lpos, list},

    {"SISMEMBER", 3, 3, sismember, nullptr, set},
    {"SMISMEMBER", 3, any_number, smismember, nullptr, set},
    {"SMEMBERS", 2, 2, smembers, nullptr, set},
    {"SCARD", 2, 2, scard, nullptr, set},

    {"ZSCORE", 3, 3, zscore, nullptr, zset},
    {"ZMSCORE", 3, any_number, zmscore, nullptr, zset},
    {"ZRANK", 3, 3, zrank, nullptr, zset},
    {"ZREVRANK", 3, 3, zrevrank, nullptr, zset},
    {"ZCARD", 2, 2, zcard, nullptr, zset},
    {"ZCOUNT", 4, 4, zcount, nullptr, zset},
    {"ZLEXCOUNT", 4, 4, zlexcount, nullptr, zset},
    {"ZRANGE", 4, any_number, zrange, knows_zrange, zset},
    {"ZREVRANGE", 4, any_number, zrevrange, knows_zrangeby, zset},
    {"ZRANGEBYSCORE", 4, any_number, zrangebyscore, knows_zrangeby, zset},
    {"ZREVRANGEBYSCORE", 4, any_number, zrevrangebyscore, knows_zrangeby, zset},
    {"ZRANGEBYLEX", 4, any_number, zrangebylex, knows_zrangeby, zset},
    {"ZREVRANGEBYLEX", 4, any_number, zrevrangebylex, knows_zrangeby, zset},

    {"XLEN", 2, 2, xlen, nullptr, stream},
    {"XRANGE", 4, any_number, xrange, knows_xrange, stream},
    {"XREVRANGE", 4, any_number, xrevrange, knows_xrange, stream},
});

constexpr std::size_t name_bytes_min = 3;
constexpr std::size_t name_bytes_max = 16;

constexpr std::uint64_t byte_of(const char* at, int i) noexcept {
  return std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
}

// Written out, so that the compiler makes one load of it and can still run it itself.
constexpr std::uint64_t load4(const char* at) noexcept {
  return byte_of(at, 0) | byte_of(at, 1) | byte_of(at, 2) | byte_of(at, 3);
}
constexpr std::uint64_t load8(const char* at) noexcept { return load4(at) | load4(at + 4) << 32; }

/// A name in two words, whatever its case: without the bit that tells capitals from small letters,
/// which of the bytes that are equal without it only letters are in the table. Pieces may overlap,
/// and the length tells names apart that they do not.
struct folded {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t size = 0;

  friend bool operator==(const folded&, const folded&) = default;
};

constexpr folded fold(std::string_view name) noexcept {
  constexpr std::uint64_t letters = 0xdfdf'dfdf'dfdf'dfdf;
  const char* const begin = name.data();
  const char* const end = begin + name.size();
  if (name.size() >= 8) return {load8(begin) & letters, load8(end - 8) & letters, name.size()};
  if (name.size() >= 4) return {load4(begin) & letters, load4(end - 4) & letters, name.size()};
  const auto three = byte_of(begin, 0) | byte_of(begin, 1) | byte_of(begin, 2);
  return {three & letters, 0, name.size()};
}

constexpr std::size_t slot_count = 128;

constexpr std::size_t slot_of(const folded& name) noexcept {
  const auto mixed = (name.first * 0x9e37'79b9'7f4a'7c15) ^ (name.last * 0xc2b2'ae3d'27d4'eb4f);
  return (mixed + name.size * 0x1656'67b1) >> 57;
}

/// Open addressing; a name is in its own slot or right behind.
struct name_index {
  std::array<folded, slot_count> names{};
  std::array<std::uint8_t, slot_count> entries{};  // of the table, from 1; 0: empty
};

constexpr name_index make_index() {
  name_index made;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto name = fold(table[i].name);
    auto slot = slot_of(name);
    while (made.entries[slot] != 0) slot = (slot + 1) % slot_count;
    made.names[slot] = name;
    made.entries[slot] = static_cast<std::uint8_t>(i + 1);
  }
  return made;
}

constexpr name_index known = make_index();
static_assert(slot_count == std::size_t{1} << (64 - 57) && table.size() * 2 < slot_count);

const reading* find(std::string_view name) noexcept {
  if (name.size() < name_bytes_min || name.size() > name_bytes_max) return nullptr;
  const auto wanted = fold(name);
  for (auto slot = slot_of(wanted); known.entries[slot] != 0; slot = (slot + 1) % slot_count) {
    if (known.names[slot] == wanted) return &table[known.entries[slot] - 1U];
  }
  return nullptr;
}

}  // namespace

index_range clamp(std::int64_t start, std::int64_t stop, std::size_t size) noexcept {
  const auto signed_size = static_cast<std::int64_t>(size);
  if (start < 0) start = std::max<std::int64_t>(start + signed_size, 0);
  if (stop < 0) stop += signed_size;
  stop = std::min(stop, signed_size - 1);
  if (start > stop) return {};
  return {static_cast<std::size_t>(start), static_cast<std::size_t>(stop) + 1};
}

const reading* find(const resp::command& command) noexcept {
  if (command.size() < 2) return nullptr;
  auto arguments = command.walk();
  const auto* const found = find(arguments.next());
  if (found == nullptr) return nullptr;
  if (command.size() < found->size_min || command.size() > found->size_max) return nullptr;
  if (found->knows == nullptr || command.size() == found->size_min) return found;
  arguments.next();
  return found->knows(arguments) ? found : nullptr;
}

void answer(const reading& how, const resp::command& command, const store::value_view& value,
            resp::encoder& out) {
  assert(command.size() >= how.size_min && command.size() <= how.size_max);
  call c{value, command.walk(), out};
  c.arguments.next();
  c.arguments.next();
  how.run(c);
}

}  // namespace sandpiper::local
