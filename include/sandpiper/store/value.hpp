#pragma once
// What a key holds: the server's six types, and the knowledge that there is no such key.
//
// Every collection is a sequence of pairs (name, value) here:
//
//   hash     field, its value                any order, found by name
//   set      member, ""                      any order, found by name
//   zset     member, its score (8 bytes)     by score, then by member; found by name
//   list     item, ""                        as pushed
//   stream   entry id (16 bytes), fields     by id; fields are packed, see for_each_field
//
//   value        owns its bytes: what one builds to store, and what one copies out
//   value_view   looks at a value where it lies

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandpiper/store/function_ref.hpp"

namespace sandpiper::store {

class collection;

enum class value_type : std::uint8_t { none, string, hash, list, set, zset, stream };

/// The server's word for it, as TYPE answers: "none", "string", "hash" ...
[[nodiscard]] std::string_view to_string(value_type type) noexcept;

/// A stream entry's place: milliseconds, and a count within one.
struct stream_id {
  std::uint64_t ms = 0;
  std::uint64_t sequence = 0;
  friend auto operator<=>(const stream_id&, const stream_id&) = default;
};

/// What a stream knows beyond the entries it still holds.
struct stream_state {
  stream_id last;
  stream_id max_deleted;
  std::uint64_t entries_added = 0;
  friend bool operator==(const stream_state&, const stream_state&) = default;
};

/// An id as a name, 16 bytes whose byte order is the ids' order, and back; 0-0 for another length.
[[nodiscard]] std::array<char, 16> name_of(stream_id id) noexcept;
[[nodiscard]] stream_id stream_id_of(std::string_view name) noexcept;

/// A score as a zset's value, and back; 0 for another length.
[[nodiscard]] std::array<char, 8> bytes_of(double score) noexcept;
[[nodiscard]] double score_of(std::string_view bytes) noexcept;

/// Told one pair; false ends the walk.
using pair_visitor = function_ref<bool(std::string_view name, std::string_view value)>;

/// One stream entry's fields, in order. False when the visitor ended it, or the bytes were no
/// fields.
bool for_each_field(std::string_view packed, pair_visitor visit);

/// Appends one field to an entry's packed fields.
void append_field(std::string& packed, std::string_view field, std::string_view value);

/// A value where it lies. Valid only as long as what it was given with (a visit, a pin, a value);
/// so is every string_view it hands out. Any number of threads may read one at once.
class value_view {
 public:
  value_view() noexcept = default;

  [[nodiscard]] value_type type() const noexcept { return type_; }

  /// The bytes of a string; empty for every other type.
  [[nodiscard]] std::string_view string() const noexcept {
    return type_ == value_type::string ? bytes_ : std::string_view();
  }

  /// Pairs of a collection; 1 for a string, 0 for none.
  [[nodiscard]] std::size_t size() const noexcept;

  /// Every pair, in the order told above. False when the visitor ended it.
  bool for_each(pair_visitor visit) const { return range(0, SIZE_MAX, visit); }

  /// `count` pairs from the one at `first`. A compact value is walked from its start, a large list,
  /// zset or stream is entered near `first`.
  bool range(std::size_t first, std::size_t count, pair_visitor visit) const;

  /// The value a name stands for: hash, set ("" for a member), zset, stream.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  /// A zset member's score, and its place from 0.
  [[nodiscard]] std::optional<double> score(std::string_view member) const;
  [[nodiscard]] std::optional<std::size_t> rank(std::string_view member) const;

  /// The place of the first pair at or behind: (score, member) of a zset, id of a stream. size()
  /// when there is none.
  [[nodiscard]] std::size_t lower_bound(double score, std::string_view member = {}) const;
  [[nodiscard]] std::size_t lower_bound(stream_id id) const;

  [[nodiscard]] sandpiper::store::stream_state stream_state() const noexcept;

 private:
  friend class value;
  friend class editor;
  friend value_view view_of(value_type, std::string_view, const collection*) noexcept;
  friend std::string_view packed_of(const value_view&) noexcept;

  value_view(value_type type, std::string_view bytes, const collection* large) noexcept
      : type_(type), bytes_(bytes), large_(large) {}

  value_type type_ = value_type::none;
  std::string_view bytes_;             // a string, or a compact collection
  const collection* large_ = nullptr;  // else
};

/// A value of one's own. Default: "no such key". Not for two threads at once.
class value {
 public:
  value() noexcept = default;

  /// An empty string or an empty collection of that type.
  explicit value(value_type type);

  [[nodiscard]] static value string(std::string_view bytes);

  /// A copy of what is looked at.
  explicit value(const value_view& other);

  [[nodiscard]] value_type type() const noexcept { return type_; }
  [[nodiscard]] value_view view() const noexcept { return {type_, bytes_, nullptr}; }
  [[nodiscard]] std::size_t size() const noexcept { return view().size(); }

  /// Adds a pair at the end; a name that is there already takes the new value. False, and nothing
  /// happens: no collection, a zset value that is no score or not a number, a stream id not behind
  /// the last, a name or value over 4 GiB. Finding a name walks the value: for many pairs that are
  /// known to differ, add_distinct does not look. A zset shows its pairs as added until sort().
  bool add(std::string_view name, std::string_view value = {});
  bool add_distinct(std::string_view name, std::string_view value = {});
  bool add(std::string_view member, double score);
  bool add(stream_id id, std::string_view packed_fields);

  /// Replaces what a stream knows of itself; false when it is none, or `last` is before its
  /// entries.
  bool set_stream_state(const stream_state& state);

  /// Puts a zset's pairs in order; storing one does so by itself.
  void sort();

  /// Makes it empty and of that type; the memory stays for the next.
  void reset(value_type type);

 private:
  [[nodiscard]] bool accepts(std::string_view name, std::string_view value) const;

  value_type type_ = value_type::none;
  std::string bytes_;
};

}  // namespace sandpiper::store
