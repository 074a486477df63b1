#pragma once
// The numbers of value types and of opcodes.

#include <cstdint>

#include "sandpiper/rdb/record.hpp"

namespace sandpiper::rdb {

struct type_info {
  rdb::kind kind;
  rdb::encoding encoding;
};

/// What a type number means to a client. Numbers that are not known are `other`.
[[nodiscard]] type_info describe(unsigned type, dialect of) noexcept;

namespace type {

inline constexpr unsigned string = 0;
inline constexpr unsigned list = 1;
inline constexpr unsigned set = 2;
inline constexpr unsigned zset = 3;
inline constexpr unsigned hash = 4;
inline constexpr unsigned zset_2 = 5;
inline constexpr unsigned module_pre_ga = 6;
inline constexpr unsigned module_2 = 7;
inline constexpr unsigned hash_zipmap = 9;
inline constexpr unsigned list_ziplist = 10;
inline constexpr unsigned set_intset = 11;
inline constexpr unsigned zset_ziplist = 12;
inline constexpr unsigned hash_ziplist = 13;
inline constexpr unsigned list_quicklist = 14;
inline constexpr unsigned stream = 15;
inline constexpr unsigned hash_listpack = 16;
inline constexpr unsigned zset_listpack = 17;
inline constexpr unsigned list_quicklist_2 = 18;
inline constexpr unsigned stream_2 = 19;
inline constexpr unsigned set_listpack = 20;
inline constexpr unsigned stream_3 = 21;
inline constexpr unsigned hash_ttl_pre_ga = 22;  // Valkey: a hash whose fields expire
inline constexpr unsigned hash_listpack_ttl_pre_ga = 23;
inline constexpr unsigned hash_ttl = 24;
inline constexpr unsigned hash_listpack_ttl = 25;
inline constexpr unsigned stream_4 = 26;
inline constexpr unsigned stream_5 = 27;
inline constexpr unsigned array = 28;
inline constexpr unsigned template_listpack = 29;
inline constexpr unsigned template_listpack_ref = 30;  // Dragonfly: JSON
inline constexpr unsigned template_array = 31;         // Dragonfly: a hash whose fields expire
inline constexpr unsigned template_array_ref = 32;     // Dragonfly: a set whose members expire
inline constexpr unsigned keydb_cron = 64;

}  // namespace type

/// Whether a number is a value's type; every other is an opcode, or unknown.
[[nodiscard]] constexpr bool readable(unsigned type, dialect of) noexcept {
  if (of == dialect::redis && type <= type::zset_2) return true;
  if (of == dialect::dragonfly && type >= 29) return type >= 30 && type <= 32;
  if (of == dialect::keydb && type == type::keydb_cron) return true;
  if (of == dialect::valkey && type >= 22) return type == type::hash_ttl_pre_ga;
  return type <= type::template_array_ref && type != type::module_pre_ga && type != 8;
}

namespace opcode {

inline constexpr unsigned enterprise_lru = 107;   // Redis Enterprise
inline constexpr unsigned enterprise_slot = 121;  // Redis Enterprise
inline constexpr unsigned dragonfly_mask = 220;
inline constexpr unsigned hash_template = 242;  // Valkey 81: a command
inline constexpr unsigned key_meta = 243;       // Valkey: slots being moved
inline constexpr unsigned slot_info = 244;
inline constexpr unsigned function = 245;
inline constexpr unsigned function_pre_ga = 246;
inline constexpr unsigned module_aux = 247;
inline constexpr unsigned idle = 248;
inline constexpr unsigned frequency = 249;
inline constexpr unsigned aux = 250;
inline constexpr unsigned resize_db = 251;
inline constexpr unsigned expire_ms = 252;
inline constexpr unsigned expire_s = 253;
inline constexpr unsigned select_db = 254;
inline constexpr unsigned eof = 255;

}  // namespace opcode
}  // namespace sandpiper::rdb
