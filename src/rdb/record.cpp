#include "sandpiper/rdb/record.hpp"

#include <array>

#include "rdb/types.hpp"

namespace sandpiper::rdb {
namespace {

template <std::size_t N, class Enum>
std::string_view word(const std::array<std::string_view, N>& words, Enum of) noexcept {
  const auto index = static_cast<std::size_t>(of);
  return index < N ? words[index] : "unknown";
}

constexpr std::array<std::string_view, 4> dialects = {"redis", "valkey", "keydb", "dragonfly"};
constexpr std::array<std::string_view, 9> kinds = {"string", "list",   "set",   "zset", "hash",
                                                   "stream", "module", "array", "other"};
constexpr std::array<std::string_view, 14> encodings = {
    "string",   "linkedlist", "ziplist", "quicklist",     "hashtable",    "skiplist", "intset",
    "listpack", "zipmap",     "stream",  "hash_template", "sparse_array", "module",   "other"};
constexpr std::array<std::string_view, 4> checksums = {"verified", "absent", "disabled",
                                                       "unchecked"};

// By number..
constexpr std::array<type_info, 33> types = {{
    {kind::string, encoding::text},         // 0
    {kind::list, encoding::linkedlist},     // 1
    {kind::set, encoding::hashtable},       // 2
    {kind::zset, encoding::skiplist},       // 3
    {kind::hash, encoding::hashtable},      // 4
    {kind::zset, encoding::skiplist},       // 5
    {kind::module, encoding::module},       // 6
    {kind::module, encoding::module},       // 7
    {kind::other, encoding::other},         // 8
    {kind::hash, encoding::zipmap},         // 9
    {kind::list, encoding::ziplist},        // 10
    {kind::set, encoding::intset},          // 11
    {kind::zset, encoding::ziplist},        // 12
    {kind::hash, encoding::ziplist},        // 13
    {kind::list, encoding::quicklist},      // 14
    {kind::stream, encoding::stream},       // 15
    {kind::hash, encoding::listpack},       // 16
    {kind::zset, encoding::listpack},       // 17
    {kind::list, encoding::quicklist},      // 18
    {kind::stream, encoding::stream},       // 19
    {kind::set, encoding::listpack},        // 20
    {kind::stream, encoding::stream},       // 21
    {kind::hash, encoding::hashtable},      // 22
    {kind::hash, encoding::listpack},       // 23
    {kind::hash, encoding::hashtable},      // 24
    {kind::hash, encoding::listpack},       // 25
    {kind::stream, encoding::stream},       // 26
    {kind::stream, encoding::stream},       // 27
    {kind::array, encoding::sparse_array},  // 28
    {kind::hash, encoding::hash_template},  // 29
    {kind::hash, encoding::hash_template},  // 30
    {kind::hash, encoding::hash_template},  // 31
    {kind::hash, encoding::hash_template},  // 32
}};

}  // namespace

type_info describe(unsigned type, dialect of) noexcept {
  if (of == dialect::dragonfly) {
    if (type == 30) return {kind::string, encoding::text};
    if (type == 31) return {kind::hash, encoding::hashtable};
    if (type == 32) return {kind::set, encoding::hashtable};
  }
  return type < types.size() ? types[type] : type_info{kind::other, encoding::other};
}

std::string_view to_string(dialect d) noexcept { return word(dialects, d); }
std::string_view to_string(kind k) noexcept { return word(kinds, k); }
std::string_view to_string(encoding e) noexcept { return word(encodings, e); }
std::string_view to_string(checksum_state s) noexcept { return word(checksums, s); }

std::string to_string(stream_id id) {
  return std::to_string(id.ms).append("-").append(std::to_string(id.seq));
}

std::string module_id::name() const {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text(9, ' ');
  auto bits = number >> 10;
  for (std::size_t i = text.size(); i-- > 0; bits >>= 6) text[i] = alphabet[bits & 63];
  return text;
}

}  // namespace sandpiper::rdb
