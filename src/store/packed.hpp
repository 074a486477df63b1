#pragma once
// A small collection as one run of bytes, copied whole when it changes.
//
//   count (4 bytes) [a stream's state (40 bytes)] pair pair pair ...
//   pair = length name                      list, set
//          length name length value         hash, zset, stream
//   length = 7 bits a byte, lowest first, the top bit says that more follow
//
// The bytes are always our own, so a reader asserts their shape and does not doubt it.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sandpiper/store/value.hpp"

namespace sandpiper::store {

struct packed_pair {
  std::string_view name;
  std::string_view value;
  std::size_t begin = 0;  // the bytes it takes within the whole
  std::size_t end = 0;
};

/// Whether pairs of this type carry a value beside their name.
[[nodiscard]] constexpr bool has_values(value_type type) noexcept {
  return type == value_type::hash || type == value_type::zset || type == value_type::stream;
}

[[nodiscard]] constexpr bool is_collection(value_type type) noexcept {
  return type != value_type::none && type != value_type::string;
}

/// Whether names are unique, so that one can be found by its name.
[[nodiscard]] constexpr bool has_unique_names(value_type type) noexcept {
  return is_collection(type) && type != value_type::list;
}

/// Whether (score, member) stands before (other_score, other_member) in a zset.
[[nodiscard]] constexpr bool before(double score, std::string_view member, double other_score,
                                    std::string_view other_member) noexcept {
  return score < other_score || (score == other_score && member < other_member);
}

/// Walks the pairs from the first.
class packed_reader {
 public:
  packed_reader(value_type type, std::string_view bytes) noexcept;
  bool next(packed_pair& pair) noexcept;

 private:
  value_type type_;
  std::string_view bytes_;
  std::size_t at_;
};

[[nodiscard]] std::size_t packed_count(std::string_view bytes) noexcept;
[[nodiscard]] stream_state packed_state(std::string_view bytes) noexcept;
void packed_set_state(std::string& bytes, const stream_state& state);

/// Nothing but the head: no pairs.
void packed_reset(value_type type, std::string& bytes);

[[nodiscard]] std::optional<packed_pair> packed_find(value_type type, std::string_view bytes,
                                                     std::string_view name) noexcept;
[[nodiscard]] std::optional<packed_pair> packed_at(value_type type, std::string_view bytes,
                                                   std::size_t index) noexcept;

/// Bytes that one pair takes.
[[nodiscard]] std::size_t packed_pair_bytes(value_type type, std::size_t name_bytes,
                                            std::size_t value_bytes) noexcept;

void packed_append(value_type type, std::string& bytes, std::string_view name,
                   std::string_view value);
/// Before the byte `at`, which begins a pair or is the end. A zset's `at` is packed_zset_place().
void packed_insert(value_type type, std::string& bytes, std::size_t at, std::string_view name,
                   std::string_view value);
void packed_erase(std::string& bytes, const packed_pair& pair);

/// Where a zset's pair belongs.
[[nodiscard]] std::size_t packed_zset_place(std::string_view bytes, double score,
                                            std::string_view member) noexcept;

/// A zset's pairs in order; true when they stood in order already.
bool packed_sort(std::string& bytes);
[[nodiscard]] bool packed_is_sorted(std::string_view bytes) noexcept;

/// One length and the bytes behind it, appended; and taken from the front: false when `bytes` holds
/// less than that.
void append_counted(std::string& bytes, std::string_view text);
bool take_counted(std::string_view& bytes, std::string_view& text) noexcept;

}  // namespace sandpiper::store
